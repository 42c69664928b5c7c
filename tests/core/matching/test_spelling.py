from __future__ import annotations

import pytest

from monitor.core.matching.spelling import may_join, variants


@pytest.mark.parametrize(
    ("spelling", "ways"),
    [
        ("수출통제", {"수출통제", "수출 통제"}),
        ("수출 통제", {"수출 통제", "수출통제"}),
        ("오픈AI", {"오픈ai", "오픈 ai"}),
        ("오픈 AI", {"오픈 ai", "오픈ai"}),
        ("김신", {"김신"}),
        ("김 신", {"김 신"}),
        ("딥시크", {"딥시크"}),
        ("SK하이닉스", {"sk하이닉스", "sk 하이닉스", "sk하이 닉스"}),
        ("DeepSeek", {"deepseek", "deep seek"}),
        ("New York", {"new york", "newyork"}),
        ("GPT 5", {"gpt 5", "gpt5"}),
        ("공정거래위", {"공정거래위", "공정 거래위", "공정거 래위"}),
        ("H20", {"h20"}),
        ("深度求索", {"深度求索"}),
        ("A B", {"a b"}),
        ("왕(王)", {"왕(王)"}),
        ("나 a ", {"나 a", "나a"}),
    ],
)
def test_a_spelling_is_written_with_and_without_spaces(spelling: str, ways: set[str]) -> None:
    assert set(variants(spelling)) == ways
    assert len(variants(spelling)) == len(ways)


def test_the_own_way_comes_first() -> None:
    assert variants("오픈 AI 서울")[0] == "오픈 ai 서울"


def test_many_joints_do_not_multiply() -> None:
    ways = variants("가나 다라 마바 사아 자차 카타")
    assert ways == ("가나 다라 마바 사아 자차 카타", "가나다라마바사아자차카타")


@pytest.mark.parametrize("spelling", ["", " ", "\u200b", "!?", "·"])
def test_a_spelling_without_letters_has_no_ways(spelling: str) -> None:
    assert variants(spelling) == ()


@pytest.mark.parametrize(
    ("before", "after", "joins"),
    [
        ("수출", "통제", True),
        ("한", "미국", False),
        ("수", "출", False),
        ("ai", "칩", True),
        ("칩", "ai", True),
        ("", "칩", False),
    ],
)
def test_two_words_are_written_as_one_if_both_are_long_enough(before: str, after: str, *, joins: bool) -> None:
    assert may_join(before, after) is joins


def test_a_word_longer_than_any_name_is_not_cut_at_every_syllable() -> None:
    assert len(list(variants("가" * 20))) > 10
    assert list(variants("가" * 21)) == ["가" * 21]
