"""Reads a query into a tree.

Space means AND. `NOT` and `-` bind tighter than AND and OR, `NEAR/n` tighter still. AND and OR must not stand at
one level without parentheses: what a reader would have to guess, we refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from monitor.core.query.errors import QueryError
from monitor.core.query.lexer import Symbol, tokens
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word

if TYPE_CHECKING:
    from monitor.core.query.lexer import Token
    from monitor.core.query.nodes import At, Leaf, Node

MAX_DEPTH: Final = 32
"""How deep parentheses and negations may be nested."""


def parse(text: str) -> Node:
    """Read a query.

    Raises:
        QueryError: the text is not a query, or longer than `MAX_LENGTH` or deeper than `MAX_DEPTH`.
    """
    reader = _Reader(text, tokens(text))
    if reader.peek().symbol is Symbol.END:
        raise QueryError(text, (0, 0), "the query is empty", "write what to look for")
    node = _level(reader, 0, "")
    left = reader.peek()
    if left.symbol is not Symbol.END:
        raise QueryError(text, left.at, "this ) closes nothing", "remove it, or add a ( before it")
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
            todo = "put parentheses around what belongs together: (a OR b) c"
            raise QueryError(reader.text, token.at, "AND (or a space) and OR are mixed", todo)
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
    right = _primary(reader, depth, scope)
    for side in (left, right):
        if not may_be_near(side):
            todo = (
                "only words, phrases, terms, or (a OR b) of them can; write title:(a NEAR/3 b), not title:a NEAR/3 b"
            )
            raise QueryError(reader.text, side.at, "this cannot stand beside NEAR", todo)
    if reader.peek().symbol is Symbol.NEAR:
        todo = "write two pairs: (a NEAR/3 b) (b NEAR/3 c)"
        raise QueryError(reader.text, reader.peek().at, "NEAR joins two sides only", todo)
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
        raise QueryError(reader.text, at, "the parentheses are empty", "write something inside, or remove them")
    node = _level(reader, _deeper(reader, depth, opened), scope)
    if reader.peek().symbol is not Symbol.CLOSE:
        raise QueryError(reader.text, opened.at, "this ( is never closed", "add the closing )")
    reader.take()
    return node


def _scoped(reader: _Reader, token: Token, depth: int, scope: str) -> Node:
    if scope:
        todo = f"use {token.name}: and {scope}: side by side"
        raise QueryError(reader.text, token.at, f"{token.name}: stands inside {scope}:", todo)
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
        what = f"parentheses and negations are nested more than {MAX_DEPTH} deep"
        raise QueryError(reader.text, token.at, what, "write it flatter, or split it into terms")
    return depth + 1


def _nothing(reader: _Reader, token: Token) -> QueryError:
    """The error for an operator, a bracket or the end where something to look for should stand."""
    at: At = token.at
    if token.symbol is Symbol.END:
        before = reader.tokens[reader.position - 2]
        return QueryError(
            reader.text, before.at, "nothing follows this", "write what to look for after it, or remove it"
        )
    return QueryError(reader.text, at, "something to look for is missing before this", "write it, or remove this")
