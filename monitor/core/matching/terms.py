"""From a term to a leaf: its spellings, short forms of countries, and what it excludes and requires."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from monitor.core.matching.countries import country_of, country_spellings
from monitor.core.matching.errors import NO_LETTERS, BadExpressionError
from monitor.core.matching.leaves import Context, Cover, Judge, Lettered, Spelling, Style, TermLeaf, WordLeaf
from monitor.core.matching.model import Kind, Mode
from monitor.core.matching.occurrence import Verdict
from monitor.core.matching.spelling import variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.core.matching.leaves import Verifier
    from monitor.core.matching.model import Term
    from monitor.core.matching.patterns import Patterns
    from monitor.core.query.nodes import At

_SHORTEST_STEM: Final = 2


def _styles() -> Iterator[tuple[tuple[Kind, Mode], tuple[Style, Judge]]]:
    for kind in Kind:
        for mode in Mode:
            style = Style(kind.value, family=mode is Mode.FAMILY)
            yield (kind, mode), (style, style.judge)


_STYLES: Final = dict(_styles())


def written_ways(term: Term, at: At = (0, 0)) -> tuple[Spelling, ...]:
    """Every way a term is written: its spellings with spaces come and gone, and the short forms of a country.

    Raises:
        BadExpressionError: a spelling without letters.
    """
    style, judge = _style_of(term)
    spelt = [(way, spelling) for spelling in term.any for way in ways_of(spelling, at)]
    ways = _cased_ways(spelt, style) if term.case_sensitive else {way: Spelling(way, judge) for way, _ in spelt}
    country = country_of(ways) if term.kind is Kind.PLACE else None
    if country:
        for letters, judge, lead, trail in country_spellings(country, style):
            ways.setdefault(letters, Spelling(letters, judge, lead, trail))
    return tuple(ways.values())


def _cased_ways(spelt: list[tuple[str, str]], style: Style) -> dict[str, Spelling]:
    """The ways in which capitals count: each way with all the capitals it is spelt with."""
    capitals: dict[str, set[str]] = {}
    for way, spelling in spelt:
        capitals.setdefault(way, set()).add(_capitals(spelling))
    return {way: Spelling(way, _cased(wanted, style)) for way, wanted in capitals.items()}


def compile_term(
    term: Term, at: At, patterns: Patterns, number: Callable[[], int], verifier: Verifier | None = None
) -> TermLeaf:
    """The leaf of a term; `number` gives the next free number of a leaf.

    Raises:
        BadExpressionError: a spelling or context word without letters.
    """
    ways = written_ways(term, at)
    numbers = tuple([patterns.number(way.letters) for way in ways])
    style, _ = _style_of(term)
    plain = TermLeaf(number(), term.name, numbers, ways, style, verifier=verifier)
    if not term.exclude and not term.require:
        return plain
    covers = {word: covers_of(word, term, at) for word in term.exclude}
    excluded = [word for word in term.exclude if not covers[word]]
    context = Context(
        tuple(_context_word(word, at, patterns, number) for word in excluded),
        tuple(_context_word(word, at, patterns, number) for word in term.require),
    )
    return replace(
        plain,
        covers=tuple(cover for found in covers.values() for cover in found),
        context=context if context.excluded or context.required else None,
    )


def _style_of(term: Term) -> tuple[Style, Judge]:
    """How a term is read, one object for all terms of its kind and mode: they may be many."""
    return _STYLES[term.kind, term.mode]


def ways_of(spelling: str, at: At = (0, 0)) -> tuple[str, ...]:
    """The normalised ways of one spelling, at least one.

    Raises:
        BadExpressionError: it has no letters.
    """
    ways = variants(spelling)
    if not ways:
        raise BadExpressionError(spelling, at, NO_LETTERS)
    return ways


def covers_of(excluded: str, term: Term, at: At = (0, 0)) -> tuple[Cover, ...]:
    """Where a term's spellings lie in the ways an excluded word is written; () if it holds none: it is context."""
    spelt = {way for spelling in term.any for way in ways_of(spelling, at)}
    return tuple(
        Cover(text, offset)
        for text in ways_of(excluded, at)
        for offset in range(len(text))
        if any(text.startswith(way, offset) for way in spelt)
    )


def context_style(word: str) -> Style:
    """How a context word is read: as a stem, unless it is Latin or a single syllable (강 is not in 강남)."""
    return Style(stem=len(word) >= _SHORTEST_STEM and not word.isascii())


def _context_word(word: str, at: At, patterns: Patterns, number: Callable[[], int]) -> WordLeaf:
    return WordLeaf(number(), word, tuple(patterns.number(way) for way in ways_of(word, at)), context_style(word))


def _cased(wanted: set[str], style: Style) -> Judge:
    """Boundaries, and the capitals of the original text."""

    def judge(scan: Lettered, start: int, end: int) -> Verdict:
        verdict = style.verdict(scan.letters, start, end)
        if verdict.accepted and _capitals(scan.original(start, end)) not in wanted:
            return Verdict.REJECTED_CASE
        return verdict

    return judge


def _capitals(text: str) -> str:
    """The letters without spaces and signs, capitals kept."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())
