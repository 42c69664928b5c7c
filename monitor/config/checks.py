"""Checks across the parts of a configuration: names that are used exist, names that are given are unique.

They run on the plain values, so that a fault elsewhere does not hide theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.config.values import did_you_mean
from monitor.core.query.errors import QueryError
from monitor.core.query.nodes import And, Near, Node, Not, Or, Scoped, TermRef
from monitor.core.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.config.document import Path, Value
    from monitor.config.origin import Origin
    from monitor.core.errors import Problem


def check(root: Value, origin: Origin) -> tuple[Problem, ...]:
    """Every fault between the parts."""
    return (
        *_unique(root, origin, ("feeds", "*", "name"), "this feed's name is taken"),
        *_unique(root, origin, ("feeds", "*", "url"), "this feed's address is here twice"),
        *_unique(root, origin, ("watchlists", "*", "name"), "this watchlist's name is taken"),
        *_references(root, origin),
        *_queries(root, origin),
    )


def texts(value: Value, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts at the places a pattern names ("*": each part of a list or mapping), with their paths."""
    if not pattern:
        if isinstance(value, str):
            yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    parts: Iterable[tuple[str | int, Value]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = enumerate(value)
    for key, part in parts:
        if step in {"*", key}:
            yield from texts(part, rest, (*path, key))


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


def _unique(root: Value, origin: Origin, pattern: Path, what: str) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, text in texts(root, pattern):
        if text in first:
            line = origin.problem(first[text], "", "").line
            yield origin.problem(path, f"{what}, first on line {line}", "change or remove one of them")
        first.setdefault(text, path)


def _references(root: Value, origin: Origin) -> Iterator[Problem]:
    channels = _keys(root, "channels")
    feeds = [text for _, text in texts(root, ("feeds", "*", "name"))]
    tags = [text for _, text in texts(root, ("feeds", "*", "tags", "*"))]
    for pattern, known, kind in (
        (("operator",), channels, "channel"),
        (("watchlists", "*", "channels", "*"), channels, "channel"),
        (("watchlists", "*", "feeds", "*"), feeds, "feed"),
        (("watchlists", "*", "tags", "*"), tags, "feed with the tag"),
    ):
        for path, text in texts(root, pattern):
            if text not in known:
                hint = did_you_mean(text, known, f"add it under {'channels' if kind == 'channel' else 'feeds'}")
                yield origin.problem(path, f"there is no {kind} {text}", hint)


def _queries(root: Value, origin: Origin) -> Iterator[Problem]:
    terms = _keys(root, "terms")
    for pattern in (("watchlists", "*", "query"), ("watchlists", "*", "any", "*")):
        for path, text in texts(root, pattern):
            if not text.strip():
                continue
            try:
                query = parse(text)
            except QueryError as error:
                yield origin.query_problem(path, error)
                continue
            for reference in term_references(query):
                if reference.name not in terms:
                    hint = did_you_mean(reference.name, terms, "add it under terms")
                    unknown = QueryError(text, reference.at, f"there is no term {reference.name}", hint)
                    yield origin.query_problem(path, unknown)


def _keys(root: Value, name: str) -> list[str]:
    section = root.get(name) if isinstance(root, dict) else None
    return list(section) if isinstance(section, dict) else []
