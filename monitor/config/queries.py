"""Checks of the queries in a configuration: each can be read, what it refers to exists, and none leads to itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.config.document import path_text
from monitor.config.lexicon import bundled_terms
from monitor.config.plain import keys_of, texts
from monitor.config.remembered import NamedQueries, expanded, parsed
from monitor.config.values import BUNDLED_SETS, closest
from monitor.core.matching.errors import EVERYTHING, NEAR_SIDES, NO_LETTERS, BadExpressionError, UnknownTermError
from monitor.core.query.errors import QueryError
from monitor.core.query.expand import ExpansionError
from monitor.core.query.faults import Fault
from monitor.core.query.nodes import And, Near, Node, Not, Or, Scoped, TermRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from monitor.config.document import Path, Value
    from monitor.config.lexicon import TermInForce
    from monitor.config.origin import Origin
    from monitor.core.errors import Problem
    from monitor.core.matching.errors import CompileError

_WHYS: Final = {
    NO_LETTERS: Fault.NO_LETTERS,
    NEAR_SIDES: Fault.NEAR_QUERY,
    EVERYTHING: Fault.REGEX_EVERYTHING,
}


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
            written.append(_Written(text, parsed(text), path, origin, str(path[1]) if path[0] == "terms" else ""))
        except QueryError as error:
            yield origin.query_problem(path, error)
    included = _included(root)
    unknown = list(_unknown_terms(root, written, included))
    yield from unknown
    own = set(keys_of(root, "terms"))
    for name, term in included.items():
        if name not in own and term.config.query is not None:
            query = parsed(term.config.query)
            written.append(_Written(term.config.query, query, term.path("query"), term.origin, name))
    yield from _faulty_references(written, origin)
    told = {problem.path for problem in unknown}
    yield from _absences(root, [one for one in written if path_text(one.path) not in told])


def unknown_term(
    text: str, reference: TermRef, known: Iterable[str], included: Mapping[str, TermInForce], otherwise: Fault
) -> QueryError:
    """The fault of a reference to a term that is not there: a close name is offered, else `otherwise` it is."""
    close = close_term(reference.name, known, included)
    if close is None:
        return QueryError(text, reference.at, otherwise, name=reference.name)
    return QueryError(text, reference.at, Fault.TERM_LIKE, name=reference.name, close=close)


def close_term(wrong: str, known: Iterable[str], terms: Mapping[str, TermInForce]) -> str | None:
    """The term that is spelt so, else the known name that looks most like the wrong one."""
    same = next((name for name, term in terms.items() if wrong in (term.config.any or ())), None)
    return same or closest(wrong, known)


def compile_fault(text: str, error: CompileError) -> QueryError:
    """The fault of a query that cannot be compiled."""
    match error:
        case UnknownTermError():
            return QueryError(text, error.at, Fault.TERM_UNKNOWN, name=error.name)
        case BadExpressionError(why=why) if why in _WHYS:
            return QueryError(text, error.at, _WHYS[why], word=error.pattern)
        case BadExpressionError(why=why):
            return QueryError(text, error.at, Fault.REGEX_REFUSED, why=why)
        case _:
            return QueryError(text, error.at, Fault.REGEX_REFUSED, why=str(error))


def holds_without_words(node: Node) -> bool:
    """Whether a query is true of a text that says nothing: its negations alone make it true."""
    match node:
        case Not():
            return not holds_without_words(node.child)
        case And():
            return all(map(holds_without_words, node.children))
        case Or():
            return any(map(holds_without_words, node.children))
        case Scoped():
            return holds_without_words(node.child)
        case _:
            return False


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
                error = unknown_term(one.text, reference, known, included, Fault.TERM_UNKNOWN)
                yield one.origin.query_problem(one.path, error)


def _absences(root: Value, written: list[_Written]) -> Iterator[Problem]:
    """Watchlists over all feeds that an article matches by what it does not say: they would tell of everything."""
    named = NamedQueries({one.name: one.text for one in written if one.name})
    limited = {path[1] for key in ("feeds", "tags") for path, _ in texts(root, ("watchlists", "*", key, "*"))}
    for one in written:
        if not one.name and one.path[1] not in limited:
            try:
                query = expanded(one.text, named)
            except ExpansionError:
                continue  # told already
            if holds_without_words(query):
                yield one.origin.query_problem(one.path, QueryError(one.text, one.query.at, Fault.ABSENCE))


def _faulty_references(written: list[_Written], own: Origin) -> Iterator[Problem]:
    """References to named queries that cannot be put in.

    What only refers to a faulty query is not told; nor is a bundled query that a circle of the user's runs through.
    """
    users = {one.name for one in written if one.origin is own}
    concepts, others = [one for one in written if one.name], [one for one in written if not one.name]
    faulty = _unexpanded(concepts, NamedQueries({one.name: one.text for one in concepts}))
    names = {one.name for one, _ in faulty}
    sound = NamedQueries({one.name: one.text for one in concepts if one.name not in names})
    for one, error in (*faulty, *_unexpanded(others, sound)):
        if one.name in error.within and (one.origin is own or users.isdisjoint(error.within)):
            yield one.origin.query_problem(one.path, error)


def _unexpanded(written: Iterable[_Written], queries: NamedQueries) -> list[tuple[_Written, ExpansionError]]:
    """Those of some queries into which what they refer to cannot be put."""
    found = []
    for one in written:
        try:
            expanded(one.text, queries, one.name)
        except ExpansionError as error:
            found.append((one, error))
    return found
