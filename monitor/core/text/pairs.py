"""The pieces of a text that a search looks up: overlapping pairs of letters, and threes of Latin letters and digits.

A Korean word of two syllables is one pair, so that every word can be found, whatever particles it carries. Latin
letters are few and mean little by twos. A letter that stands alone is a piece of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import add
from typing import Final

_WIDE: Final = re.compile(r"[^\W_a-z0-9]+")
"""A run of letters of any script but Latin ones and digits; normalised letters are small already."""

_LATIN: Final = re.compile("[a-z0-9]+")
_THREE: Final = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """What a search looks up: the piece itself, or with `begins` every piece that begins with it."""

    text: str
    begins: bool = False


def pieces_of(letters: str) -> set[str]:
    """All pieces of normalised letters."""
    found: set[str] = set()
    # No piece holds a space, and many a word of a text stands in it more than once.
    words = " ".join(set(letters.split()))
    for run in _WIDE.findall(words):
        if len(run) > 1:
            found.update(map(add, run, run[1:]))
        else:
            found.add(run)
    for run in _LATIN.findall(words):
        found.update([run[start : start + _THREE] for start in range(len(run) - 2)])
        # The last two, so that every two letters of a run begin some piece of it.
        found.add(run[-2:])
    return found


def pieces_within(pattern: str) -> frozenset[Piece]:
    """Pieces that are in every text that holds these normalised letters; none if nothing can be said.

    What a run of the pattern begins or ends with may go on in the text, so a single letter says nothing, and two
    Latin letters say only how a piece begins.
    """
    found = {Piece(pair) for run in _WIDE.findall(pattern) for pair in map(add, run, run[1:])}
    for run in _LATIN.findall(pattern):
        found.update(Piece(run[start : start + _THREE]) for start in range(len(run) - 2))
        if len(run) == _THREE - 1:
            found.add(Piece(run, begins=True))
    return frozenset(found)
