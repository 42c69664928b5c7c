from __future__ import annotations

import pytest

from monitor.core.article import Article, Match, Span
from monitor.core.matching.engine import WEAK_CUT, WEAK_LONE, compile_matcher
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.matching.reference import match_slowly
from monitor.core.query.nodes import And, Near, Node, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from tests.core.matching.ask import article, match, texts

CONTROL = Or(
    (Word("통제", prefix=True), Word("규제", prefix=True), Word("금지", prefix=True), Word("제한", prefix=True))
)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        (Word("수출"), "수출은 늘고 대미수출은 줄었다", ["수출"]),
        (Word("수출"), "석유수출국기구와 수출입은행", []),
        (Word("금수"), "금수 조치와 금수저", ["금수"]),
        (Word("금지", prefix=True), "금지된 품목과 출입금지", ["금지"]),
        (Word("AI", prefix=True), "AIops와 AI칩, KAIST", ["AI", "AI"]),
        (Word("라인", raw=True), "온라인과 라인업", ["라인", "라인"]),
        (Word("수출통제"), "수출 통제가 시작됐다", ["수출 통제"]),
        (Word("ＡＩ", raw=True), "KAIST", ["AI"]),
    ],
)
def test_words(word: Word, text: str, expected: list[str]) -> None:
    assert texts(word, text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("수출 규제", "수출 규제와 수출을 규제하고 수출규제", ["수출 규제", "수출을 규제", "수출규제"]),
        ("금수 조치", "금수조치가 풀렸다", ["금수조치"]),
        ("수출 통제", "'수출' 통제를 하다", ["수출' 통제"]),
        ("수출 통제", "수출과 다른 통제", []),
        ("수출 통제", "수출길 통제, 대수출 통제", []),
        ("반도체 수출 통제", "반도체의 수출통제를 예고", ["반도체의 수출통제"]),
        ("샌프란시스코 AI", "샌프란시스코AI 행사", ["샌프란시스코AI"]),
        ("수출 통제", "수출 통제법", []),
        ("반도체", "반도체를 사다", ["반도체"]),
        ("한 미 일", "한 미 일 순서", ["한 미 일"]),
    ],
)
def test_phrases_allow_particles_and_missing_spaces(phrase: str, text: str, expected: list[str]) -> None:
    assert texts(Phrase(phrase), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("수출 통제 조치", ["수출", "통제"]),
        ("수출통제 강화", ["수출", "통제"]),
        ("수출이 전면 금지된 품목", ["수출", "금지"]),
        ("수출을 제한하는 법", ["수출", "제한"]),
        ("제한적인 수출", ["제한", "수출"]),
        ("수출입규제 완화", ["수출", "규제"]),
        ("中수출 규제", ["수출", "규제"]),
        ("수출은 늘었다. 규제는 없다", []),
        ("수출 물량 규제", ["수출", "규제"]),
        ("수출 물량이 늘어 규제", []),
        ("석유수출국기구 규제", []),
        ("수출입은행 규제", []),
        ("대미수출규제", []),
        ("수출 줄고, 재규제 논의", []),
        ("통제", []),
        ("수출", []),
    ],
)
def test_near_counts_words_inside_one_sentence(text: str, expected: list[str]) -> None:
    assert texts(Near(Word("수출"), CONTROL, 2), text) == expected


@pytest.mark.parametrize("count", [7, 8, 9, 20])
def test_near_takes_the_eight_closest_neighbours_of_an_occurrence_and_no_more(count: int) -> None:
    found = texts(Near(Word("수출"), Word("통제"), 99), "수출 " + "통제 " * count)
    assert found == ["수출", *["통제"] * min(count, 8)]
    found = texts(Near(Word("수출"), Word("통제"), 99), "통제 " * count + "수출")
    assert found == [*["통제"] * count, "수출"]


def test_ordered_near_wants_the_left_side_first() -> None:
    assert texts(Near(Word("수출"), CONTROL, 2, ordered=True), "규제와 수출") == []
    assert texts(Near(Word("수출"), CONTROL, 2, ordered=True), "수출과 규제") == ["수출", "규제"]


def test_near_never_crosses_fields() -> None:
    assert texts(Near(Word("수출"), CONTROL, 2), article("오늘 수출", "규제 발표")) == []


def test_near_takes_terms_phrases_raw_words_and_expressions() -> None:
    us = Term("미국", ("미국",), Kind.PLACE)
    assert texts(Near(TermRef("미국"), Word("관세"), 3), "미국이 새 관세를", us) == ["미국", "관세"]
    assert texts(Near(Phrase("수출 규제"), Word("강화"), 1), "수출 규제 강화") == ["수출 규제", "강화"]
    assert texts(Near(Word("출", raw=True), Word("강화"), 1), "수출강화 방안") == ["출", "강화"]
    assert texts(Near(Regex("H[0-9]+"), Word("수출"), 2), "&amp;칩 H20의 수출") == ["H20", "수출"]
    assert texts(Near(Regex("수출"), Word("통제"), 2), "수출통제") == ["수출", "통제"]
    assert texts(Near(Word("통제"), Word("강화"), 2), "재통제강화") == []
    assert texts(Near(Word("수출"), Phrase("통제 강화"), 2), "수출통제 강화") == ["수출", "통제 강화"]


def test_a_word_glued_to_its_neighbour_must_still_end_well() -> None:
    assert texts(Near(Word("수출", prefix=True), Word("통제"), 2), "수출통제") == ["수출", "통제"]
    assert texts(Near(Word("수출"), Word("통제"), 2), "수출통제법") == []


def test_what_a_term_excludes_stays_out_of_near_too() -> None:
    flu = Term("AI", ("AI", "에이아이"), exclude=("에이아이감염",))
    assert texts(Near(TermRef("AI"), Word("감염", prefix=True), 2), "에이아이감염증", flu) == []
    assert texts(Near(TermRef("AI"), Word("확산"), 2), "에이아이확산", flu) == ["에이아이", "확산"]


def test_and_or_not() -> None:
    both = And((Not(Word("축구")), Word("수출"), Word("관세")))
    assert texts(both, "수출과 관세") == ["수출", "관세"]
    assert texts(both, "수출만") == []
    assert texts(both, "수출과 관세, 축구") == []
    assert texts(Or((Word("수출"), Word("관세"))), "관세와 수출") == ["관세", "수출"]
    assert texts(Or((Word("수출"), Word("관세"))), "축구") == []


def test_of_very_many_alternatives_each_is_found() -> None:
    numbers = [f"일련{number:02}" for number in range(20)]
    leaves: tuple[Node, ...] = tuple(Word(number) for number in numbers)
    assert texts(Or(leaves), "일련03과 일련17, 일련99") == ["일련03", "일련17"]
    assert texts(Or((*leaves, Regex("H[0-9]+"))), "H20 칩과 일련05") == ["H20", "일련05"]
    assert texts(Or((*leaves, And((Word("칩"), Word("팹"))))), "칩과 팹") == ["칩", "팹"]
    assert match(Or((*leaves, Not(Word("칩")))), "팹") == Match("목록", ())
    assert texts(And((Or(leaves), Word("칩"))), "일련03 팹") == []


def test_a_query_of_nothing_but_not_is_evaluated_on_every_article() -> None:
    assert match(Not(Word("축구")), "야구 소식") == Match("목록", ())
    assert match(Not(Word("축구")), "축구 소식") is None
    assert match(Or((Word("야구"), Not(Word("축구")))), "배구 소식") == Match("목록", ())


def test_an_empty_article_matches_only_absences() -> None:
    assert match(Not(Word("축구")), article()) == Match("목록", ())
    assert match(Word("축구"), article()) is None


def test_expressions_see_the_original_text_of_each_field() -> None:
    assert texts(Regex(r"H\d+ 칩"), article("새 H20 칩", "&amp; H100 칩")) == ["H20 칩", "H100 칩"]
    assert texts(Regex(r"\b"), "a 칩") == []
    assert texts(Regex("칩$"), "짝 잃은 \ud800 칩") == ["칩"]


FULL = Article(
    "1",
    "",
    "제목의 반도체",
    "요약의 로봇",
    "본문의 양자",
    author="한결 기자",
    source="가람신문",
    tags=("배터리",),
    feeds=("가람 IT",),
    feed_tags=("주력",),
)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (Scoped("title", Word("반도체")), True),
        (Scoped("title", Word("로봇")), False),
        (Scoped("body", Word("로봇")), True),
        (Scoped("body", Word("양자")), True),
        (Scoped("body", Word("반도체")), False),
        (Scoped("author", Word("한결")), True),
        (Scoped("source", Word("가람", prefix=True)), True),
        (Scoped("source", Word("한결")), False),
        (Scoped("feed", Phrase("가람 IT")), True),
        (Scoped("tag", Or((Word("배터리"), Word("없음")))), True),
        (Scoped("tag", Word("주력")), True),
        (Word("한결"), False),
        (Word("배터리"), False),
        (Scoped("author", Near(Word("한결"), Word("기자"), 1)), True),
        (And((Scoped("source", Word("가람신문")), Word("로봇"))), True),
        (Near(Word("제목"), Word("반도체"), 1), True),
    ],
)
def test_scopes_look_at_their_field_only(query: Node, *, matches: bool) -> None:
    assert (match(query, FULL) is not None) is matches


def test_what_matches_outside_the_texts_has_no_span() -> None:
    found = match(And((Scoped("tag", Word("배터리")), Word("로봇"))), FULL)
    assert found == Match("목록", (Span("summary", 4, 6, "로봇"),))


def test_watchlists_match_in_their_order_and_within_their_scope() -> None:
    lists = [
        Watchlist("다", Word("로봇")),
        Watchlist("가", Word("반도체"), frozenset({"가람 IT"})),
        Watchlist("나", Word("반도체"), frozenset({"다른 곳"})),
        Watchlist("라", Word("반도체"), frozenset(), frozenset({"주력", "ai"})),
        Watchlist("마", Word("반도체"), frozenset(), frozenset({"ai"})),
        Watchlist("바", Word("축구")),
    ]
    assert [found.watchlist for found in compile_matcher({}, lists).match(FULL)] == ["다", "가", "라"]
    assert compile_matcher({}, lists).match(FULL) == match_slowly({}, lists, FULL)


def test_no_watchlists_match_nothing() -> None:
    assert compile_matcher({}, []).match(FULL) == ()


def test_spans_are_those_of_the_original_and_carry_the_name() -> None:
    us = Term("미국", ("미국",), Kind.PLACE)
    found = match(And((TermRef("미국"), Word("수출"))), article("대(對)미국 수출", "美 당국"), us)
    assert found == Match(
        "목록", (Span("title", 4, 6, "미국"), Span("title", 7, 9, "수출"), Span("summary", 0, 1, "미국"))
    )


@pytest.mark.parametrize(
    ("about", "weak"),
    [
        (article("", "클라우드에 최적화된 애플"), True),
        (article("", "클라우드에 최적화된 애플..."), True),
        (article("", "", "클라우드에 최적화된 애플"), True),
        (article("클라우드에 최적화된 애플"), False),
        (article("애플 발표", "클라우드에 최적화된 애플"), False),
        (article("", "최적화된 애플이"), False),
        (article("", "최적화된 애플."), False),
        (article("", "애플 칩"), False),
    ],
)
def test_a_match_is_weak_if_every_hit_may_be_half_a_word(about: Article, *, weak: bool) -> None:
    found = match(Word("애플"), about)
    assert found is not None
    assert bool(found.weak) is weak


@pytest.mark.parametrize(
    ("query", "about", "weak"),
    [
        (Word("강원"), article("강원도 산불"), WEAK_LONE),
        (Word("강원"), article("", "", "강원도 산불"), WEAK_LONE),
        (Phrase("강원"), article("강원도 산불"), WEAK_LONE),
        (Word("강원"), article("강원도 산불", "강원에 큰 불이 났다."), ""),
        (Word("강원"), article("강원도 산불", "강원도에 큰 불이 났다."), WEAK_LONE),
        (Word("강원", prefix=True), article("강원도 산불"), ""),
        (Word("강원", raw=True), article("강원도 산불"), ""),
        (Regex("강원"), article("강원도 산불"), ""),
        (Or((Word("강원"), Phrase("강원"))), article("강원도 산불"), WEAK_LONE),
        (Or((Word("강원"), Word("강원", prefix=True))), article("강원도 산불"), ""),
        (And((Word("강원"), Not(Word("축구")))), article("강원도 산불"), WEAK_LONE),
        (And((Word("강원"), Word("산불"))), article("강원도 산불"), ""),
        (Scoped("title", Word("강원")), article("강원도 산불", "강원 소방"), WEAK_LONE),
        (Word("美國"), article("美國도 나섰다"), ""),
        (Word("강"), article("강도 흐른다"), WEAK_LONE),
        (Word("딥시크"), article("딥시크도 나섰다"), ""),
        (Word("강원"), article("", "산불이 난 강원"), WEAK_CUT),
        (Not(Word("축구")), article("강원도 산불"), ""),
    ],
)
def test_a_match_is_weak_if_its_only_place_is_a_short_name_that_may_go_on(
    query: Node, about: Article, weak: str
) -> None:
    found = match(query, about)
    assert found is not None
    assert found.weak == weak


def test_a_country_in_short_is_sure() -> None:
    us = Term("미국", ("미국",), Kind.PLACE)
    found = match(TermRef("미국"), "한미도 합의", us)
    assert found is not None
    assert found.weak == ""
