"""Which queries can never be true, and which are true only where another is: by their form alone.

A search for a way to make all of some formulas true at once (an analytic tableau). If every way ends in a
contradiction, there is none. What is found is certain; what would take too long is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.article import Article
from monitor.core.matching.atoms import Atom, Facts, atom_of
from monitor.core.matching.compiler import SCOPES
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Watchlist
from monitor.core.matching.scan import TEXT_AREAS
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.core.matching.model import Term
    from monitor.core.query.nodes import Node

MOST_STEPS: Final = 20_000
"""Formulas looked at for one answer."""

MOST_CHOICES: Final = 150
"""Choices that may depend on each other."""

MOST_STEPS_IN_ALL: Final = 2_000_000
"""And for all answers: about two seconds."""


@dataclass(frozen=True, slots=True)
class All:
    """Each of them; true if there are none."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of them; false if there are none."""

    parts: tuple[Formula, ...]


Formula: TypeAlias = "int | All | Any"
"""A number stands for an atom, and its negative for the atom's negation; only atoms are negated."""

TRUE: Final = All(())
FALSE: Final = Any(())


class Logic:
    """Answers about queries over one set of terms. `feeds`: the names of all feeds; None if they are not known."""

    def __init__(self, terms: Mapping[str, Term], feeds: Sequence[str] | None = None) -> None:
        self._terms = terms
        self._facts = Facts(terms)
        self._feeds = feeds
        self._numbers: dict[Atom, int] = {}
        self._dead: dict[int, bool] = {}
        self._with_key: dict[object, list[int]] = {}
        self._atoms: dict[int, Atom] = {}
        self._weaker: dict[int, set[int]] = {}
        self._stronger: dict[int, set[int]] = {}
        self._left = MOST_STEPS_IN_ALL
        self._sides: dict[int, tuple[Node, Formula, Formula]] = {}
        self._ways: dict[int, tuple[int, ...]] = {}

    def never(self, query: Node) -> bool:
        """Whether the query can be true of no article."""
        return self._contradicts(self._true(query))

    def implies(self, query: Node, other: Node) -> bool:
        """Whether the other query is true of every article of which the query is."""
        wanted = self._true(other)
        way = frozenset(weak for one in self._way(query) for weak in self._weaker[one])
        # Most pairs differ in the first way that comes to mind, which is remembered.
        if way and not self._holds(wanted, way):
            return False
        return self._contradicts(self._true(query), self._false(other))

    def _true(self, query: Node) -> Formula:
        return self._both(query)[1]

    def _false(self, query: Node) -> Formula:
        return self._both(query)[2]

    def _both(self, query: Node) -> tuple[Node, Formula, Formula]:
        """What it takes for a query to be true, and to be false; the query is kept, so that its id stays its own."""
        if id(query) not in self._sides:
            true, false = (self._formula(query, TEXT_AREAS, true=wanted) for wanted in (True, False))
            self._sides[id(query)] = query, true, false
        return self._sides[id(query)]

    def _way(self, query: Node) -> tuple[int, ...]:
        """The atoms that are true in one way for the query to be true; () if none was found."""
        formula = self._true(query)
        if id(query) not in self._ways:
            steps = _Steps(min(MOST_STEPS, self._left))
            try:
                closed = self._closed((formula,), frozenset(), steps)
            except _TooLongError:
                closed = True
            self._ways[id(query)] = () if closed else tuple(one for one in steps.way if one > 0)
        return self._ways[id(query)]

    def _holds(self, formula: Formula, way: frozenset[int]) -> bool:
        """Whether a formula is true if these atoms are, and no others."""
        if isinstance(formula, int):
            return (formula in way) if formula > 0 else (-formula not in way)
        parts = (self._holds(part, way) for part in formula.parts)
        return all(parts) if isinstance(formula, All) else any(parts)

    def atoms_of(self, query: Node) -> frozenset[int]:
        """The atoms that a query asks for, and all that follow from them.

        A query that can be true follows from another only if it asks for one of these itself, or for nothing.
        """
        asked = _asked(self._true(query))
        return frozenset(weak for number in asked for weak in self._weaker[number])

    def _contradicts(self, *formulas: Formula) -> bool:
        steps = _Steps(min(MOST_STEPS, self._left))
        try:
            return self._closed(formulas, frozenset(), steps)
        except _TooLongError:
            return False
        finally:
            self._left -= min(steps.taken, self._left)

    def _closed(self, formulas: Sequence[Formula], held: frozenset[int], steps: _Steps) -> bool:
        """Whether the formulas cannot all be true together with the literals that are held to be."""
        todo, true, choices = list(formulas), set(held), []
        steps.deeper()
        while todo:
            formula = todo.pop()
            steps.take(1)
            if isinstance(formula, All):
                todo += formula.parts
            elif isinstance(formula, Any):
                choices.append(formula)
            elif self._is_refused(formula, true):
                steps.depth -= 1
                return True
            else:
                true.add(formula)
        closed = self._all_ways_closed(choices, frozenset(true), steps)
        steps.depth -= 1
        return closed

    def _all_ways_closed(self, choices: Sequence[Any], held: frozenset[int], steps: _Steps) -> bool:
        """The choice with the fewest ways left is made first; one that is met already is none."""
        left: list[tuple[tuple[Formula, ...], Any]] = []
        for choice in choices:
            steps.take(len(choice.parts))
            if not any(part in held for part in choice.parts if isinstance(part, int)):
                left.append((tuple(part for part in choice.parts if not self._is_refused(part, held)), choice))
        if not left:
            steps.way = held
            return False
        ways, chosen = min(left, key=lambda one: len(one[0]))
        others = [choice for _, choice in left if choice is not chosen]
        return all(self._closed((way, *others), held, steps) for way in ways)

    def _is_refused(self, formula: Formula, held: set[int] | frozenset[int]) -> bool:
        """Whether a literal contradicts one that is held."""
        if not isinstance(formula, int):
            return False
        if formula > 0:
            return any(-weak in held for weak in self._weaker[formula])
        return any(strong in held for strong in self._stronger[-formula])

    def _formula(self, node: Node, areas: frozenset[str], *, true: bool) -> Formula:
        """What it takes for a query to be true, or to be false."""
        match node:
            case Not():
                return self._formula(node.child, areas, true=not true)
            case Scoped():
                return self._formula(node.child, SCOPES[node.name], true=true)
            case And() | Or():
                parts = tuple(self._formula(child, areas, true=true) for child in node.children)
                return All(parts) if isinstance(node, And) is true else Any(parts)
            case _:
                return self._literal(node, areas, true=true)

    def _literal(self, node: Word | Phrase | TermRef | Regex | Near, areas: frozenset[str], *, true: bool) -> Formula:
        number = self._number(node, areas)
        if self._dead[number]:
            return FALSE if true else TRUE
        return number if true else -number

    def _number(self, node: Word | Phrase | TermRef | Regex | Near, areas: frozenset[str]) -> int:
        atom = atom_of(node, areas)
        if atom not in self._numbers:
            number = self._numbers[atom] = len(self._numbers) + 1
            self._atoms[number] = atom
            self._dead[number] = self._facts.is_dead(atom.what) or self._is_of_no_feed(node, areas)
            self._relate(number, atom)
        return self._numbers[atom]

    def _relate(self, number: int, atom: Atom) -> None:
        """Find what follows from a new atom, and from what it follows."""
        self._weaker[number], self._stronger[number] = {number}, {number}
        keys = set(self._facts.keys(atom.what))
        for other in {other for key in keys for other in self._with_key.get(key, ())}:
            for strong, weak in ((number, other), (other, number)):
                if self._facts.leads(self._atoms[strong], self._atoms[weak]):
                    self._weaker[strong].add(weak)
                    self._stronger[weak].add(strong)
        for key in keys:
            self._with_key.setdefault(key, []).append(number)

    def _is_of_no_feed(self, node: Node, areas: frozenset[str]) -> bool:
        """Whether it looks at the names of feeds, and is true of none."""
        if self._feeds is None or areas != SCOPES["feed"]:
            return False
        matcher = compile_matcher(self._terms, [Watchlist("", Scoped("feed", node))])
        return not any(matcher.match(Article("", "", "", feeds=(feed,))) for feed in self._feeds)


class _TooLongError(Exception):
    """The answer is not worth more steps."""


@dataclass(slots=True)
class _Steps:
    most: int
    taken: int = 0
    depth: int = 0
    way: frozenset[int] = frozenset()

    def take(self, count: int) -> None:
        self.taken += count
        if self.taken > self.most:
            raise _TooLongError

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_CHOICES:
            raise _TooLongError


def _asked(formula: Formula) -> set[int]:
    """The atoms that stand in a formula without a negation."""
    if isinstance(formula, int):
        return {formula} if formula > 0 else set()
    return {number for part in formula.parts for number in _asked(part)}
