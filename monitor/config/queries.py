"""Checks of the queries in a configuration: each can be read, what it refers to exists, and none leads to itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.config.lexicon import bundled_terms
from monitor.config.plain import keys_of, texts
from monitor.config.values import BUNDLED_SETS, did_you_mean
from monitor.core.query.errors import QueryError
from monitor.core.query.expand import ExpansionError, expand
from monitor.core.query.nodes import And, Near, Node, Not, Or, Scoped, TermRef
from monitor.core.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from monitor.config.document import Path, Value
    from monitor.config.lexicon import TermInForce
    from monitor.config.origin import Origin
    from monitor.core.errors import Problem


@dataclass(frozen=True, slots=True)
class _Written:
    """A query that was read, and where it stands. `name` is that of a named query, else ""."""

    text: str
    query: Node
    path: Path
    origin: Origin
    name: str = ""


def check_queries(root: Value, origin: Origin) -> Iterator[Problem]:
    """Every fault of the queries of watchlists and terms, one for each cause."""
    written: list[_Written] = []
    for path, text in _query_texts(root):
        try:
            written.append(_Written(text, parse(text), path, origin, str(path[1]) if path[0] == "terms" else ""))
        except QueryError as error:
            yield origin.query_problem(path, error)
    included = _included(root)
    yield from _unknown_terms(root, written, included)
    own = set(keys_of(root, "terms"))
    for name, term in included.items():
        if name not in own and term.config.query is not None:
            query = parse(term.config.query)
            written.append(_Written(term.config.query, query, term.path("query"), term.origin, name))
    yield from _faulty_references(written, origin)


def unknown_term(
    text: str, reference: TermRef, known: Iterable[str], included: Mapping[str, TermInForce], todo: str
) -> QueryError:
    """The fault of a reference to a term that is not there; its name may be a spelling of an included one."""
    hint = term_hint(reference.name, known, included, todo)
    return QueryError(text, reference.at, f"there is no term {reference.name}", hint)


def term_hint(wrong: str, known: Iterable[str], terms: Mapping[str, TermInForce], otherwise: str) -> str:
    """A hint: the term that is spelt so, else the known name that looks most like the wrong one, else `otherwise`."""
    same = next((name for name, term in terms.items() if wrong in (term.config.any or ())), None)
    return f"did you mean {same}?" if same else did_you_mean(wrong, known, otherwise)


def term_references(node: Node) -> Iterator[TermRef]:
    """The terms a query refers to."""
    match node:
        case TermRef():
            yield node
        case And() | Or():
            for child in node.children:
                yield from term_references(child)
        case Not() | Scoped():
            yield from term_references(node.child)
        case Near():
            yield from term_references(node.left)
            yield from term_references(node.right)
        case _:
            return


def _query_texts(root: Value) -> Iterator[tuple[Path, str]]:
    for pattern in (("watchlists", "*", "query"), ("watchlists", "*", "any", "*"), ("terms", "*", "query")):
        for path, text in texts(root, pattern):
            if text.strip():
                yield path, text


def _included(root: Value) -> dict[str, TermInForce]:
    """The terms of the included sets by name."""
    names = [name for _, name in texts(root, ("include", "*")) if name in BUNDLED_SETS]
    return {term.name: term for name in names for term in bundled_terms(name).values()}


def _unknown_terms(root: Value, written: list[_Written], included: Mapping[str, TermInForce]) -> Iterator[Problem]:
    if any(name not in BUNDLED_SETS for _, name in texts(root, ("include", "*"))):
        return  # whatever is missing may stand in the set whose name is wrong
    known = {*keys_of(root, "terms"), *included}
    for one in written:
        for reference in term_references(one.query):
            if reference.name not in known:
                error = unknown_term(one.text, reference, known, included, "add it under terms")
                yield one.origin.query_problem(one.path, error)


def _faulty_references(written: list[_Written], own: Origin) -> Iterator[Problem]:
    """References to named queries that cannot be put in.

    What only refers to a faulty query is not told; nor is a bundled query that a circle of the user's runs through.
    """
    users = {one.name for one in written if one.origin is own}
    named = {one.name: one.query for one in written if one.name}
    faulty: set[str] = set()
    for one in sorted(written, key=lambda one: not one.name):
        queries = named if one.name else {name: query for name, query in named.items() if name not in faulty}
        try:
            expand(one.text, one.query, queries, one.name)
        except ExpansionError as error:
            faulty.add(one.name)
            if one.name in error.within and (one.origin is own or users.isdisjoint(error.within)):
                yield one.origin.query_problem(one.path, error)
