"""The edges of an occurrence: what stands before it and after it, and whether the word ends there."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import takewhile
from typing import Final

from monitor.core.text.script import ending_of, is_hangul, is_hanja, is_latin
from monitor.core.text.suffixes import HANJA_SUFFIXES, Tail, classify_tail

PLACE_PREFIXES: Final = frozenset("대친반탈주범")
"""Syllables that stand glued before a country and leave it what it is: 대중국, 반미국."""


class Left(StrEnum):
    """What stands before an occurrence."""

    OPEN = "open"
    HANJA = "hanja"
    SCRIPT = "change of script"
    PREFIX = "place prefix"
    INSIDE = "inside a longer word"


class Right(StrEnum):
    """What stands after an occurrence."""

    END = "end"
    SCRIPT = "change of script"
    PARTICLE = "particle"
    SUFFIX = "safe suffix"
    COMPOUND = "compound"
    INSIDE = "inside a longer word"


LATIN_SUFFIXES: Final = frozenset({"pd", "ceo", "cfo", "coo", "cto", "mc"})
"""Titles glued to a name."""

_LETTER_HYPHEN: Final = re.compile(r"(?:^|[^a-z0-9])[a-z]-\Z")
"""A single letter and a hyphen begin a longer name: c-arm, t-mobile."""

_LATIN_RUN: Final = re.compile("[a-z]+")
_TAIL: Final = re.compile("[가-힣]{1,16}")
_LONGEST_RUN: Final = 16
_NAME: Final = 3
"""Syllables of a full name."""
_TAILS: Final = {Tail.PARTICLE: Right.PARTICLE, Tail.SUFFIX: Right.SUFFIX, Tail.COMPOUND: Right.COMPOUND}


def left_of(letters: str, start: int, *, place: bool = False) -> Left:
    """The left boundary of what starts at `start`; `place` admits the prefixes of places."""
    before, first = letters[start - 1 : start], letters[start]
    if is_hangul(first):
        return _left_of_hangul(letters, start, place=place) if is_hangul(before) else _change(before)
    if is_latin(first):
        hyphenated = before == "-" and _LETTER_HYPHEN.search(letters, max(0, start - 3), start)
        return Left.INSIDE if is_latin(before) or hyphenated else _change(before)
    if is_hanja(first):
        return Left.INSIDE if is_hanja(before) else _change(before)
    return Left.OPEN


def tail_of(letters: str, end: int) -> str:
    """The Hangul run that starts at `end`, at most the 16 syllables that no chain of particles exceeds, or ""."""
    run = _TAIL.match(letters, end)
    return run.group() if run else ""


def run_before(letters: str, start: int) -> str:
    """The letters of one script glued before `start`, at most 16, or ""."""
    return _run(letters[max(0, start - _LONGEST_RUN) : start][::-1])[::-1]


def run_after(letters: str, end: int) -> str:
    """The letters of one script glued behind `end`, at most 16, or ""."""
    return _run(letters[end : end + _LONGEST_RUN])


def _run(letters: str) -> str:
    """The first letters that are of one script."""
    for alike in (is_hangul, is_hanja, is_latin):
        if alike(letters[:1]):
            return "".join(takewhile(alike, letters))
    return ""


def right_of(letters: str, end: int, kind: str) -> Right:
    """The right boundary of a word of a kind (the value of a term's kind) that ends at `end`."""
    last, after = letters[end - 1], letters[end : end + 1]
    if is_hangul(after):
        if is_hanja(last):
            return Right.SCRIPT
        return _TAILS[classify_tail(ending_of(last), tail_of(letters, end), kind, short=_is_short(letters, end))]
    if is_latin(after):
        return Right.INSIDE if is_latin(last) else _latin_behind(letters, end)
    if is_hanja(after):
        return _hanja_behind(letters, end) if is_hanja(last) else Right.SCRIPT
    return Right.END


def _is_short(letters: str, end: int) -> bool:
    """Whether one or two Hangul syllables, and no more, end here."""
    return is_hangul(letters[end - 1]) and not (end >= _NAME and is_hangul(letters[end - _NAME]))


def _left_of_hangul(letters: str, start: int, *, place: bool) -> Left:
    """A syllable before a Hangul word makes it part of another, except the prefixes of places."""
    prefixed = place and letters[start - 1] in PLACE_PREFIXES and not is_hangul(letters[start - 2 : start - 1])
    return Left.PREFIX if prefixed else Left.INSIDE


def _change(before: str) -> Left:
    """The boundary after a letter of another script, a sign, or nothing."""
    if is_hanja(before):
        return Left.HANJA
    return Left.SCRIPT if is_hangul(before) or is_latin(before) else Left.OPEN


def _latin_behind(letters: str, end: int) -> Right:
    """Latin letters glued behind Hangul or hanja make a longer name (카카오T, 로봇TV); digits and titles do not."""
    run = _LATIN_RUN.match(letters, end)
    if not run or not (is_hangul(letters[end - 1]) or is_hanja(letters[end - 1])):
        return Right.SCRIPT
    return Right.SUFFIX if run.group() in LATIN_SUFFIXES else Right.COMPOUND


def _hanja_behind(letters: str, end: int) -> Right:
    """One hanja of the safe ones may follow a word in hanja; any other makes a longer word."""
    closes = letters[end] in HANJA_SUFFIXES and not is_hanja(letters[end + 1 : end + 2])
    return Right.SUFFIX if closes else Right.COMPOUND
