"""The parsed query: a tree of small frozen nodes, each with the span of the text it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

At: TypeAlias = tuple[int, int]
"""Half-open code points in the query's text."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, matched with the boundary rules; `prefix` lets any continuation follow; `raw` is the bare letters."""

    text: str
    prefix: bool = False
    raw: bool = False
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, next to each other."""

    text: str
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class TermRef:
    """`@name`: a term of the configuration."""

    name: str
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """`/…/`: an RE2 regular expression over the original text."""

    pattern: str
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides inside one sentence, at most `distance` words apart; `ordered`: left before right.

    A side is a leaf or an `Or` of leaves.
    """

    left: Node
    right: Node
    distance: int
    ordered: bool = False
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Scoped:
    """`field:child`: one of title, body, source, author, feed, tag."""

    name: str
    child: Node
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All children (two or more)."""

    children: tuple[Node, ...]
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the children (two or more)."""

    children: tuple[Node, ...]
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The child is not true."""

    child: Node
    at: At = field(default=(0, 0), compare=False)


Leaf: TypeAlias = Word | Phrase | TermRef | Regex
Node: TypeAlias = Leaf | Near | Scoped | And | Or | Not
