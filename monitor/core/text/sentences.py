"""Sentences, cut-off ends, and distances in eojeol: the words that Korean separates by spaces.

Every function here takes normalised letters (see `normal`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import Final

_CLOSING: Final = r"""["')\]」』》〉】]*+"""
_BREAK: Final = re.compile(
    r"[\n.!?。](?:(?<=\n)"
    rf"|(?<=[!?。])(?<![!?。][!?。])[!?。]*+{_CLOSING}(?=\s)"
    rf"|(?<=\.)(?<!\.\.)(?<!\.[a-z]\.)(?!\.){_CLOSING}(?=\s)"
    r"|(?<=[다요죠]\.)(?!\.)"
    r"|(?<=。))"
)
"""A line's end; a full stop before a space, but not `u.s. ` or `...`; and 다. even without the space.

It begins with a class of letters, so that all others are passed over without a look. Possessive, and only from the
first of a run: a thousand exclamation marks must not cost a million steps.
"""

_START: Final = re.compile(rf"{_BREAK.pattern}\s*")
_ELLIPSIS: Final = re.compile(r"\s*[\[(]?(?:…|\.\.\.*)+[\])]?\s*$")
_COMPLETE: Final = re.compile(r"""[.!?。"')\]」』》〉】]$""")
_CUT_WINDOW: Final = 16


def sentences(letters: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as half-open places, surrounding space left out."""
    edges = [0, *(found.end() for found in _BREAK.finditer(letters)), len(letters)]
    places = []
    for start, end in pairwise(edges):
        body = letters[start:end]
        first = start + len(body) - len(body.lstrip())
        last = start + len(body.rstrip())
        if first < last:
            places.append((first, last))
    return tuple(places)


class Layout:
    """The sentences and eojeol of a text by number, for offsets into its letters."""

    def __init__(self, letters: str) -> None:
        self._letters = letters
        first = len(letters) - len(letters.lstrip())
        self._starts = [first, *(start for found in _START.finditer(letters) if (start := found.end()) > first)]

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence at an offset; it grows by one from sentence to sentence."""
        return bisect_right(self._starts, offset)

    def sentence_around(self, offset: int) -> tuple[int, int]:
        """The half-open place of the sentence at the offset of a letter."""
        number = self.sentence_at(offset)
        start, end = self._starts[number - 1], self._end_of(number)
        return start, start + len(self._letters[start:end].rstrip())

    def eojeol_at(self, offset: int) -> int:
        """The number of the space-separated word at an offset; it grows by one from word to word of a sentence."""
        return self._letters.count(" ", 0, offset)

    def reach(self, end: int, words: int) -> int:
        """The offset before which starts what is in the sentence of the letter before `end`, so many words on."""
        ends = self._end_of(self.sentence_at(end - 1))
        space = end - 1
        for _ in range(words + 1):
            space = self._letters.find(" ", space + 1, ends)
            if space < 0:
                return ends
        return space + 1

    def _end_of(self, sentence: int) -> int:
        """Where the next sentence starts."""
        return self._starts[sentence] if sentence < len(self._starts) else len(self._letters)


def cut_off_at(letters: str, start: int, end: int) -> int | None:
    """Where the text at this place was cut off, or None if it ends as a sentence does.

    A feed cuts summaries by length, in the middle of a word: what touches this offset may be half a word.
    """
    end = start + len(letters[start:end].rstrip())
    tail_start = max(start, end - _CUT_WINDOW)
    tail = letters[tail_start:end]
    if not tail:
        return None
    ellipsis = _ELLIPSIS.search(tail)
    if ellipsis:
        return tail_start + ellipsis.start()
    return None if _COMPLETE.search(tail) else tail_start + len(tail)
