"""From a term to a leaf: its spellings, short forms of countries, and what it excludes and requires."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.matching.countries import country_of, country_spellings
from monitor.core.matching.errors import BadExpressionError
from monitor.core.matching.leaves import Context, Cover, Judge, Lettered, Spelling, Style, TermLeaf, WordLeaf
from monitor.core.matching.model import Kind, Mode
from monitor.core.matching.occurrence import Verdict
from monitor.core.matching.spelling import variants

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.matching.model import Term
    from monitor.core.matching.patterns import Patterns
    from monitor.core.query.nodes import At

NO_LETTERS: Final = "it has no letters"

_SHORTEST_STEM: Final = 2


@dataclass(frozen=True, slots=True)
class Written:
    """One way a term is written: the letters to look for, the judge of their places, and what is not the name."""

    letters: str
    judge: Judge
    lead: int = 0
    trail: int = 0


def written_ways(term: Term, at: At = (0, 0)) -> tuple[Written, ...]:
    """Every way a term is written: its spellings with spaces come and gone, and the short forms of a country.

    Raises:
        BadExpressionError: a spelling without letters.
    """
    style = Style(term.kind.value, family=term.mode is Mode.FAMILY)
    spelt: dict[str, set[str]] = {}
    for spelling in term.any:
        for way in ways_of(spelling, at):
            spelt.setdefault(way, set()).add(_capitals(spelling))
    ways = {
        way: Written(way, _cased(capitals, style) if term.case_sensitive else style.judge)
        for way, capitals in spelt.items()
    }
    country = country_of(spelt) if term.kind is Kind.PLACE else None
    if country:
        for letters, judge, lead, trail in country_spellings(country, style):
            ways.setdefault(letters, Written(letters, judge, lead, trail))
    return tuple(ways.values())


def compile_term(term: Term, at: At, patterns: Patterns, number: Callable[[], int]) -> TermLeaf:
    """The leaf of a term; `number` gives the next free number of a leaf.

    Raises:
        BadExpressionError: a spelling or context word without letters.
    """
    ways = written_ways(term, at)
    covers = {word: covers_of(word, term, at) for word in term.exclude}
    excluded = [word for word in term.exclude if not covers[word]]
    context = Context(
        tuple(_context_word(word, at, patterns, number) for word in excluded),
        tuple(_context_word(word, at, patterns, number) for word in term.require),
    )
    return TermLeaf(
        number(),
        term.name,
        tuple(Spelling(patterns.number(way.letters), way.judge, way.lead, way.trail) for way in ways),
        Style(term.kind.value, family=term.mode is Mode.FAMILY),
        tuple(cover for found in covers.values() for cover in found),
        context if excluded or term.require else None,
    )


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
