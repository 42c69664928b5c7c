"""Writes a tree as the shortest plain query: `parse(print_query(node)) == node`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, assert_never

from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word

if TYPE_CHECKING:
    from monitor.core.query.nodes import Node

_PLAIN_NAME: Final = re.compile(r'[^\s()"（）＂“”„‟\u200b\ufeff]+')
_QUOTES: Final = re.compile(r'(["＂“”„‟\\])')


def print_query(node: Node) -> str:
    """The text of a tree that `parse` made, or could have made."""
    match node:
        case And():
            return " ".join(_grouped(child) for child in node.children)
        case Or():
            return " OR ".join(_grouped(child) for child in node.children)
        case Not():
            return "-" + _grouped(node.child)
        case Near():
            operator = "ONEAR" if node.ordered else "NEAR"
            return f"{_grouped(node.left)} {operator}/{node.distance} {_grouped(node.right)}"
        case Scoped():
            child = _grouped(node.child)
            return f"{node.name}:({child})" if isinstance(node.child, Not) else f"{node.name}:{child}"
        case _:
            return print_leaf(node)


def print_leaf(node: Word | Phrase | TermRef | Regex) -> str:
    """The text of one leaf."""
    match node:
        case Word():
            return f"{'=' if node.raw else ''}{node.text}{'*' if node.prefix else ''}"
        case Phrase():
            return _quote(node.text)
        case TermRef():
            return "@" + (node.name if _PLAIN_NAME.fullmatch(node.name) else _quote(node.name))
        case Regex():
            # An escaped letter is left as it is; a bare slash would end the expression.
            inside = re.sub(r"(\\.)|/", lambda found: found.group(1) or r"\/", node.pattern, flags=re.DOTALL)
            return f"/{inside}/"
        case _:
            assert_never(node)


def _quote(text: str) -> str:
    return '"' + _QUOTES.sub(r"\\\1", text) + '"'


def _grouped(node: Node) -> str:
    text = print_query(node)
    return f"({text})" if isinstance(node, (And, Or, Near)) else text
