"""From query nodes to leaves, patterns and plans."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final, assert_never

import re2

from monitor.core.matching.errors import EVERYTHING, NEAR_SIDES, NO_LETTERS, BadExpressionError, UnknownTermError
from monitor.core.matching.leafplan import LeafPlan
from monitor.core.matching.leaves import Leaf, PhraseLeaf, RawLeaf, RegexLeaf, Style, WordLeaf
from monitor.core.matching.near import NearPlan, Side
from monitor.core.matching.patterns import Patterns
from monitor.core.matching.plan import AllPlan, NotPlan, any_plan
from monitor.core.matching.scan import BODY_AREAS, TEXT_AREAS
from monitor.core.matching.spelling import phrase_ways, variants
from monitor.core.matching.terms import compile_term
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.text.normal import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.matching.leaves import Verifier
    from monitor.core.matching.model import Term
    from monitor.core.matching.plan import Plan
    from monitor.core.query.nodes import Node

SCOPES: Final = {
    "title": frozenset({"title"}),
    "body": BODY_AREAS,
    "source": frozenset({"source"}),
    "author": frozenset({"author"}),
    "feed": frozenset({"feed"}),
    "tag": frozenset({"tag"}),
}
"""The fields of each scope of the query language."""

_EXPRESSION_BYTES: Final = 8 << 20


class Compiler:
    """Compiles queries over one set of terms; equal leaves are shared.

    `meta` tells whether any query looks at source, author, feed or tag.
    """

    def __init__(self, terms: Mapping[str, Term], verifier: Verifier | None = None) -> None:
        self.patterns = Patterns()
        self.verifier = verifier
        self.meta = False
        self._terms = terms
        self._leaves: dict[object, Leaf] = {}
        self._sides: dict[object, Side] = {}
        self._last_number = 0

    def plan(self, node: Node, areas: frozenset[str] = TEXT_AREAS) -> Plan:
        """The plan of a query over these fields.

        Raises:
            UnknownTermError: the query names a term that does not exist.
            BadExpressionError: a word without letters, an expression that RE2 refuses, or a NEAR of no words.
        """
        match node:
            case And():
                children = [self.plan(child, areas) for child in node.children]
                return AllPlan(tuple(sorted(children, key=_cost)))
            case Or():
                return any_plan([self.plan(child, areas) for child in node.children])
            case Not():
                return NotPlan(self.plan(node.child, areas))
            case Scoped():
                return self.plan(node.child, self._scope(node.name))
            case Near():
                left, right = self._side(node.left, areas), self._side(node.right, areas)
                return NearPlan(left, right, node.distance, node.ordered)
            case Word() | Phrase() | TermRef() | Regex():
                return LeafPlan(self._leaf(node), areas)
            case _:
                assert_never(node)

    def _scope(self, name: str) -> frozenset[str]:
        areas = SCOPES[name]
        self.meta = self.meta or areas.isdisjoint(TEXT_AREAS)
        return areas

    def _side(self, node: Node, areas: frozenset[str]) -> Side:
        """One side of a NEAR, made once."""
        key = (node, areas)
        if key not in self._sides:
            self._sides[key] = Side(len(self._sides), self._side_leaves(node, areas))
        return self._sides[key]

    def _side_leaves(self, node: Node, areas: frozenset[str]) -> tuple[LeafPlan, ...]:
        match node:
            case Or():
                return tuple(leaf for child in node.children for leaf in self._side_leaves(child, areas))
            case Word() | Phrase() | TermRef() | Regex():
                return (LeafPlan(self._leaf(node), areas),)
            case And() | Not() | Near() | Scoped():
                raise BadExpressionError("NEAR", node.at, NEAR_SIDES)
            case _:
                assert_never(node)

    def _leaf(self, node: Word | Phrase | TermRef | Regex) -> Leaf:
        """The leaf of a node, made once."""
        if node not in self._leaves:
            self._leaves[node] = self._make(node)
        return self._leaves[node]

    def _number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _make(self, node: Word | Phrase | TermRef | Regex) -> Leaf:
        match node:
            case TermRef():
                term = self._terms.get(node.name)
                if term is None:
                    raise UnknownTermError(node.name, node.at, self._suggestions(node.name))
                return compile_term(term, node.at, self.patterns, self._number, self.verifier)
            case Regex():
                return RegexLeaf(self._number(), node.pattern, _expression(node))
            case Phrase():
                return self._phrase(node)
            case Word(raw=True):
                text = fold(node.text)
                if not text:
                    raise BadExpressionError(node.text, node.at, NO_LETTERS)
                return RawLeaf(self._number(), node.text, (self.patterns.number(text),))
            case Word():
                return self._word(node, stem=node.prefix)
            case _:
                assert_never(node)

    def _word(self, node: Word | Phrase, *, stem: bool = False) -> WordLeaf:
        ways = variants(node.text)
        if not ways:
            raise BadExpressionError(node.text, node.at, NO_LETTERS)
        patterns = tuple(self.patterns.number(way) for way in ways)
        return WordLeaf(self._number(), node.text, patterns, Style(stem=stem))

    def _phrase(self, node: Phrase) -> Leaf:
        words = phrase_ways(node.text)
        if len(words) < 2:  # noqa: PLR2004 - one word has no neighbours
            return self._word(node)
        patterns = tuple(self.patterns.number(way) for way in words[0])
        return PhraseLeaf(self._number(), node.text, patterns, words, Style())

    def _suggestions(self, name: str) -> tuple[str, ...]:
        by_fold = {fold(known): known for known in self._terms}
        return tuple(by_fold[close] for close in difflib.get_close_matches(fold(name), by_fold, n=3))


def _cost(plan: Plan) -> int:
    """What to try first in a conjunction: the cheap leaves."""
    return 0 if isinstance(plan, LeafPlan) and plan.leaf.patterns else 1


def _expression(node: Regex) -> Any:
    """The compiled expression.

    Raises:
        BadExpressionError: RE2 refuses it, or it matches the empty text.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _EXPRESSION_BYTES
    try:
        expression = re2.compile(node.pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else "RE2 refuses it"
        raise BadExpressionError(
            node.pattern, node.at, why.decode() if isinstance(why, bytes) else str(why)
        ) from error
    if expression.search("") is not None:
        raise BadExpressionError(node.pattern, node.at, EVERYTHING)
    return expression
