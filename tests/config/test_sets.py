"""Each bundled set is a sound configuration of its own: every term compiles and its examples hold."""

from __future__ import annotations

import pytest

from monitor.config.compile import compile_config
from monitor.config.lexicon import bundled_terms
from monitor.config.load import load_text
from monitor.config.values import BUNDLED_SETS, SETS
from monitor.core.article import Article

GOODS = {"통제품목", "생활품목"}
"""What @수출통제 refers to: words that give a sentence its context, not what a headline is about."""


@pytest.mark.parametrize("name", BUNDLED_SETS)
def test_every_term_of_a_set_holds_its_examples(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = SETS / f"{name}.yaml"
    config = load_text(file.read_text(encoding="utf-8"), str(file), tmp_path_factory.getbasetemp(), {})
    compiled = compile_config(config)
    assert config.model_fields_set == {"terms"}
    assert set(compiled.lexicon.in_force) == set(bundled_terms(name))
    for term, written in config.terms.items():
        assert written.examples.match, term
        assert written.examples.no_match, term
        assert not (written.exclude and written.require and set(written.exclude) & set(written.require)), term


def test_the_starter_set_is_as_large_as_promised_and_spelt_in_more_than_one_script() -> None:
    terms = bundled_terms("korean-tech")
    assert 80 <= len(terms) <= 120
    for name in (
        "DeepSeek",
        "Nvidia",
        "OpenAI",
        "삼성전자",
        "SK하이닉스",
        "미국",
        "중국",
        "수출통제",
        "BIS",
        "젠슨황",
    ):
        assert name in terms
    hangul = [name for name, term in terms.items() if any("가" <= letter <= "힣" for letter in str(term.config.any))]
    latin = [
        name
        for name, term in terms.items()
        if any(letter.isascii() and letter.isalpha() for letter in str(term.config.any))
    ]
    assert len(set(hangul) & set(latin)) > len(terms) / 2


def test_no_two_terms_of_a_set_share_a_spelling() -> None:
    owners: dict[str, str] = {}
    for name, term in bundled_terms("korean-tech").items():
        for spelling in term.config.any or ():
            assert owners.setdefault(spelling.casefold(), name) == name, spelling


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("젠슨 황 엔비디아 CEO, 이재용 삼성 회장과 회동", {"젠슨황", "Nvidia", "이재용"}),
        ("美 상무부 산업안보국, 對中 HBM 수출통제 개정", {"미상무부", "BIS", "미국", "중국", "HBM", "수출통제"}),
        ("과기정통부, 독자 AI 파운데이션 모델에 업스테이지 선정", {"과기정통부", "소버린AI", "업스테이지"}),
        ("봄철 산불 예방 캠페인", set()),
    ],
)
def test_a_headline_is_about_what_a_reader_says(title: str, found: set[str]) -> None:
    names = set(bundled_terms("korean-tech")) - GOODS
    watchlists = "".join(f"- {{name: '{name}', any: ['@{name}']}}\n" for name in names)
    compiled = compile_config(load_text(f"include: [korean-tech]\nwatchlists:\n{watchlists}", "", SETS, {}))  # type: ignore[arg-type]  # no file is read from there
    assert {match.watchlist for match in compiled.matcher.match(Article("", "", title))} == found
