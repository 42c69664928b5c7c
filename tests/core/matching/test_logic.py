from __future__ import annotations

import pytest

from monitor.core.matching import logic
from monitor.core.matching.atoms import dead_ways, is_dead, useless_words
from monitor.core.matching.logic import Logic
from monitor.core.matching.model import Kind, Mode, Term
from monitor.core.query.expand import expand
from monitor.core.query.parser import parse

TERMS = {
    term.name: term
    for term in (
        Term("DeepSeek", ("DeepSeek", "딥시크"), Kind.ORGANISATION),
        Term("딥시크만", ("딥시크",), Kind.ORGANISATION),
        Term("같은것", ("딥시크", "DeepSeek"), Kind.ORGANISATION),
        Term("사람", ("딥시크",), Kind.PERSON),
        Term("메타", ("메타",), exclude=("메타버스",)),
        Term("메타둘", ("메타", "페북"), exclude=("메타버스",)),
        Term("미국", ("미국",), Kind.PLACE),
        Term("미국들", ("미국", "가나"), Kind.PLACE),
        Term("죽은", ("가나다",), exclude=("가나다",)),
        Term("홀로", ("라마",), require=("모델",), exclude=("모델",)),
    )
}


def never(text: str, feeds: tuple[str, ...] | None = None) -> bool:
    return Logic(TERMS, feeds).never(expand(text, parse(text), {}))


def implies(text: str, other: str) -> bool:
    return Logic(TERMS).implies(parse(text), parse(other))


@pytest.mark.parametrize(
    "text",
    [
        "수출 NOT 수출",
        "수출 -수출*",
        "(수출 OR 통제) -수출 -통제",
        "title:수출 -수출",
        "body:수출 -(수출 OR 통제)",
        "@딥시크만 -@DeepSeek",
        "@DeepSeek -@같은것",
        '수출통제 -"수출통제"',
        "(가나 NEAR/2 (라마 OR 바사)) -((바사 OR 라마 OR 아자) NEAR/3 가나)",
        "@죽은",
        "@홀로 (수출 OR 통제)",
        "(@죽은 NEAR/2 수출) 통제",
        "=수출 -=수출",
        "/수.출/ -/수.출/",
        "title:=수출 -=수출",
        '"수출 통제" -"수출 통제"',
    ],
)
def test_a_query_that_can_never_be_true_is_known(text: str) -> None:
    assert never(text)


@pytest.mark.parametrize(
    "text",
    [
        "수출 -통제",
        "수출* -수출",
        "수출 -title:수출",
        "@DeepSeek -@딥시크만",
        "@딥시크만 -@사람",
        "@메타 -@메타둘",
        "@미국 -@미국들",
        "(수출 OR 통제) -수출",
        "(수출 NEAR/2 통제) -수출",  # 수출통제, written as one
        "(수출 NEAR/3 통제) -(수출 NEAR/2 통제)",
        "(수출 NEAR/2 통제) -(수출 ONEAR/2 통제)",
        "((@죽은 OR 수출) NEAR/2 통제) 명단",
        "=수출 -수출",
        "feed:없음",
        "@DeepSeek -@메타둘",
        "@메타 -@홀로",
        "-수출",
    ],
)
def test_nothing_is_said_of_a_query_that_may_be_true(text: str) -> None:
    assert not never(text)


def test_the_names_of_all_feeds_decide_about_the_field_feed() -> None:
    feeds = ("전자신문 AI", "보안뉴스")
    assert never("feed:한빛 수출", feeds)
    assert not never("feed:전자신문 수출", feeds)
    assert not never("feed:보안뉴스", feeds)
    assert never("feed:(한빛 OR 샛별) 수출", feeds)
    assert not never("tag:한빛 수출", feeds)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("수출 통제", "수출"),
        ("수출", "수출 OR 통제"),
        ("수출 통제 명단", "(수출 OR 규제) (통제 OR 금지)"),
        ("title:수출", "수출"),
        ("@딥시크만 수출", "@DeepSeek"),
        ("가나 -다라", "가나"),
        ("가나 -다라 -마바", "가나 -다라"),
        ("deepseek", "DeepSeek"),
        ("가나 ONEAR/2 다라", "다라 NEAR/5 가나"),
    ],
)
def test_what_one_query_finds_the_other_finds_too(text: str, other: str) -> None:
    assert implies(text, other)
    assert not implies(other, text)


@pytest.mark.parametrize("other", ["(마바 OR 다라) 가나", "(가나 다라) OR (가나 마바)"])
def test_equal_queries_imply_each_other(other: str) -> None:
    assert implies("가나 (다라 OR 마바)", other)
    assert implies(other, "가나 (다라 OR 마바)")


def test_the_atoms_of_queries_of_which_one_implies_the_other_meet() -> None:
    known = Logic(TERMS)
    narrow, wide = known.atoms_of(parse("title:수출 -통제")), known.atoms_of(parse("수출*"))
    other = known.atoms_of(parse("명단"))
    narrow = known.atoms_of(parse("title:수출 -통제"))
    assert narrow & wide
    assert not narrow & other


def test_what_takes_too_long_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "(가나 OR 다라) (가나 OR -다라) (-가나 OR 마바) (-가나 OR -마바)"
    assert never(text)
    for limit in ("MOST_STEPS", "MOST_CHOICES"):
        with monkeypatch.context() as patch:
            patch.setattr(logic, limit, 1)
            assert not never(text)
            assert not implies(text, "수출 OR 수출")
    monkeypatch.setattr(logic, "MOST_STEPS_IN_ALL", 60)
    known = Logic(TERMS)
    assert known.never(parse("수출 -수출"))
    for _ in range(20):
        known.never(parse(text))
    assert not known.never(parse("수출 -수출"))


def test_what_a_term_excludes_of_itself_is_named() -> None:
    term = Term("가", ("메타", "페이스북", "메타버스"), require=("모델", "소셜"), exclude=("메타버스", "소셜"))
    assert dead_ways(term) == {"메타버스", "메타 버스"}
    assert useless_words(term) == ("소셜",)
    assert not is_dead(term)
    assert is_dead(Term("가", ("ARM", "암"), mode=Mode.FAMILY, exclude=("ARM", "암")))
    assert not is_dead(Term("미", ("미국",), Kind.PLACE, exclude=("미국",)))
