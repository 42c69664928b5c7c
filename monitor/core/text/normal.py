"""Normalisation of text, with a way back from each normalised offset to the original code points."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SAME: Final = {
    "·": "ㆍ‧•∙⋅･・",
    "'": "‘’‚‛′´`＇",
    '"': "“”„‟″＂",
    "-": "‐‑‒–—―−－",
    "\n": "\u2028\u2029\x85",
    " ": "\t\r\f\v\xa0",
    "…": "⋯",
    "�": "",
}
"""Letters that readers take for one another. U+318D comes first of all: NFKC would make a jamo of it."""

_MAPPED: Final = {ord(odd): plain for plain, odds in _SAME.items() for odd in odds} | {ord("…"): "…"}
_DELETED: Final = dict.fromkeys(
    [*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD, *range(0xFE00, 0xFE10)],
    "",
)
_FIRST: Final = _MAPPED | _DELETED
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u1160-\u11ff\u20d0-\u20ff\u3099\u309a\ud7b0-\ud7ff\ufe20-\ufe2f\uff9e\uff9f"
)
"""Letters that combine with the one before them: accents, and the vowels and finals of NFD Hangul."""

_QUIET_RANGES: Final = (
    (0x09, 0x0B),
    (0x20, 0x7F),
    (0xA0, 0x100),
    (0x2010, 0x2040),
    (0x2190, 0x2200),
    (0x25A0, 0x2700),
    (0x3000, 0x3040),
    (0x4E00, 0xA000),
    (0xAC00, 0xD7A4),
)
_WHOLE_BLOCK: Final = 0x1000
_COMMON: Final = "‘’“”–—\t\xa0"
"""Mapped letters so common in headlines that they must not cost the quick way."""

_COMMON_PAIRS: Final = tuple((odd, _MAPPED[ord(odd)]) for odd in _COMMON)
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ENTITY_PASSES: Final = 8
_SPACES: Final = re.compile(" {2,}")
_GLOSS: Final = re.compile(r"(?<=[가-힣])\(([一-鿿㐀-䶿]+)\)(?=[가-힣])")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def _fold(cluster: str) -> str:
    """A letter with its combining marks, normalised."""
    first = cluster.translate(_FIRST)
    if first == "…":  # NFKC would make three dots of it, at a cost in every other headline
        return first
    plain = unicodedata.normalize("NFKC", first).translate(_FIRST)
    folded = unicodedata.normalize("NFKC", plain.casefold()).translate(_FIRST)
    return _SURROGATES.sub("�", folded)


def _is_quiet(code: int) -> bool:
    letter = chr(code)
    return letter in _COMMON or _fold(letter) == letter.lower()


def _quiet_class() -> str:
    """The letters that need no more than `lower` and the common quotes, as the inside of a character class."""
    parts = []
    for start, end in _QUIET_RANGES:
        if end - start >= _WHOLE_BLOCK:  # hanja and Hangul syllables are their own normal form
            parts.append(f"{chr(start)}-{chr(end - 1)}")
        else:
            parts.extend(re.escape(chr(code)) for code in range(start, end) if _is_quiet(code))
    return "".join(parts)


_LOUD: Final = re.compile(f"[^{_quiet_class()}]")
_LOUD_CLUSTER: Final = re.compile(rf"[^\n{_MARKS}][{_MARKS}]+|{_LOUD.pattern}")


@dataclass(frozen=True, slots=True)
class _Stage:
    """One rewriting of a text: replaced places, new and old, and what was moved to the end."""

    new_starts: tuple[int, ...]
    new_ends: tuple[int, ...]
    old_starts: tuple[int, ...]
    old_ends: tuple[int, ...]
    moved_new: tuple[int, ...] = ()
    moved_old: tuple[int, ...] = ()

    def back_start(self, offset: int) -> int:
        """Where the letter at `offset` began before this stage."""
        moved = bisect_right(self.moved_new, offset) - 1
        if moved >= 0:
            return self.moved_old[moved] + offset - self.moved_new[moved]
        index = bisect_right(self.new_starts, offset) - 1
        if index < 0:
            return offset
        if offset < self.new_ends[index]:
            return self.old_starts[index]
        return self.old_ends[index] + offset - self.new_ends[index]

    def back_end(self, offset: int) -> int:
        """Where the letter before `offset` ended before this stage."""
        last = offset - 1
        moved = bisect_right(self.moved_new, last) - 1
        if moved >= 0:
            return self.moved_old[moved] + offset - self.moved_new[moved]
        index = bisect_right(self.new_starts, last) - 1
        if index < 0:
            return offset
        if last < self.new_ends[index]:
            return self.old_ends[index]
        return self.old_ends[index] + offset - self.new_ends[index]


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text made comparable.

    `letters[:length]` is the text; behind it follow, each after a line's end, the hanja glosses that were taken
    out of words, so that they can still be found.
    """

    original: str
    letters: str
    length: int
    stages: tuple[_Stage, ...] = field(default=(), repr=False)

    @property
    def searchable(self) -> str:
        """The original with each lone surrogate replaced: UTF-8 has no room for them."""
        return _SURROGATES.sub("�", self.original)

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The place in `letters` of half-open code points of the original; the inverse of `span`."""
        if not self.stages:
            return start, end
        offsets = range(self.length)
        first = bisect_right(offsets, start, key=lambda offset: self.span(offset, offset + 1)[1])
        last = bisect_left(offsets, end, lo=first, key=lambda offset: self.span(offset, offset + 1)[0])
        return first, max(last, first + 1)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open code points of the original behind a non-empty half-open place in `letters`."""
        for stage in reversed(self.stages):
            start, end = stage.back_start(start), stage.back_end(end)
        return start, end


def normalise(original: str) -> NormalText:
    """Normalise a text.

    Entities are unescaped until none is left; dots, quotes and dashes that look alike are made one; invisible
    letters go; then NFKC and casefold; runs of spaces become one; hanja glosses inside a word are moved to the
    end (대(對)중국 is 대중국).
    """
    letters = original
    stages: list[_Stage] = []
    if "&" in letters:
        for _ in range(_ENTITY_PASSES):
            if not _ENTITY.search(letters):
                break
            letters = _rewrite(letters, _ENTITY, lambda found: html.unescape(found.group()), stages)
    if _LOUD.search(letters):
        letters = _rewrite(letters, _LOUD_CLUSTER, lambda found: _folded(found.group()), stages)
    for odd, plain in _COMMON_PAIRS:
        letters = letters.replace(odd, plain)
    letters = letters.lower()
    if "  " in letters:
        letters = _rewrite(letters, _SPACES, lambda _: " ", stages)
    length = len(letters)
    if "(" in letters and _GLOSS.search(letters):
        letters, length = _move_glosses(letters, stages)
    return NormalText(original, letters, length, tuple(stages))


def fold(text: str) -> str:
    """The normalised letters of a short text such as a spelling, surrounding space left out."""
    normal = normalise(text)
    return normal.letters[: normal.length].strip()


_folded: Final = lru_cache(maxsize=1 << 14)(_fold)


def _rewrite(
    text: str, pattern: re.Pattern[str], rewritten: Callable[[re.Match[str]], str], stages: list[_Stage]
) -> str:
    """Replace every match, and remember the places as one more stage."""
    parts: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    old_starts: list[int] = []
    old_ends: list[int] = []
    done = length = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        new = rewritten(found)
        length += start - done
        parts += (text[done:start], new)
        new_starts.append(length)
        length += len(new)
        new_ends.append(length)
        old_starts.append(start)
        old_ends.append(end)
        done = end
    parts.append(text[done:])
    stages.append(_Stage(tuple(new_starts), tuple(new_ends), tuple(old_starts), tuple(old_ends)))
    return "".join(parts)


def _move_glosses(letters: str, stages: list[_Stage]) -> tuple[str, int]:
    """Take glosses out of words and append those of two hanja or more, a line each; the text's own length too."""
    glosses = [(found.start(1), found.group(1)) for found in _GLOSS.finditer(letters)]
    text = _rewrite(letters, _GLOSS, lambda _: "", stages)
    length = end = len(text)
    parts = [text]
    moved_new, moved_old = [], []
    for start, gloss in glosses:
        if len(gloss) > 1:
            moved_new.append(end + 1)
            moved_old.append(start)
            parts += ("\n", gloss)
            end += 1 + len(gloss)
    stages.append(replace(stages.pop(), moved_new=tuple(moved_new), moved_old=tuple(moved_old)))
    return "".join(parts), length
