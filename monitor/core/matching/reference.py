"""The slow, obvious matcher: the meaning of a query, read off the tree. The fast one must agree with it.

Every field is looked at by itself, every word is searched for in every text, and nothing is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

import re2

from monitor.core.article import TEXT_FIELDS, Article, Match, Span
from monitor.core.matching.compiler import SCOPES
from monitor.core.matching.engine import LONGEST_LONE, WEAK_CUT, WEAK_LONE
from monitor.core.matching.errors import NEAR_SIDES, BadExpressionError
from monitor.core.matching.leaves import GAP, Style, is_unsure
from monitor.core.matching.near import MOST_MET
from monitor.core.matching.occurrence import Verdict, decide
from monitor.core.matching.spelling import may_join, phrase_ways
from monitor.core.matching.terms import context_style, covers_of, ways_of, written_ways
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.text.boilerplate import normalise_body
from monitor.core.text.boundary import Left, left_of, right_of, tail_of
from monitor.core.text.normal import NormalText, fold, normalise
from monitor.core.text.particles import is_chain
from monitor.core.text.script import ending_of, is_hangul_between
from monitor.core.text.sentences import cut_off_at, sentences
from monitor.core.text.suffixes import may_end_a_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.core.matching.leaves import Verifier
    from monitor.core.matching.model import Term, Watchlist
    from monitor.core.query.nodes import Leaf, Node


@dataclass(frozen=True, slots=True)
class _Page:
    """One field of the article, by its place among the fields."""

    order: int
    name: str
    text: NormalText

    @property
    def letters(self) -> str:
        return self.text.letters

    def original(self, start: int, end: int) -> str:
        first, last = self.text.span(start, end)
        return self.text.original[first:last]

    def sentence(self, offset: int) -> int:
        return sum(start <= offset for start, _ in sentences(self.letters))


@dataclass(frozen=True, slots=True)
class _Place:
    """An occurrence in a page."""

    page: _Page
    start: int
    end: int
    name: str
    verdict: Verdict
    leaf: Leaf


def match_slowly(
    terms: Mapping[str, Term],
    watchlists: Sequence[Watchlist],
    article: Article,
    verifier: Verifier | None = None,
) -> tuple[Match, ...]:
    """What `compile_matcher(terms, watchlists).match(article)` must give."""
    reader = _Reader(terms, article, verifier)
    matches = []
    for watchlist in watchlists:
        if watchlist.feeds and not watchlist.feeds & set(article.feeds):
            continue
        if watchlist.feed_tags and not watchlist.feed_tags & set(article.feed_tags):
            continue
        places = reader.truth(watchlist.query, frozenset(TEXT_FIELDS))
        if places is not None:
            matches.append(Match(watchlist.name, _spans(places), reader.weakness(places)))
    return tuple(matches)


def verdict_slowly(style: Style, letters: str, start: int, end: int) -> Verdict:
    """What `style.verdict(letters, start, end)` must give."""
    if left_of(letters, start, place=style.kind == "place") is Left.INSIDE:
        return Verdict.REJECTED_LEFT
    return decide(right_of(letters, end, style.kind), family=style.family, stem=style.stem)


class _Reader:
    """Evaluates queries over one article."""

    def __init__(self, terms: Mapping[str, Term], article: Article, verifier: Verifier | None) -> None:
        self._terms = terms
        self._verifier = verifier
        named = [(name, article.field(name)) for name in TEXT_FIELDS]
        named += [("source", article.source), ("author", article.author)]
        named += [("feed", feed) for feed in article.feeds]
        named += [("tag", tag) for tag in article.tags + article.feed_tags]
        self._pages = [
            _Page(order, name, normalise_body(text) if name in SCOPES["body"] else normalise(text))
            for order, (name, text) in enumerate(named)
        ]

    def truth(self, node: Node, areas: frozenset[str]) -> list[_Place] | None:
        """The places that make a query true in these fields, or None if it is false."""
        match node:
            case And():
                parts = [self.truth(child, areas) for child in node.children]
                return None if None in parts else [place for part in parts for place in part or ()]
            case Or():
                parts = [self.truth(child, areas) for child in node.children]
                known = [part for part in parts if part is not None]
                return [place for part in known for place in part] if known else None
            case Not():
                return None if self.truth(node.child, areas) is not None else []
            case Scoped():
                return self.truth(node.child, SCOPES[node.name])
            case Near():
                return self._near(node, areas) or None
            case Word() | Phrase() | TermRef() | Regex():
                return [place for place in self._places(node, areas) if place.verdict.accepted] or None
            case _:
                assert_never(node)

    def weakness(self, places: list[_Place]) -> str:
        """The reason why a match is doubtful, or ""."""
        if places and all(_is_cut(place) for place in places):
            return WEAK_CUT
        lone = len({(place.page.order, place.start, place.end) for place in places}) == 1
        return WEAK_LONE if lone and all(self._may_go_on(place) for place in places) else ""

    def _may_go_on(self, place: _Place) -> bool:
        """Whether a place is a short name that may go on with what was taken for its particles or suffix."""
        letters, start, end, leaf = place.page.letters, place.start, place.end, place.leaf
        if not isinstance(leaf, Word | Phrase | TermRef) or place.verdict not in {Verdict.PARTICLE, Verdict.SUFFIX}:
            return False
        style = self._style(leaf)
        asked = self._verifier and isinstance(leaf, TermRef) and is_unsure(letters, start, end, place.verdict)
        if style.stem or style.family or asked:
            return False
        short = end - start <= LONGEST_LONE and all("가" <= letter <= "힣" for letter in letters[start:end])
        return short and may_end_a_name(tail_of(letters, end))

    def _near(self, node: Near, areas: frozenset[str]) -> list[_Place]:
        """Both places of every pair that is near."""
        left = [place for leaf in _leaves(node.left) for place in self._places(leaf, areas)]
        right = [place for leaf in _leaves(node.right) for place in self._places(leaf, areas)]
        ways = [(left, right)] if node.ordered else [(left, right), (right, left)]
        return [
            place
            for firsts, seconds in ways
            for first in firsts
            for pair in self._near_pairs(first, seconds, node.distance)
            for place in pair
        ]

    def _near_pairs(self, first: _Place, seconds: list[_Place], distance: int) -> list[tuple[_Place, ...]]:
        """The pairs of one place with what follows it, the closest first, and no more than are looked for."""
        following = sorted(seconds, key=lambda second: second.start)
        pairs = [self._near_pair(first, second, distance) for second in following]
        return [pair for pair in pairs if pair][:MOST_MET]

    def _near_pair(self, first: _Place, second: _Place, distance: int) -> tuple[_Place, ...]:
        """The pair if the second follows the first closely enough in its sentence, else ()."""
        page = first.page
        follows = second.page is page and second.start >= first.end
        if not follows or page.sentence(first.end - 1) != page.sentence(second.start):
            return ()
        if page.letters[: second.start].count(" ") - page.letters[: first.end].count(" ") > distance:
            return ()
        if first.verdict.accepted and second.verdict.accepted:
            return first, second
        one_word = is_hangul_between(page.letters, first.end, second.start)
        opens = first.verdict.accepted or first.verdict is Verdict.REJECTED_COMPOUND
        closes = second.verdict.accepted or second.verdict is Verdict.REJECTED_LEFT
        if not (one_word and opens and closes):
            return ()
        glued = self._glued(first), self._glued(second)
        return glued if all(place.verdict.accepted for place in glued) else ()

    def _glued(self, place: _Place) -> _Place:
        """The place when the boundary on its neighbour's side is excused."""
        if place.verdict.accepted or not isinstance(place.leaf, Word | Phrase | TermRef):
            return place
        style = self._style(place.leaf)
        alone = "\n" * place.start + place.page.letters[place.start :]
        verdict = Verdict.GLUED
        if (
            place.verdict is Verdict.REJECTED_LEFT
            and not verdict_slowly(style, alone, place.start, place.end).accepted
        ):
            verdict = place.verdict
        return self._considered(replace(place, verdict=verdict))

    def _style(self, leaf: Word | Phrase | TermRef) -> Style:
        match leaf:
            case TermRef():
                term = self._terms[leaf.name]
                return Style(term.kind.value, family=term.mode.value == "family")
            case Word():
                return Style(stem=leaf.prefix)
            case Phrase():
                return Style()
            case _:
                assert_never(leaf)

    def _places(self, leaf: Leaf, areas: frozenset[str]) -> Iterator[_Place]:
        """Every place of a leaf in these fields with its verdict."""
        for page in self._pages:
            if page.name in areas:
                match leaf:
                    case TermRef():
                        yield from self._term_places(leaf, page)
                    case Regex():
                        yield from _regex_places(leaf, page)
                    case Phrase() if len(phrase_ways(leaf.text)) > 1:
                        yield from _phrase_places(leaf, page)
                    case Word() | Phrase():
                        yield from _word_places(leaf, page)
                    case _:
                        assert_never(leaf)

    def _term_places(self, leaf: TermRef, page: _Page) -> Iterator[_Place]:
        for way in written_ways(self._terms[leaf.name]):
            for first, last in _everywhere(page.letters, way.letters):
                start, end = first + way.lead, last - way.trail
                verdict = way.judge(page, start, end)
                yield self._considered(_Place(page, start, end, leaf.name, verdict, leaf))

    def _considered(self, place: _Place) -> _Place:
        """The place after a look at what its term excludes and requires."""
        if not place.verdict.accepted or not isinstance(place.leaf, TermRef):
            return place
        term = self._terms[place.leaf.name]
        for word in term.exclude:
            for cover in covers_of(word, term):
                first = place.start - cover.offset
                if first >= 0 and place.page.letters[first : first + len(cover.text)] == cover.text:
                    return replace(place, verdict=Verdict.REJECTED_EXCLUDED)
        context = [word for word in term.exclude if not covers_of(word, term)]
        if any(self._is_near(word, place) for word in context):
            return replace(place, verdict=Verdict.REJECTED_CONTEXT)
        if term.require and not any(self._is_near(word, place) for word in term.require):
            return replace(place, verdict=Verdict.REJECTED_ALONE)
        return self._verified(place)

    def _verified(self, place: _Place) -> _Place:
        """The place after a second opinion, where the rules are unsure."""
        letters, start, end = place.page.letters, place.start, place.end
        if self._verifier and is_unsure(letters, start, end, place.verdict):
            first, last = next((first, last) for first, last in sentences(letters) if first <= start < last)
            if not self._verifier.allows(letters[first:last], start - first, end - first):
                return replace(place, verdict=Verdict.REJECTED_MORPHEME)
        return place

    def _is_near(self, word: str, place: _Place) -> bool:
        """Whether a context word stands in the title, the first sentence after it, or the place's own sentence."""
        body = next((page for page in self._pages if page.name in SCOPES["body"] and page.letters), None)
        for page in self._pages:
            for way in ways_of(word):
                for start, end in _everywhere(page.letters, way):
                    if not verdict_slowly(context_style(word), page.letters, start, end).accepted:
                        continue
                    if page is place.page and start < place.end and place.start < end:
                        continue
                    in_head = page.name == "title" or (page is body and page.sentence(start) <= 1)
                    if in_head or (page is place.page and page.sentence(start) == page.sentence(place.start)):
                        return True
        return False


def _leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of one side of a NEAR."""
    match node:
        case Or():
            for child in node.children:
                yield from _leaves(child)
        case Word() | Phrase() | TermRef() | Regex():
            yield node
        case And() | Not() | Near() | Scoped():
            raise BadExpressionError("NEAR", node.at, NEAR_SIDES)
        case _:
            assert_never(node)


def _everywhere(letters: str, wanted: str) -> Iterator[tuple[int, int]]:
    for start in range(len(letters)):
        if letters.startswith(wanted, start):
            yield start, start + len(wanted)


def _word_places(leaf: Word | Phrase, page: _Page) -> Iterator[_Place]:
    raw = isinstance(leaf, Word) and leaf.raw
    stem = isinstance(leaf, Word) and leaf.prefix
    for way in (fold(leaf.text),) if raw else ways_of(leaf.text):
        for start, end in _everywhere(page.letters, way):
            verdict = Verdict.RAW if raw else verdict_slowly(Style(stem=stem), page.letters, start, end)
            yield _Place(page, start, end, leaf.text, verdict, leaf)


def _phrase_places(leaf: Phrase, page: _Page) -> Iterator[_Place]:
    first, *others = phrase_ways(leaf.text)
    for way in first:
        for start, end in _everywhere(page.letters, way):
            ends = {end: Verdict.REJECTED_PHRASE}
            for last in _phrase_ends(page.letters, end, first[0], others):
                ends[last] = verdict_slowly(Style(), page.letters, start, last)
            accepted = [last for last, verdict in ends.items() if verdict.accepted]
            last = accepted[0] if accepted else [*ends][-1]
            yield _Place(page, start, last, leaf.text, ends[last], leaf)


def _phrase_ends(letters: str, end: int, before: str, after: list[tuple[str, ...]]) -> Iterator[int]:
    """Where a phrase whose word `before` ends at `end` ends: each next word glued, or after particles and a space."""
    if not after:
        yield end
        return
    ways, *others = after
    tail = tail_of(letters, end)
    gap = GAP.match(letters, end + len(tail))
    starts = [end] if may_join(before, ways[0]) else []
    if gap and (not tail or is_chain(ending_of(letters[end - 1]), tail)):
        starts.append(gap.end())
    for start in starts:
        for way in ways:
            if letters.startswith(way, start):
                yield from _phrase_ends(letters, start + len(way), ways[0], others)


def _regex_places(leaf: Regex, page: _Page) -> Iterator[_Place]:
    for found in re2.finditer(leaf.pattern, page.text.searchable):
        if found.group():
            start, end = page.text.locate(*found.span())
            yield _Place(page, start, end, leaf.pattern, Verdict.EXPRESSION, leaf)


def _is_cut(place: _Place) -> bool:
    page = place.page
    return page.name in SCOPES["body"] and cut_off_at(page.letters, 0, page.text.length) == place.end


def _spans(places: list[_Place]) -> tuple[Span, ...]:
    """The longest of the earliest first, term by term; what overlaps one of its term is left out."""
    found = {(*place.page.text.span(place.start, place.end), place.page.name, place.name) for place in places}
    kept: list[Span] = []
    for start, end, field, term in sorted(found, key=lambda found: (found[0], -found[1])):
        clash = any(other.field == field and other.term == term and other.end > start for other in kept)
        if field in TEXT_FIELDS and not clash:
            kept.append(Span(field, start, end, term))
    return tuple(sorted(kept, key=lambda span: (TEXT_FIELDS.index(span.field), span.start, span.end, span.term)))
