"""The excerpt shows the place of a fault as a terminal draws it."""

from __future__ import annotations

import re

import pytest

from monitor.core.query.errors import QueryError, display_width
from monitor.core.query.faults import Fault, wording


@pytest.mark.parametrize(
    ("text", "at", "excerpt"),
    [
        ("a or b", (2, 4), "a or b\n  ^^"),
        ("수출 or 통제", (3, 5), "수출 or 통제\n     ^^"),
        ("수출 통제", (3, 5), "수출 통제\n     ^^^^"),
        ("a OR", (4, 4), "a OR\n    ^"),
        ("", (0, 0), "\n^"),
        ("a\n수출 (b\nc", (5, 6), "수출 (b\n     ^"),
        ("a\nb or\nc", (4, 8), "b or\n  ^^"),
        ("\ta or", (3, 5), " a or\n   ^^"),
        ("가" * 60 + "!" + "b" * 60, (60, 61), f"…{'가' * 40}!{'b' * 39}…\n{' ' * 81}^"),
        ("a" * 5 + "b" * 100, (5, 105), f"{'a' * 5}{'b' * 100}\n     {'^' * 100}"),
    ],
)
def test_carets_stand_under_the_fault(text: str, at: tuple[int, int], excerpt: str) -> None:
    assert QueryError(text, at, Fault.EMPTY).excerpt() == excerpt


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("한글", 4), ("美", 2), ("Ａ", 2), ("e\u0301", 1), ("\u1112\u1161\u11ab", 2), ("\u200b", 0)],
)
def test_display_width(text: str, columns: int) -> None:
    assert display_width(text) == columns


VALUES: dict[str, str | int] = {
    **dict.fromkeys(("most", "parts", "levels"), 9),
    **dict.fromkeys(("why", "word", "big", "typed", "close", "fields", "name", "scope", "sign", "circle"), "값"),
}


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_told_in_both_languages_with_the_same_values(fault: Fault) -> None:
    korean, english = wording(fault, "ko", VALUES), wording(fault, "en", VALUES)
    assert re.search("[가-힣]", "".join(korean).replace("값", ""))
    assert not re.search("[가-힣]", "".join(english).replace("값", ""))
    assert "{" not in "".join((*korean, *english))
    assert all(korean)
    assert all(english)
