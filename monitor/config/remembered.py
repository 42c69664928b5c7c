"""Queries that were read are not read again: checking and compiling want each of them, and so does the next edit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from monitor.core.query.expand import expand
from monitor.core.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.query.nodes import Node

_MOST: Final = 4_096
"""Queries that are remembered: those of a large configuration and of its last versions."""

_SIGNS_OF_NAMES: Final = ("@", "＠")


class NamedQueries(Mapping[str, "Node"]):
    """Named queries as they are written, by name, made from their texts. Equal if their texts are.

    Raises:
        QueryError: a text is not a query.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = frozenset(texts.items())
        self._nodes = {name: parsed(text) for name, text in texts.items()}
        self._hash = hash(self._texts)

    def without(self, name: str) -> NamedQueries:
        """The same without one of them; all of them if it is not there."""
        return NamedQueries({other: text for other, text in self._texts if other != name})

    def __getitem__(self, name: str) -> Node:
        return self._nodes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NamedQueries) and self._texts == other._texts

    def __hash__(self) -> int:
        return self._hash


@lru_cache(maxsize=_MOST)
def parsed(text: str) -> Node:
    """`parse`, once for each text.

    Raises:
        QueryError: the text is not a query.
    """
    return parse(text)


def expanded(text: str, queries: NamedQueries, name: str = "") -> Node:
    """`expand` of what a text says, once for each text.

    Raises:
        QueryError: the text is not a query, or what it refers to cannot be put in.
    """
    # Whatever becomes of concepts, a query that names nothing stays as it is.
    named = queries if any(sign in text for sign in _SIGNS_OF_NAMES) else _NOTHING
    return _expanded(text, named, name)


_NOTHING: Final = NamedQueries({})


@lru_cache(maxsize=_MOST)
def _expanded(text: str, queries: NamedQueries, name: str) -> Node:
    return expand(text, parsed(text), queries, name)
