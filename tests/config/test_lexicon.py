"""Terms in force: the user's own first, those of included sets behind them, and named queries among both."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.compile import Compiled, compile_config, compile_query
from monitor.config.lexicon import bundled_terms, lexicon_of, terms_in_force
from monitor.config.load import load_text
from monitor.config.model import Config
from monitor.config.wanted import TermConfig, WatchlistConfig
from monitor.core.article import Article
from monitor.core.errors import ConfigurationError
from monitor.core.query.errors import QueryError
from monitor.core.query.expand import MAX_NESTED

INCLUDE = "include: [korean-tech]\n"


def loaded(text: str) -> Config:
    return load_text(text, "config.yaml", Path(), {})


def compiled(text: str) -> Compiled:
    return compile_config(loaded(text))


def faults(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        compiled(text)
    return str(caught.value)


def matching(found: Compiled, title: str) -> list[str]:
    return [match.watchlist for match in found.matcher.match(Article("", "", title))]


def test_one_line_brings_the_terms_of_a_set() -> None:
    found = compiled(INCLUDE + "watchlists: [{name: w, any: ['@DeepSeek', '@수출통제']}]")
    assert matching(found, "中딥시크, 새 모델 공개") == ["w"]
    assert matching(found, "美, AI 칩 수출 제한") == ["w"]
    assert matching(found, "심해 탐사로봇 '딥시커' 진수") == []


def test_a_term_of_the_same_name_takes_the_place_of_the_bundled_one() -> None:
    config = loaded(
        INCLUDE
        + "terms:\n  DeepSeek: {any: [심해탐사]}\n  금수: {query: '석유 금지'}\n"
        + "watchlists: [{name: w, any: ['@DeepSeek']}, {name: v, any: ['@수출통제']}]"
    )
    found = compile_config(config)
    assert matching(found, "심해탐사 로봇") == ["w"]
    assert matching(found, "딥시크 새 모델") == []
    assert matching(found, "석유 매매 금지") == ["v"]
    assert matching(found, "미국, 禁輸 검토") == []
    in_force = terms_in_force(config)
    assert list(in_force)[:2] == ["DeepSeek", "금수"]
    assert (in_force["DeepSeek"].included, in_force["OpenAI"].included) == ("", "korean-tech")
    assert len(in_force) == len(bundled_terms("korean-tech"))


def test_included_terms_that_no_query_names_are_not_compiled() -> None:
    text = "terms: {D: {any: [딥시크]}}\nwatchlists: [{name: w, any: ['@D']}]"
    bare, included = compiled(text), compiled(INCLUDE + text)
    assert len(included.lexicon.terms) > len(bare.lexicon.terms)
    assert included.matcher._lone._ways.keys() == bare.matcher._lone._ways.keys()


def test_named_queries_stand_for_what_they_say() -> None:
    found = compiled(
        "terms:\n  칩: {any: [칩, 반도체]}\n  통제: {query: '@칩 NEAR/2 (통제* OR 규제*)'}\n"
        "  둘: {query: '@통제 미국'}\n"
        "watchlists: [{name: w, query: '@둘 -유예'}]"
    )
    assert matching(found, "미국, 반도체 통제 강화") == ["w"]
    assert matching(found, "미국, 반도체 통제 유예") == []
    assert matching(found, "미국, 통제 강화") == []


def test_examples_of_the_users_terms_are_run() -> None:
    good = "terms: {D: {any: [딥시크], examples: {match: [中딥시크], no_match: [딥시커 진수]}}}"
    assert compiled(good).lexicon.terms
    assert faults(
        "terms:\n  D: {any: [딥시크], examples: {match: [딥식]}}\n"
        "  Q: {query: '수출 통제', examples: {no_match: [수출과 통제]}}\n"
        "language: en\n"
    ).splitlines() == [
        (
            "config.yaml:2:38: terms.D.examples.match.0: the term does not match this example, "
            "add the missing spelling to the term, or remove the example"
        ),
        "딥식",
        (
            "config.yaml:3:45: terms.Q.examples.no_match.0: the term matches this example, "
            "exclude the marked place in the term, or remove the example"
        ),
        "수출과 통제",
        "^^^^   ^^^^",
    ]


def test_what_cannot_be_compiled_is_told_once_where_it_stands() -> None:
    assert faults(
        "terms:\n  나쁨: {any: ['…']}\n  검색: {query: '한국 /a(/'}\n  둘: {query: '@나쁨 OR @검색'}\n"
        "watchlists:\n- {name: a, any: ['@둘', '@검색']}\n- {name: b, query: '@나쁨 칩'}\nlanguage: en\n"
    ).splitlines() == [
        "config.yaml:2:13: terms.나쁨.any: '…': it has no letters, correct the term's spellings",
        "config.yaml:3:19: terms.검색.query: RE2 refuses this regular expression: missing ): a(, correct it",
        "한국 /a(/",
        "     ^^^^",
    ]


def test_what_refers_to_a_query_that_is_too_deep_is_not_told_again() -> None:
    chain = "".join(f"  q{number}: {{query: '@q{number + 1}'}}\n" for number in range(MAX_NESTED + 1))
    told = faults(
        f"terms:\n{chain}  q{MAX_NESTED + 1}: {{query: x}}\nwatchlists: [{{name: w, any: ['@q0']}}]\nlanguage: en"
    )
    assert told.splitlines() == [
        (
            f"config.yaml:2:16: terms.q0.query: named queries stand inside one another more than {MAX_NESTED} deep, "
            "write it flatter"
        ),
        "@q1",
        "^^^",
    ]


def test_a_bundled_query_that_a_term_of_the_users_breaks_is_told_in_its_own_file(tmp_path: Path) -> None:
    config = loaded(INCLUDE + "terms: {금수: {any: ['…']}}\nwatchlists: [{name: w, any: ['@수출통제']}]")
    with pytest.raises(ConfigurationError) as caught:
        compile_config(config)
    (problem,) = caught.value.problems
    assert (problem.file, problem.path) == ("config.yaml", "terms.금수.any")
    origin = lexicon_of(config).in_force["수출통제"].origin
    assert origin.file.endswith("korean-tech.yaml")
    assert origin.problem(("terms", "수출통제", "query"), "", "").line > 1
    assert not list(tmp_path.iterdir())


def test_a_configuration_made_in_code_is_checked_too() -> None:
    with pytest.raises(ConfigurationError, match=r"terms\.a\.query: 괄호 안이 비어 있습니다"):
        compile_config(Config(terms={"a": TermConfig(query="()")}))
    circle = Config(terms={"a": TermConfig(query="@a")}, watchlists=(WatchlistConfig(name="w", query="@a"),))
    with pytest.raises(ConfigurationError, match=r"terms\.a\.query: 자기 자신으로 돌아옵니다: @a → @a"):
        compile_config(circle)


def test_examples_and_spellings_are_told_in_korean_too() -> None:
    told = faults(
        "terms: {D: {any: [딥시크], examples: {match: [딥식]}}}\n"
        "watchlists: [{name: w, any: ['@D'], examples: {no_match: [딥시크]}}]"
    )
    assert "terms.D.examples.match.0: 용어가 이 예를 찾지 못합니다, 빠진 표기를 용어에 더하거나" in told
    assert "watchlists.0.examples.no_match.0: 감시 목록이 이 예를 찾습니다, 표시한 곳을" in told
    assert "terms.나쁨.any: 표기에 글자가 없습니다: …, 용어의 표기를" in faults(
        "terms: {나쁨: {any: ['…']}}\nwatchlists: [{name: w, any: ['@나쁨']}]"
    )


def test_one_more_query_can_be_compiled_over_the_same_terms() -> None:
    found = compiled(INCLUDE)
    matcher = compile_query(found, "@DeepSeek -title:광고")
    (match,) = matcher.match(Article("", "", "딥시크 공개"))
    assert [(span.start, span.end, span.term) for span in match.spans] == [(0, 3, "DeepSeek")]
    assert not matcher.match(Article("", "", "딥시크 광고"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("딥시크 OR", "nothing follows this, write what to look for after it, or remove it"),
        ("칩 @DeepSeak", "there is no term DeepSeak, did you mean DeepSeek?"),
        ("칩 @엔비디아", "there is no term 엔비디아, did you mean Nvidia?"),
        ("칩 @없는이름임", "there is no term 없는이름임, `monitor terms` lists the terms there are"),
        ("칩 /a(/", "RE2 refuses this regular expression: missing ): a(, correct it"),
        ("칩 /a*/", "this regular expression matches the empty text, so everything"),
        ("칩 NEAR/2 @수출통제", "beside NEAR this names a query of more than words, only words, phrases and terms"),
    ],
)
def test_a_fault_in_one_more_query_has_its_place(query: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(compiled(INCLUDE), query)
    assert str(caught.value).startswith(says)
    assert caught.value.at[0] > 0
