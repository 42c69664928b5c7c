"""Texts made to keep a matcher busy: the work must grow with the length, not with its square."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.query.nodes import And, Near, Phrase, TermRef, Word
from tests.core.matching.ask import article

if TYPE_CHECKING:
    from types import FrameType

MATCHER = compile_matcher(
    {
        "라마": Term("라마", ("라마",), Kind.PRODUCT, Mode.FAMILY, exclude=("드",), require=("양", "칩")),
        "미국": Term("미국", ("미국",), Kind.PLACE),
    },
    [
        Watchlist("가", And((TermRef("라마"), TermRef("미국"), Near(Word("라마"), Word("라마"), 99)))),
        Watchlist("나", Near(Word("라", prefix=True), Word("마", prefix=True), 99)),
        Watchlist("다", Phrase("라마 라마 라마")),
        Watchlist("라", TermRef("라마")),
        Watchlist("마", TermRef("미국")),
    ],
)


PIECES = (
    "라마",
    "라마 ",
    "美",
    "미·",
    "!",
    "!)",
    "다.",
    "...",
    "… ",
    "&amp;",
    "(美)라마",
    "드. 라마. ",
    "라\u200b마",
    "ㄱ",
    "양 라마",
)


@pytest.mark.parametrize("piece", PIECES)
def test_the_work_for_hostile_text_grows_with_its_length_only(piece: str) -> None:
    short, long = (calls_for(piece * (letters // len(piece))) for letters in (2_000, 8_000))
    assert long < 6 * short


def calls_for(text: str) -> int:
    """How many functions are called for a text, those of C included; bench/hostile.py measures the time."""
    hostile = article(f"양 라마와 라 마, 미국 {text}끝 라마")
    calls = 0

    def count(_frame: FrameType, what: str, _argument: object) -> None:
        nonlocal calls
        calls += what in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        MATCHER.match(hostile)
    finally:
        sys.setprofile(before)
    return calls
