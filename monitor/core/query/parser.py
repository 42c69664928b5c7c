"""Reads a query into a tree.

Space means AND. `NOT` and `-` bind tighter than AND and OR, `NEAR/n` tighter still. AND and OR must not stand at
one level without parentheses: what a reader would have to guess, we refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from monitor.core.query.errors import QueryError
from monitor.core.query.faults import Fault
from monitor.core.query.lexer import Symbol, tokens
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word

if TYPE_CHECKING:
    from monitor.core.query.lexer import Token
    from monitor.core.query.nodes import Leaf, Node

MAX_DEPTH: Final = 32
"""How deep parentheses and negations may be nested."""


def parse(text: str) -> Node:
    """Read a query.

    Raises:
        QueryError: the text is not a query, or longer than `MAX_LENGTH` or deeper than `MAX_DEPTH`.
    """
    reader = _Reader(text, tokens(text))
    if reader.peek().symbol is Symbol.END:
        raise QueryError(text, (0, 0), Fault.EMPTY)
    node = _level(reader, 0, "")
    left = reader.peek()
    if left.symbol is not Symbol.END:
        raise QueryError(text, left.at, Fault.GROUP_CLOSED)
    return node


@dataclass(slots=True)
class _Reader:
    text: str
    tokens: tuple[Token, ...]
    position: int = 0

    def peek(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token


def _level(reader: _Reader, depth: int, scope: str) -> Node:
    """level: unary { [`AND`] unary } | unary { `OR` unary }."""
    children = [_unary(reader, depth, scope)]
    joint: Symbol | None = None
    while reader.peek().symbol not in {Symbol.END, Symbol.CLOSE}:
        token = reader.peek()
        this = Symbol.OR if token.symbol is Symbol.OR else Symbol.AND
        if joint not in {None, this}:
            raise QueryError(reader.text, token.at, Fault.MIXED)
        joint = this
        if token.symbol in {Symbol.OR, Symbol.AND}:
            reader.take()
        children.append(_unary(reader, depth, scope))
    if joint is None:
        return children[0]
    at = (children[0].at[0], children[-1].at[1])
    return Or(tuple(children), at) if joint is Symbol.OR else And(tuple(children), at)


def _unary(reader: _Reader, depth: int, scope: str) -> Node:
    """unary: (`NOT` | `-`) unary | near."""
    if reader.peek().symbol is not Symbol.NOT:
        return _near(reader, depth, scope)
    token = reader.take()
    child = _unary(reader, _deeper(reader, depth, token), scope)
    return Not(child, (token.at[0], child.at[1]))


def _near(reader: _Reader, depth: int, scope: str) -> Node:
    """near: primary [ (`NEAR/n` | `ONEAR/n`) primary ], each side a leaf or a parenthesised OR of leaves."""
    left = _primary(reader, depth, scope)
    if reader.peek().symbol is not Symbol.NEAR:
        return left
    token = reader.take()
    if reader.peek().symbol is Symbol.NOT:
        raise QueryError(reader.text, reader.peek().at, Fault.NEAR_SIDE)
    right = _primary(reader, depth, scope)
    for side in (left, right):
        if not may_be_near(side):
            raise QueryError(reader.text, side.at, Fault.NEAR_SIDE)
    if reader.peek().symbol is Symbol.NEAR:
        raise QueryError(reader.text, reader.peek().at, Fault.NEAR_CHAIN)
    return Near(left, right, token.distance, token.ordered, (left.at[0], right.at[1]))


def _primary(reader: _Reader, depth: int, scope: str) -> Node:
    """primary: `(` level `)` | field primary | leaf."""
    token = reader.take()
    if token.symbol is Symbol.LEAF:
        return cast("Leaf", token.leaf)
    if token.symbol is Symbol.OPEN:
        return _group(reader, token, depth, scope)
    if token.symbol is Symbol.FIELD:
        return _scoped(reader, token, depth, scope)
    raise _nothing(reader, token)


def _group(reader: _Reader, opened: Token, depth: int, scope: str) -> Node:
    if reader.peek().symbol is Symbol.CLOSE:
        at = (opened.at[0], reader.peek().at[1])
        raise QueryError(reader.text, at, Fault.GROUP_EMPTY)
    node = _level(reader, _deeper(reader, depth, opened), scope)
    if reader.peek().symbol is not Symbol.CLOSE:
        raise QueryError(reader.text, opened.at, Fault.GROUP_OPEN)
    reader.take()
    return node


def _scoped(reader: _Reader, token: Token, depth: int, scope: str) -> Node:
    if scope:
        raise QueryError(reader.text, token.at, Fault.FIELD_NESTED, name=token.name, scope=scope)
    child = _primary(reader, depth, token.name)
    return Scoped(token.name, child, (token.at[0], child.at[1]))


def may_be_near(side: Node) -> bool:
    """Whether this can be a side of NEAR: a leaf, or an OR of leaves."""
    leaves = (Word, Phrase, TermRef, Regex)
    return isinstance(side, leaves) or (
        isinstance(side, Or) and all(isinstance(child, leaves) for child in side.children)
    )


def _deeper(reader: _Reader, depth: int, token: Token) -> int:
    if depth >= MAX_DEPTH:
        raise QueryError(reader.text, token.at, Fault.TOO_DEEP, most=MAX_DEPTH)
    return depth + 1


def _nothing(reader: _Reader, token: Token) -> QueryError:
    """The error for an operator, a bracket or the end where something to look for should stand."""
    if token.symbol is Symbol.END:
        return QueryError(reader.text, reader.tokens[reader.position - 2].at, Fault.NOTHING_AFTER)
    return QueryError(reader.text, token.at, Fault.NOTHING_BEFORE)
