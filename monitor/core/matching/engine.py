"""The matcher: every watchlist over every article, by one automaton."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from daachorse import CharwiseDoubleArrayAhoCorasick

from monitor.core.article import TEXT_FIELDS, Article, Match, Span
from monitor.core.matching.compiler import Compiler
from monitor.core.matching.errors import CompileError
from monitor.core.matching.lone import LoneWatchlists
from monitor.core.matching.needs import need_of
from monitor.core.matching.occurrence import Verdict
from monitor.core.matching.presearch import Presearcher
from monitor.core.matching.scan import TEXT_AREAS, Scan
from monitor.core.text.boundary import tail_of
from monitor.core.text.script import is_hangul
from monitor.core.text.suffixes import may_end_a_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.core.matching.leaves import Verifier
    from monitor.core.matching.model import Term, Watchlist
    from monitor.core.matching.occurrence import Occurrence
    from monitor.core.matching.plan import Plan

WEAK_CUT: Final = "every hit touches the end of a cut-off text"
"""The reason of a weak match: the hits may be halves of longer words."""

WEAK_LONE: Final = "a lone short name that may be part of another word"
"""The reason of a weak match: 강원 with the particle 도, or 강원도?

Exactly one place makes the query true. It is at most two syllables, all Hangul; it was accepted for the particles or
the suffix behind it; and these may end a longer name (`may_end_a_name`). Neither does the query take longer words
anyway (`word*`, family mode), nor has a verifier confirmed the name. Any other place, of whatever word, makes the
match sure.
"""

LONGEST_LONE: Final = 2
"""Syllables of names that are short enough to be the beginning of others."""


class Matcher:
    """Watchlists compiled together. It holds no state between articles and may be shared by threads.

    `need` is what an article must hold for the one query of a search to be true of it; None if that cannot be looked
    up, or there are several.
    """

    def __init__(self, watchlists: Sequence[Watchlist], plans: Sequence[Plan], compiler: Compiler) -> None:
        patterns = compiler.patterns.texts()
        self.watchlists: Final = tuple(watchlists)
        self._plans = tuple(plans)
        # Who searches asks one query; for the thousands of a configuration it would be kept for nothing.
        self.need: Final = need_of(self._plans[0], patterns) if len(plans) == 1 else None
        self._meta = compiler.meta
        self._automaton = CharwiseDoubleArrayAhoCorasick(patterns)
        self._lone = LoneWatchlists(patterns)
        others = {number: plan for number, plan in enumerate(plans) if not self._lone.takes(number, plan)}
        self._presearcher = Presearcher(others, patterns)

    def match(self, article: Article) -> tuple[Match, ...]:
        """The watchlists whose query is true of an article, in their order, each with its spans."""
        scan = self._scan(article)
        found: list[tuple[int, Sequence[Occurrence]]] = [
            (number, evidence)
            for numbers, evidence in self._lone.found(scan)
            for number in numbers
            if in_scope(self.watchlists[number], article)
        ]
        for number in self._presearcher.candidates(scan.occurring):
            if in_scope(self.watchlists[number], article):
                evidence = self._plans[number].evaluate(scan)
                if evidence is not None:
                    found.append((number, evidence))
        found.sort(key=_NUMBER)
        return tuple([match_of(self.watchlists[number].name, scan, evidence) for number, evidence in found])

    def _scan(self, article: Article) -> Scan:
        scan = Scan(article, meta=self._meta)
        scan.place(self._automaton.find_overlapping(scan.letters))
        return scan


def compile_matcher(
    terms: Mapping[str, Term], watchlists: Sequence[Watchlist], verifier: Verifier | None = None
) -> Matcher:
    """Compile watchlists over terms (by name); `verifier` is asked about short Hangul names of terms.

    Raises:
        UnknownTermError: a query names a term that does not exist.
        BadExpressionError: a word or spelling has no letters, or an expression is not one.
    """
    compiler = Compiler(terms, verifier)
    plans = []
    with _uncollected():
        for watchlist in watchlists:
            try:
                plans.append(compiler.plan(watchlist.query))
            except CompileError as error:
                error.watchlist = watchlist.name
                raise
        return Matcher(watchlists, plans, compiler)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no garbage be looked for: among a million objects that all stay, a third of the time goes into that."""
    resume = gc.enable if gc.isenabled() else gc.disable
    gc.disable()
    try:
        yield
    finally:
        resume()


def in_scope(watchlist: Watchlist, article: Article) -> bool:
    """Whether the article came by a feed that the watchlist looks at."""
    if watchlist.feeds and watchlist.feeds.isdisjoint(article.feeds):
        return False
    return not watchlist.feed_tags or not watchlist.feed_tags.isdisjoint(article.feed_tags)


def match_of(watchlist: str, scan: Scan, evidence: Sequence[Occurrence]) -> Match:
    """The match with its spans, and why it is weak if it is."""
    if len(evidence) == 1:
        span = scan.span(evidence[0])
        return Match(watchlist, (span,) if span.field in TEXT_AREAS else (), _weakness(scan, evidence))
    spans = [span for occurrence in evidence if (span := scan.span(occurrence)).field in TEXT_AREAS]
    return Match(watchlist, _apart(spans), _weakness(scan, evidence))


def _weakness(scan: Scan, evidence: Sequence[Occurrence]) -> str:
    """The reason why a match is doubtful, or ""; a query that is true by an absence is never so."""
    if not evidence:
        return ""
    start, end = evidence[0].start, evidence[0].end
    if scan.is_cut_at(end) and all(scan.is_cut_at(occurrence.end) for occurrence in evidence):
        return WEAK_CUT
    if end - start > LONGEST_LONE or evidence[0].verdict not in _BY_TAIL:
        return ""
    lone = all((occurrence.start, occurrence.end) == (start, end) for occurrence in evidence)
    if not lone or any(occurrence.firm or occurrence.verdict not in _BY_TAIL for occurrence in evidence):
        return ""
    short = all(map(is_hangul, scan.letters[start:end]))
    return WEAK_LONE if short and may_end_a_name(tail_of(scan.letters, end)) else ""


_BY_TAIL: Final = frozenset({Verdict.PARTICLE, Verdict.SUFFIX})


_NUMBER: Final = itemgetter(0)


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """Spans in order, with those left out that overlap an earlier or longer one of the same term."""
    kept = spans
    if len({(span.field, span.term) for span in spans}) < len(spans):
        kept, ends = [], dict[tuple[str, str], int]()
        for span in sorted(set(spans), key=lambda span: (span.field, span.term, span.start, -span.end)):
            key = (span.field, span.term)
            if span.start >= ends.get(key, 0):
                kept.append(span)
                ends[key] = span.end
    return tuple(sorted(kept, key=_place))


def _place(span: Span) -> tuple[int, int, int, str]:
    return _ORDER[span.field], span.start, span.end, span.term


_ORDER: Final = {name: number for number, name in enumerate(TEXT_FIELDS)}
