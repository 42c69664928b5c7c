"""Puts named queries in the place of the references to them: `@name` becomes what the name stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from monitor.core.query.errors import QueryError
from monitor.core.query.faults import Fault
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.query.parser import may_be_near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.query.faults import Value
    from monitor.core.query.nodes import At, Leaf, Node

MAX_NESTED: Final = 8
"""How many named queries may stand inside one another."""

MAX_NODES: Final = 5_000
"""How large a query may become: references that double at every step must not eat the memory."""

MAX_LEVELS: Final = 100
"""How deep a query may become, in nodes."""


class ExpansionError(QueryError):
    """A reference to a named query that cannot be put in; `within` names the queries that hold the fault."""

    def __init__(self, text: str, at: At, fault: Fault, within: frozenset[str], **values: Value) -> None:
        super().__init__(text, at, fault, **values)
        self.within = within


def expand(text: str, node: Node, queries: Mapping[str, Node], name: str = "") -> Node:
    """The query with every reference to one of `queries` replaced; other references stay.

    `text` is what `node` was read from; `name` is its own name if it is a named query. What is put in takes the
    place of its reference, so that a later fault points there.

    Raises:
        ExpansionError: a circle of names, a query beside NEAR that is more than words, a field inside a field, or
            queries too deep or too large.
    """
    return _Expansion(text, queries, name).expanded(node, _Place((name,)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: in the last query of `chain`, each of which refers to the next.

    `at` is the outermost reference, None in the query itself; `scope` is the field around it ("" if none), written
    in the query `scope_in`.
    """

    chain: tuple[str, ...]
    at: At | None = None
    scope: str = ""
    scope_in: str = ""

    def of(self, node: Node) -> At:
        """The place in the text to show for a node."""
        return node.at if self.at is None else self.at


@dataclass(slots=True)
class _Expansion:
    """One run over one query; `name` is its own."""

    text: str
    queries: Mapping[str, Node]
    name: str
    nodes: int = 0
    level: int = 0

    def expanded(self, node: Node, place: _Place) -> Node:
        """The node with everything put in."""
        self.nodes += 1
        self.level += 1
        if self.nodes > MAX_NODES or self.level > MAX_LEVELS:
            within = frozenset((self.name,))
            raise self._error(place.of(node), Fault.TOO_LARGE, within, parts=MAX_NODES, levels=MAX_LEVELS)
        found = self._expanded(node, place)
        self.level -= 1
        return found

    def _expanded(self, node: Node, place: _Place) -> Node:
        at = place.of(node)
        match node:
            case TermRef() if node.name in self.queries:
                return self._put_in(node, place)
            case Word() | Phrase() | Regex() | TermRef():
                return node if place.at is None else _moved(node, at)
            case And() | Or():
                return type(node)(tuple([self.expanded(child, place) for child in node.children]), at)
            case Not():
                return Not(self.expanded(node.child, place), at)
            case Scoped():
                return self._scoped(node, place)
            case Near():
                left, right = self._side(node.left, place), self._side(node.right, place)
                return Near(left, right, node.distance, node.ordered, at)
            case _:
                assert_never(node)

    def _put_in(self, reference: TermRef, place: _Place) -> Node:
        chain, at = place.chain, place.of(reference)
        name = reference.name
        if name in chain:
            circle = chain[chain.index(name) :]
            shown = " → ".join(f"@{one}" for one in (*circle, name))
            raise self._error(at, Fault.CIRCLE, frozenset(circle), circle=shown)
        if len(chain) > MAX_NESTED:
            raise self._error(at, Fault.TOO_NESTED, frozenset((self.name,)), most=MAX_NESTED)
        return self.expanded(self.queries[name], replace(place, chain=(*chain, name), at=at))

    def _scoped(self, node: Scoped, place: _Place) -> Node:
        at = place.of(node)
        if place.scope:
            within = frozenset((place.scope_in,))
            raise self._error(at, Fault.SCOPE_NESTED, within, name=node.name, scope=place.scope)
        inside = replace(place, scope=node.name, scope_in=place.chain[-1])
        return Scoped(node.name, self.expanded(node.child, inside), at)

    def _side(self, side: Node, place: _Place) -> Node:
        found = self.expanded(side, place)
        found = _flat(found) if isinstance(found, Or) else found
        if not may_be_near(found):
            raise self._error(place.of(side), Fault.NEAR_QUERY, frozenset(place.chain[-1:]))
        return found

    def _error(self, at: At, fault: Fault, within: frozenset[str], **values: Value) -> ExpansionError:
        return ExpansionError(self.text, at, fault, within, **values)


def _moved(node: Leaf, at: At) -> Node:
    """The same leaf at another place; a concept of hundreds of words stands in hundreds of queries."""
    match node:
        case Word():
            return Word(node.text, node.prefix, node.raw, at)
        case Phrase():
            return Phrase(node.text, at)
        case Regex():
            return Regex(node.pattern, at)
        case TermRef():
            return TermRef(node.name, at)
        case _:
            assert_never(node)


def _flat(node: Or) -> Or:
    """An OR whose children that are ORs gave their own children."""
    children: list[Node] = []
    for child in node.children:
        children += _flat(child).children if isinstance(child, Or) else (child,)
    return replace(node, children=tuple(children))
