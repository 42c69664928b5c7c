"""One article laid out for matching: its letters in one string, and the patterns that occur in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from monitor.core.article import TEXT_FIELDS, Article, Span
from monitor.core.matching.occurrence import ACCEPTED
from monitor.core.text.boilerplate import normalise_body
from monitor.core.text.normal import NormalText, normalise
from monitor.core.text.sentences import Layout, cut_off_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.matching.leaves import Leaf
    from monitor.core.matching.near import Standing
    from monitor.core.matching.occurrence import Occurrence

TEXT_AREAS: Final = frozenset(TEXT_FIELDS)
BODY_AREAS: Final = frozenset({"summary", "content"})

_HEAD: Final = 0
"""No sentence has this number."""

Places = list[tuple[int, int, int]]
"""Half-open places in the letters of a scan, each with its pattern, as the automaton gives them."""

_PATTERN: Final = itemgetter(2)


@dataclass(frozen=True, slots=True)
class Area:
    """One field of an article: its text, and where its letters start in the scan."""

    name: str
    text: NormalText
    start: int


def texts_of(article: Article, *, meta: bool) -> list[tuple[str, str]]:
    """The fields that are not empty, by name; with `meta` also source, author, feeds and tags."""
    texts = [("title", article.title), ("summary", article.summary), ("content", article.content)]
    if meta:
        texts += [("source", article.source), ("author", article.author)]
        texts += [("feed", feed) for feed in article.feeds]
        texts += [("tag", tag) for tag in (*article.tags, *article.feed_tags)]
    return [(name, text) for name, text in texts if text]


class Scan:
    """An article's letters, field after field on lines of their own, and what was found in them so far.

    `occurring` are the numbers of the patterns in it. What a leaf found is remembered, since watchlists share
    leaves; so is, in `standings`, where each side of a NEAR stands.
    """

    def __init__(self, article: Article, *, meta: bool = False) -> None:
        areas = []
        start = 0
        for name, text in texts_of(article, meta=meta):
            normal = normalise_body(text) if name in BODY_AREAS else normalise(text)
            areas.append(Area(name, normal, start))
            start += len(normal.letters) + 1
        self.meta: Final = meta
        self.areas: Final = areas
        self.letters: Final = "\n".join([area.text.letters for area in areas])
        self.occurring: set[int] = set()
        self.standings: dict[int, Standing | None] = {}
        self.raw: Sequence[tuple[int, int, int]] = ()
        self._found: dict[int, Sequence[Occurrence]] = {}
        self._accepted: dict[int, tuple[Occurrence, ...]] = {}
        self._sorted: dict[int, dict[int, list[Occurrence]]] = {}
        self._glued: dict[tuple[int, Occurrence], Occurrence] = {}

    def place(self, found: Sequence[tuple[int, int, int]]) -> None:
        """Take in what the automaton found: (start, end, pattern)."""
        self.occurring = set(map(_PATTERN, found))
        self.raw = found

    @cached_property
    def places(self) -> dict[int, Places]:
        """The places of each pattern that occurs; made when first asked for, since most articles are no candidate."""
        places: dict[int, Places] = {}
        for place in self.raw:
            pattern = place[2]
            if pattern in places:
                places[pattern].append(place)
            else:
                places[pattern] = [place]
        return places

    def of(self, leaf: Leaf) -> Sequence[Occurrence]:
        """Every occurrence of a leaf with its verdict, accepted or not."""
        found = self._found.get(leaf.number)
        if found is None:
            found = self._found[leaf.number] = leaf.find(self)
        return found

    def accepted(self, leaf: Leaf) -> tuple[Occurrence, ...]:
        """The occurrences of a leaf that count: the watchlists that share it ask again."""
        accepted = self._accepted.get(leaf.number)
        if accepted is None:
            accepted = tuple([place for place in self.of(leaf) if place.verdict in ACCEPTED])
            self._accepted[leaf.number] = accepted
        return accepted

    def glued(self, found: Occurrence, leaf: Leaf) -> Occurrence:
        """An occurrence of a leaf once it is known to be one written word with its neighbour in a NEAR."""
        key = (leaf.number, found)
        if key not in self._glued:
            self._glued[key] = leaf.glue(self, found)
        return self._glued[key]

    def reach(self, end: int, words: int) -> int:
        """The offset before which starts what is in the sentence of the letter before `end`, so many words on."""
        return self._layout.reach(end, words)

    def area_at(self, offset: int) -> Area:
        """The field that an offset lies in."""
        return self.areas[bisect_right(self._starts, offset) - 1]

    def span(self, occurrence: Occurrence) -> Span:
        """Where an occurrence stands in the original text of its field."""
        area = self.area_at(occurrence.start)
        start, end = occurrence.start - area.start, occurrence.end - area.start
        if area.text.stages:
            start, end = area.text.span(start, end)
        return Span(area.name, start, end, occurrence.name)

    def original(self, start: int, end: int) -> str:
        """The original text behind a place in the letters."""
        area = self.area_at(start)
        first, last = area.text.span(start - area.start, end - area.start)
        return area.text.original[first:last]

    def eojeol_at(self, offset: int) -> int:
        """The number of the space-separated word at an offset."""
        return self._layout.eojeol_at(offset)

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence at an offset."""
        return self._layout.sentence_at(offset)

    def sentence_around(self, offset: int) -> tuple[int, int]:
        """The half-open place of the sentence at the offset of a letter."""
        return self._layout.sentence_around(offset)

    def in_one_sentence(self, start: int, end: int) -> bool:
        """Whether two offsets lie in one sentence."""
        return self.sentence_at(start) == self.sentence_at(end)

    def in_head(self, leaf: Leaf) -> Sequence[Occurrence]:
        """The accepted occurrences of a leaf in the title and the first sentence after it."""
        return self._by_sentence(leaf).get(_HEAD, ())

    def in_sentence_of(self, leaf: Leaf, offset: int) -> Sequence[Occurrence]:
        """The accepted occurrences of a leaf in the sentence at an offset."""
        return self._by_sentence(leaf).get(self.sentence_at(offset), ())

    def _by_sentence(self, leaf: Leaf) -> dict[int, list[Occurrence]]:
        """The accepted occurrences by the number of their sentence; those in the head also under `_HEAD`."""
        if leaf.number not in self._sorted:
            found: dict[int, list[Occurrence]] = {}
            for occurrence in self.accepted(leaf):
                sentence = self.sentence_at(occurrence.start)
                found.setdefault(sentence, []).append(occurrence)
                if sentence <= self._head:
                    found.setdefault(_HEAD, []).append(occurrence)
            self._sorted[leaf.number] = found
        return self._sorted[leaf.number]

    def is_cut_at(self, end: int) -> bool:
        """Whether what ends here touches the end of a cut-off summary or content."""
        return end in self._cuts

    @cached_property
    def _starts(self) -> list[int]:
        return [area.start for area in self.areas]

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.letters)

    @cached_property
    def _head(self) -> int:
        """The number of the last sentence of the head."""
        body = next((area.start for area in self.areas if area.name in BODY_AREAS), len(self.letters))
        return self.sentence_at(body)

    @cached_property
    def _cuts(self) -> frozenset[int]:
        body = [area for area in self.areas if area.name in BODY_AREAS]
        ends = [cut_off_at(self.letters, area.start, area.start + area.text.length) for area in body]
        return frozenset(end for end in ends if end is not None)
