"""Leaves of a query, compiled: each finds its occurrences in a scan and gives a verdict on every one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from monitor.core.matching.occurrence import Occurrence, Verdict, decide
from monitor.core.matching.spelling import may_join
from monitor.core.text.boundary import Left, left_of, right_of, tail_of
from monitor.core.text.particles import is_chain
from monitor.core.text.script import ending_of, is_hangul

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.core.matching.scan import Scan


class Lettered(Protocol):
    """Normalised letters, and the original behind them."""

    @property
    def letters(self) -> str:
        """The normalised letters."""
        ...

    def original(self, start: int, end: int) -> str:
        """The original text behind a place in the letters."""
        ...


Judge: TypeAlias = "Callable[[Lettered, int, int], Verdict]"
"""The verdict on a place (letters, start, end) by its surroundings alone."""


class Verifier(Protocol):
    """A second opinion on short Hangul names, such as that of a morpheme analyser."""

    def allows(self, text: str, start: int, end: int) -> bool:
        """Whether the half-open place in a sentence of normalised letters may be a name."""
        ...


LONGEST_UNSURE: Final = 3
"""Syllables of names that the boundary rules may mistake for the beginning of a word: 인도 in 인도적."""

GAP: Final = re.compile("['\"]? ['\"]?")
"""What may stand between two words of a phrase: a space, and quotes around either word."""


class Leaf(Protocol):
    """What the plan and the presearcher need of a leaf."""

    @property
    def number(self) -> int:
        """Unique within a matcher."""
        ...

    @property
    def patterns(self) -> tuple[int, ...]:
        """One of these patterns occurs wherever the leaf does; () if that is not known."""
        ...

    def find(self, scan: Scan) -> Sequence[Occurrence]:
        """Every occurrence with its verdict, in no particular order."""
        ...

    def glue(self, scan: Scan, found: Occurrence) -> Occurrence:
        """The occurrence, accepted or not, once it is known to be one written word with its neighbour in a NEAR."""
        ...


_GAPS: Final = frozenset({"", " ", "\n"})
"""Beside these a word is whole, whatever its letters are."""


_LOOKED_BACK: Final = 3
"""Letters before its end on which the right boundary of a word depends: whether it is short, and its final."""


@lru_cache(maxsize=1 << 16)
def _behind(word: str, tail: str, kind: str, family: bool, stem: bool) -> Verdict:  # noqa: FBT001 - keys of a cache
    """The verdict by the last letters of a word and the Hangul run behind it: many words share them."""
    return decide(right_of(word + tail, len(word), kind), family=family, stem=stem)


@dataclass(frozen=True, slots=True)
class Style:
    """How boundaries are read: the value of the kind, and what may follow."""

    kind: str = "concept"
    family: bool = False
    stem: bool = False

    def is_whole(self, word: str) -> bool:
        """Whether a syllable right before a word makes it part of another: before a place may stand a prefix."""
        return "가" <= word[0] <= "힣" and self.kind != "place"

    def verdict(self, letters: str, start: int, end: int) -> Verdict:
        """The verdict by the boundaries alone: what most words have around them is looked up at once."""
        before, after = letters[start - 1 : start], letters[end : end + 1]
        if before not in _GAPS:
            if "가" <= before <= "힣" and self.is_whole(letters[start]):
                return Verdict.REJECTED_LEFT
            if left_of(letters, start, place=self.kind == "place") is Left.INSIDE:
                return Verdict.REJECTED_LEFT
        if after in _GAPS or not after.isalnum():
            return Verdict.END
        if "가" <= after <= "힣":
            word = letters[max(0, end - _LOOKED_BACK) : end]
            return _behind(word, tail_of(letters, end), self.kind, self.family, self.stem)
        return decide(right_of(letters, end, self.kind), family=self.family, stem=self.stem)

    def judge(self, scan: Lettered, start: int, end: int) -> Verdict:
        """The same, as the judge of a spelling."""
        return self.verdict(scan.letters, start, end)

    def glued(self, letters: str, found: Occurrence) -> Verdict:
        """The verdict when a neighbour in the same written word excuses one of the two boundaries."""
        if found.verdict.accepted:
            return found.verdict
        if found.verdict is Verdict.REJECTED_COMPOUND:
            return Verdict.GLUED
        right = decide(right_of(letters, found.end, self.kind), family=self.family, stem=self.stem)
        return Verdict.GLUED if right.accepted else found.verdict


@dataclass(frozen=True, slots=True)
class WordLeaf:
    """A word with the boundary rules."""

    number: int
    name: str
    patterns: tuple[int, ...]
    style: Style

    def find(self, scan: Scan) -> Sequence[Occurrence]:
        """Every occurrence with its verdict."""
        letters, places, style = scan.letters, scan.places, self.style
        return [
            Occurrence(start, end, self.name, style.verdict(letters, start, end), style.stem)
            for pattern in self.patterns
            if pattern in places
            for start, end, _ in places[pattern]
        ]

    def glue(self, scan: Scan, found: Occurrence) -> Occurrence:
        """Excuse the boundary on the neighbour's side."""
        return found._replace(verdict=self.style.glued(scan.letters, found))


@dataclass(frozen=True, slots=True)
class RawLeaf:
    """Bare letters, anywhere."""

    number: int
    name: str
    patterns: tuple[int, ...]

    def find(self, scan: Scan) -> Sequence[Occurrence]:
        """Every occurrence; all are accepted."""
        return [
            Occurrence(start, end, self.name, Verdict.RAW)
            for pattern in self.patterns
            for start, end, _ in scan.places.get(pattern, ())
        ]

    def glue(self, scan: Scan, found: Occurrence) -> Occurrence:  # noqa: ARG002 - a leaf without boundaries
        """Nothing to excuse."""
        return found


@dataclass(frozen=True, slots=True)
class PhraseLeaf:
    """Words next to each other: each but the last may carry particles, and spaces may be missing.

    `words` holds the ways in which each is written, its own first.
    """

    number: int
    name: str
    patterns: tuple[int, ...]
    words: tuple[tuple[str, ...], ...]
    style: Style

    def find(self, scan: Scan) -> Sequence[Occurrence]:
        """Every occurrence of the first word, to the phrase's end where the rest follows."""
        places = scan.places
        return [
            self._closed(scan.letters, start, end)
            for pattern in self.patterns
            for start, end, _ in places.get(pattern, ())
        ]

    def _closed(self, letters: str, start: int, end: int) -> Occurrence:
        """The occurrence whose first word has this place."""
        verdict, last = Verdict.REJECTED_PHRASE, end
        for closed in _phrase_ends(letters, end, self.words, 1):
            verdict, last = self.style.verdict(letters, start, closed), closed
            if verdict.accepted:
                break
        return Occurrence(start, last, self.name, verdict)

    def glue(self, scan: Scan, found: Occurrence) -> Occurrence:
        """Excuse the boundary on the neighbour's side."""
        return found._replace(verdict=self.style.glued(scan.letters, found))


def _phrase_ends(letters: str, end: int, words: tuple[tuple[str, ...], ...], index: int) -> Iterator[int]:
    """Where the phrase may end if the word before `index` ended at `end`."""
    if index == len(words):
        yield end
        return
    ways, before = words[index], words[index - 1]
    for start in _next_starts(letters, end, glued=may_join(before[0], ways[0])):
        for way in ways:
            if letters.startswith(way, start):
                yield from _phrase_ends(letters, start + len(way), words, index + 1)


def _next_starts(letters: str, end: int, *, glued: bool) -> Iterator[int]:
    """Where the next word of a phrase may start: right here, or after particles and a space."""
    if glued:
        yield end
    tail = tail_of(letters, end)
    if tail and not is_chain(ending_of(letters[end - 1]), tail):
        return
    gap = GAP.match(letters, end + len(tail))
    if gap:
        yield gap.end()


@dataclass(frozen=True, slots=True)
class Context:
    """Words that must or must not stand near a hit of a term."""

    excluded: tuple[WordLeaf, ...] = ()
    required: tuple[WordLeaf, ...] = ()

    def verdict(self, scan: Scan, found: Occurrence) -> Verdict:
        """The verdict once the words around have been looked at."""
        if any(stands_near(scan, word, found) for word in self.excluded):
            return Verdict.REJECTED_CONTEXT
        if self.required and not any(stands_near(scan, word, found) for word in self.required):
            return Verdict.REJECTED_ALONE
        return found.verdict


def stands_near(scan: Scan, word: WordLeaf, hit: Occurrence) -> bool:
    """Whether a word stands in the hit's sentence, or in the title or the first sentence after it."""
    around = chain(scan.in_head(word), scan.in_sentence_of(word, hit.start))
    return any(found.end <= hit.start or hit.end <= found.start for found in around)


@dataclass(frozen=True, slots=True)
class Cover:
    """An excluded word that holds a spelling: `offset` letters of it stand before the spelling."""

    text: str
    offset: int

    def lies_at(self, letters: str, start: int) -> bool:
        """Whether a spelling that starts here is part of the excluded word."""
        return start >= self.offset and letters.startswith(self.text, start - self.offset)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way a term is written, with the judge of its places; `lead` and `trail` letters of it are not the name."""

    letters: str
    judge: Judge
    lead: int = 0
    trail: int = 0


@dataclass(frozen=True, slots=True)
class TermLeaf:
    """A term with all its spellings, and the pattern of each."""

    number: int
    name: str
    patterns: tuple[int, ...]
    spellings: tuple[Spelling, ...]
    style: Style
    covers: tuple[Cover, ...] = ()
    context: Context | None = None
    verifier: Verifier | None = None

    def find(self, scan: Scan) -> Sequence[Occurrence]:
        """Every occurrence with its verdict."""
        found = []
        places, name, family = scan.places, self.name, self.style.family
        for number, pattern in enumerate(self.patterns):
            if pattern not in places:
                continue
            spelling = self.spellings[number]
            for first, last, _ in places[pattern]:
                start, end = first + spelling.lead, last - spelling.trail
                verdict = spelling.judge(scan, start, end)
                found.append(Occurrence(start, end, name, verdict, family))
        if self.covers or self.context or self.verifier:
            return [self._considered(scan, occurrence) for occurrence in found]
        return found

    def glue(self, scan: Scan, found: Occurrence) -> Occurrence:
        """Excuse the boundary on the neighbour's side; what the term excludes stays out."""
        return self._considered(scan, found._replace(verdict=self.style.glued(scan.letters, found)))

    def _considered(self, scan: Scan, found: Occurrence) -> Occurrence:
        """The occurrence after a look at excluded words and at the words around."""
        if not found.verdict.accepted:
            return found
        if any(cover.lies_at(scan.letters, found.start) for cover in self.covers):
            return found._replace(verdict=Verdict.REJECTED_EXCLUDED)
        if self.context:
            found = found._replace(verdict=self.context.verdict(scan, found))
        if self.verifier and is_unsure(scan.letters, found.start, found.end, found.verdict):
            first, last = scan.sentence_around(found.start)
            if not self.verifier.allows(scan.letters[first:last], found.start - first, found.end - first):
                return found._replace(verdict=Verdict.REJECTED_MORPHEME)
            return found._replace(firm=True)
        return found


def is_unsure(letters: str, start: int, end: int, verdict: Verdict) -> bool:
    """Whether a name is short, Hangul, and accepted only because what follows reads as particles."""
    short = end - start <= LONGEST_UNSURE
    return short and verdict is Verdict.PARTICLE and all(map(is_hangul, letters[start:end]))


@dataclass(frozen=True, slots=True)
class RegexLeaf:
    """An RE2 regular expression over the original text of each field."""

    number: int
    name: str
    expression: Any
    patterns: tuple[int, ...] = ()

    def find(self, scan: Scan) -> Sequence[Occurrence]:
        """Every match that is not empty."""
        occurrences = []
        for area in scan.areas:
            for found in self.expression.finditer(area.text.searchable):
                start, end = found.span()
                if start < end:
                    first, last = area.text.locate(start, end)
                    place = area.start + first, area.start + last
                    occurrences.append(Occurrence(*place, self.name, Verdict.EXPRESSION))
        return occurrences

    def glue(self, scan: Scan, found: Occurrence) -> Occurrence:  # noqa: ARG002 - a leaf without boundaries
        """Nothing to excuse."""
        return found
