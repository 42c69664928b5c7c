"""An explanation says what the matcher says, and shows every place that it looked at."""

from __future__ import annotations

import pytest

from monitor.core.article import Article
from monitor.core.matching.engine import WEAK_CUT, compile_matcher
from monitor.core.matching.explain import explain
from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.matching.nearmiss import OneClauseShort, UnknownSpelling
from monitor.core.matching.occurrence import Clause, Finding, Verdict
from monitor.core.query.parser import parse
from monitor.core.query.printer import print_query
from tests.core.matching.ask import article

TERMS = {
    term.name: term
    for term in (
        Term("인텔", ("인텔", "Intel"), Kind.ORGANISATION),
        Term("문샷", ("Moonshot", "문샷"), Kind.ORGANISATION),
        Term("젠슨", ("젠슨 황", "Jensen Huang"), Kind.PERSON),
        Term("메타", ("메타",), Kind.ORGANISATION, Mode.FAMILY, exclude=("메타버스", "우주")),
        Term("라인", ("라인",), require=("메신저", "일본")),
        Term("한빛", ("한빛", "한빛 전자")),
    )
}


def root_of(query: str, about: Article | str) -> Clause:
    about = article(about) if isinstance(about, str) else about
    watchlist = Watchlist("목록", parse(query))
    explained = explain(TERMS, watchlist, about)
    matches = compile_matcher(TERMS, [watchlist]).match(about)
    assert explained.matches == explained.root.true == bool(matches)
    return explained.root


def short(query: str, text: str) -> list[str]:
    explained = explain(TERMS, Watchlist("목록", parse(query)), article(text))
    return [print_query(miss.missing.node) for miss in explained.near_misses if isinstance(miss, OneClauseShort)]


def unknown(query: str, about: Article | str) -> list[tuple[str, str, str]]:
    about = article(about) if isinstance(about, str) else about
    explained = explain(TERMS, Watchlist("목록", parse(query)), about)
    found = [miss for miss in explained.near_misses if isinstance(miss, UnknownSpelling)]
    for miss in found:
        assert about.field(miss.field)[miss.start : miss.end] == miss.text
    return [(miss.term, miss.text, miss.beside) for miss in found]


def test_every_occurrence_is_named_with_what_stands_around_it() -> None:
    assert root_of("@인텔", article("인텔은 웃고", "인텔리전스와 노인텔, 美인텔")).findings == (
        Finding("title", 0, 2, "인텔", "인텔", "은", Verdict.PARTICLE),
        Finding("summary", 0, 2, "인텔", "인텔", "리전스와", Verdict.REJECTED_COMPOUND),
        Finding("summary", 8, 10, "인텔", "인텔", "", Verdict.REJECTED_LEFT, head="노"),
        Finding("summary", 13, 15, "인텔", "인텔", "", Verdict.END, head="美"),
    )


def test_a_place_inside_a_longer_one_of_the_same_clause_is_left_out() -> None:
    assert [found.text for found in root_of("@한빛", "한빛 전자 공시").findings] == ["한빛 전자"]
    assert [found.text for found in root_of("@한빛", "한빛소프트").findings] == ["한빛"]


def test_every_clause_says_whether_it_is_true() -> None:
    root = root_of("인텔 (칩 OR 팹) -(축구 OR 야구) title:공시", "인텔의 칩, 축구 공시")
    assert [(print_query(part.node), part.true) for part in root.children] == [
        ("인텔", True),
        ("칩 OR 팹", True),
        ("-(축구 OR 야구)", False),
        ("title:공시", True),
    ]
    assert [part.true for part in root.children[1].children] == [True, False]


def test_fields_outside_the_texts_are_explained_too() -> None:
    about = Article("1", "", "칩 공개", source="한빛신문", tags=("반도체",))
    assert root_of("source:한빛신문 tag:반도체 칩", about).true
    assert [found.field for found in root_of("source:한빛신문", about).children[0].findings] == ["source"]


@pytest.mark.parametrize(
    ("query", "text", "apart"),
    [
        ("수출 NEAR/2 통제", "수출 물량이 크게 늘어 통제", 4),
        ("수출 NEAR/2 통제", "수출이 늘었다. 통제는 없다", None),
        ("수출 NEAR/2 통제", "수출이 늘었다", None),
        ("수출 ONEAR/2 통제", "통제와 수출", 1),
    ],
)
def test_a_false_near_says_how_far_the_closest_two_are_apart(query: str, text: str, apart: int | None) -> None:
    root = root_of(query, text)
    assert (root.true, root.apart, root.findings) == (False, apart, ())


def test_a_true_near_shows_its_pairs_and_each_side_by_itself() -> None:
    root = root_of("수출 NEAR/2 통제*", "수출통제법")
    assert [(found.text, found.verdict) for found in root.findings] == [
        ("수출", Verdict.GLUED),
        ("통제", Verdict.GLUED),
    ]
    assert [side.true for side in root.children] == [False, False]


@pytest.mark.parametrize(
    ("query", "text", "verdict", "cause"),
    [
        ("@메타", "메타 버스 체험", Verdict.REJECTED_EXCLUDED, "메타 버스"),
        ("@메타", "우주로 간 메타", Verdict.REJECTED_CONTEXT, "우주"),
        ("@라인", "라인 증설", Verdict.REJECTED_ALONE, "메신저, 일본"),
        ("@라인", "온라인", Verdict.REJECTED_LEFT, ""),
    ],
)
def test_a_rejection_names_the_words_that_caused_it(query: str, text: str, verdict: Verdict, cause: str) -> None:
    (found,) = root_of(query, text).findings
    assert (found.verdict, found.cause) == (verdict, cause)


def test_a_weak_match_says_so_and_an_absence_is_never_weak() -> None:
    watchlist = Watchlist("목록", parse("@인텔"))
    assert explain(TERMS, watchlist, article("", "칩을 만든 인텔")).weak == WEAK_CUT
    assert explain(TERMS, watchlist, article("", "인텔이 만든 칩")).weak == ""
    assert explain(TERMS, watchlist, article("", "없음")).weak == ""


def test_an_article_of_another_feed_is_out_of_scope_although_the_query_is_true() -> None:
    watchlist = Watchlist("목록", parse("@인텔"), feeds=frozenset({"가"}))
    explained = explain(TERMS, watchlist, article("인텔"))
    assert (explained.matches, explained.in_scope, explained.root.true) == (False, False, True)


@pytest.mark.parametrize(
    ("query", "text", "missing"),
    [
        ("@인텔 (규제* OR 벌금)", "인텔 실적", ["규제* OR 벌금"]),
        ("@인텔 규제* -채용", "인텔 규제 담당 채용", ["-채용"]),
        ("@인텔 규제* -채용", "인텔 채용", []),
        ("@인텔", "인텔리전스", []),
        ("-채용 @인텔", "오늘의 소식", []),
        ("-채용 (수출 NEAR/2 통제)", "수출 소식", ["수출 NEAR/2 통제"]),
        ("칩 팹 공장", "칩 소식", []),
        ("수출 NEAR/2 통제", "수출이 크게 늘자 결국 통제", ["수출 NEAR/2 통제"]),
        ("수출 NEAR/2 통제", "통제 강화", ["수출 NEAR/2 통제"]),
        ("수출 NEAR/2 통제", "다른 소식", []),
        ("(칩 규제) OR (팹 (공장 부지))", "칩 소식", ["규제"]),
        ("(칩 규제) OR (팹 (공장 부지))", "팹 공장", ["부지"]),
        ("title:(칩 규제)", "칩 소식", ["규제"]),
        ("@인텔 title:규제", "인텔 소식", ["title:규제"]),
        ("@인텔", "인텔 소식", []),
    ],
)
def test_one_clause_short(query: str, text: str, missing: list[str]) -> None:
    assert short(query, text) == missing


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("@문샷", "中 문샷AI(Moonshot)가 공개", [("문샷", "문샷AI", "Moonshot")]),
        ("@문샷", "中 Moonshot(월지암면)이 공개", [("문샷", "월지암면", "Moonshot")]),
        ("@문샷", "문샷(Kimi, 月之暗面)", [("문샷", "Kimi", "문샷"), ("문샷", "月之暗面", "문샷")]),
        ("@문샷", "문샷(Moonshot)이 공개", []),
        ("@문샷", "문샷(16일)과 문샷(2026)", []),
        ("@문샷", "키미(Kimi)를 공개한 문샷", []),
        ("@문샷 칩", "문샷AI (Moonshot AI) 칩", [("문샷", "문샷AI", "Moonshot")]),
        ("@인텔 OR 문샷", "문샷AI(Moonshot)", []),
        ("=Moonshot", "문샷AI(Moonshot)", []),
        ("title:@문샷", "문샷AI(Moonshot)", [("문샷", "문샷AI", "Moonshot")]),
    ],
)
def test_a_gloss_beside_a_known_spelling_is_an_unknown_one(
    query: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert unknown(query, text) == expected


def test_an_unknown_spelling_is_told_once_and_found_in_every_text() -> None:
    about = article("키미의 문샷AI(Moonshot)", "문샷AI(Moonshot)가 공개했다", "다크사이드(Moonshot)도")
    assert [text for _, text, _ in unknown("@문샷", about)] == ["문샷AI", "다크사이드"]


class No:
    """A verifier that takes every name for a part of a word."""

    def allows(self, text: str, start: int, end: int) -> bool:
        assert text[start:end] == "인텔"
        return False


def test_a_second_opinion_is_explained() -> None:
    explained = explain(TERMS, Watchlist("목록", parse("@인텔")), article("첫 문장. 인텔은 웃고 Intel은 운다"), No())
    assert [found.verdict for found in explained.root.findings] == [Verdict.REJECTED_MORPHEME, Verdict.PARTICLE]
