"""What single parts of queries say of each other: which can never be true, and which follows from which.

Only what holds for every article is said. A NEAR is a part of its own: it can be true where neither of its sides is
(수출 NEAR/2 통제 in 수출통제), so nothing is concluded from its sides but what the terms in them exclude.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from monitor.core.matching.model import Kind
from monitor.core.matching.spelling import phrase_ways, variants
from monitor.core.matching.terms import context_style, covers_of, ways_of, written_ways
from monitor.core.query.nodes import Near, Or, Phrase, Regex, TermRef, Word
from monitor.core.text.normal import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.core.matching.model import Term
    from monitor.core.query.nodes import Node


@dataclass(frozen=True, slots=True)
class Spelt:
    """A word by the ways in which it is written; `stem`: any continuation may follow."""

    ways: frozenset[str]
    stem: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A term."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A phrase, raw letters or an expression: true of what an equal one is true of, and nothing else is known."""

    sort: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A NEAR."""

    left: frozenset[Single]
    right: frozenset[Single]
    distance: int
    ordered: bool


Single: TypeAlias = Spelt | Named | Literal


@dataclass(frozen=True, slots=True)
class Atom:
    """A part of a query that is true or false as a whole, within some fields."""

    what: Single | Pair
    areas: frozenset[str]


def atom_of(node: Word | Phrase | TermRef | Regex | Near, areas: frozenset[str]) -> Atom:
    """The atom of a leaf or a NEAR."""
    if isinstance(node, Near):
        left, right = frozenset(_side(node.left)), frozenset(_side(node.right))
        return Atom(Pair(left, right, node.distance, node.ordered), areas)
    return Atom(_single(node), areas)


def _side(node: Node) -> Iterator[Single]:
    if isinstance(node, Or):
        for child in node.children:
            yield from _side(child)
    else:
        yield _single(cast("Word | Phrase | TermRef | Regex", node))


def _single(node: Word | Phrase | TermRef | Regex) -> Single:
    match node:
        case TermRef():
            return Named(node.name)
        case Regex():
            return Literal("regex", node.pattern)
        case Word(raw=True):
            return Literal("raw", fold(node.text))
        case Word():
            return Spelt(frozenset(variants(node.text)), node.prefix)
        case _:
            words = phrase_ways(node.text)
            if len(words) < 2:  # noqa: PLR2004 - one word has no neighbours
                return Spelt(frozenset(variants(node.text)), stem=False)
            return Literal("phrase", "\n".join("|".join(ways) for ways in words))


class Facts:
    """What is known of the terms."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self._dead = {name: is_dead(term) for name, term in terms.items()}

    def is_dead(self, what: Single | Pair) -> bool:
        """Whether it can never be true."""
        if isinstance(what, Pair):
            return any(all(map(self.is_dead, side)) for side in (what.left, what.right))
        return isinstance(what, Named) and self._dead[what.name]

    def keys(self, what: Single | Pair) -> Iterator[object]:
        """Whatever follows from another shares one of these with it."""
        match what:
            case Spelt():
                yield from what.ways
            case Named():
                yield what
                yield from (("term", spelling) for spelling in self._terms[what.name].any)
            case Literal():
                yield what
            case _:
                yield from (("near", one) for one in what.left | what.right)

    def leads(self, one: Atom, other: Atom) -> bool:
        """Whether the other is true wherever the one is."""
        return one.areas <= other.areas and self._leads(one.what, other.what)

    def _leads(self, one: Single | Pair, other: Single | Pair) -> bool:
        match one, other:
            case Spelt(), Spelt():
                return one.ways <= other.ways and (other.stem or not one.stem)
            case Named(), Named():
                return one == other or _covers(self._terms[other.name], self._terms[one.name])
            case Pair(), Pair():
                return _pair_leads(one, other)
            case _:
                return one == other


def _pair_leads(one: Pair, other: Pair) -> bool:
    if one.distance > other.distance or (other.ordered and not one.ordered):
        return False
    straight = one.left <= other.left and one.right <= other.right
    return straight or (not other.ordered and one.left <= other.right and one.right <= other.left)


def _covers(wide: Term, narrow: Term) -> bool:
    """Whether a term is found wherever another is."""
    read_alike = (wide.kind, wide.mode, wide.case_sensitive) == (narrow.kind, narrow.mode, narrow.case_sensitive)
    if not read_alike or set(wide.require) != set(narrow.require):
        return False
    if set(wide.any) == set(narrow.any):
        return set(wide.exclude) == set(narrow.exclude)
    # What an excluded word means, and what a place brings with it, depends on all spellings.
    plain = wide.kind is not Kind.PLACE and not wide.exclude and not narrow.exclude
    return plain and set(narrow.any) <= set(wide.any)


def is_dead(term: Term) -> bool:
    """Whether a term can never be found: it excludes all its spellings, or all the words it requires."""
    return dead_ways(term) == {way.letters for way in written_ways(term)} or (
        bool(term.require) and set(useless_words(term)) == set(term.require)
    )


def dead_ways(term: Term) -> frozenset[str]:
    """The ways of writing a term that it excludes itself."""
    covers = [cover for word in term.exclude for cover in covers_of(word, term) if not cover.offset]
    return frozenset(
        way.letters
        for way in written_ways(term)
        if not way.lead and any(way.letters.startswith(cover.text) for cover in covers)
    )


def useless_words(term: Term) -> tuple[str, ...]:
    """The required words that the term excludes as well."""
    excluded = {_read(word) for word in term.exclude if not covers_of(word, term)}
    return tuple(word for word in term.require if _read(word) in excluded)


def _read(word: str) -> tuple[object, ...]:
    return (ways_of(word), context_style(word))
