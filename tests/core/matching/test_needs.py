"""What a query needs of an article can be looked up, and never leaves an article out that the query is true of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings

from monitor.core.article import TEXT_FIELDS, Article
from monitor.core.matching import needs
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Term, Watchlist
from monitor.core.matching.needs import AllOf, AnyOf, Need
from monitor.core.query.parser import parse
from monitor.core.text.normal import normalise
from monitor.core.text.pairs import Piece, pieces_of
from tests.property.test_matching import TERMS, articles, queries

if TYPE_CHECKING:
    from monitor.core.query.nodes import Node

DEEPSEEK: Final = Term("DeepSeek", ("딥시크", "심도"))


def need(query: str) -> Need | None:
    return compile_matcher({"DeepSeek": DEEPSEEK}, [Watchlist(query, parse(query))]).need


def pieces(*texts: str) -> tuple[Piece, ...]:
    return tuple(Piece(text) for text in texts)


@pytest.mark.parametrize(
    ("query", "needed"),
    [
        ("수출", Piece("수출")),
        ("수출 통제", AllOf(pieces("수출", "통제"))),
        ("수출 OR 통제", AnyOf(pieces("수출", "통제"))),
        ("수출 -통제", Piece("수출")),
        ("수출 NEAR/2 통제", AllOf(pieces("수출", "통제"))),
        ("(수출 OR 수입) NEAR/2 통제", AllOf((AnyOf(pieces("수출", "수입")), Piece("통제")))),
        ('"금수 조치"', AllOf(pieces("금수", "조치"))),
        ("title:수출", Piece("수출")),
        ("수출 source:연합", Piece("수출")),
        ("수출 수출", Piece("수출")),
        ("@DeepSeek", AnyOf((AllOf(pieces("딥시", "시크")), Piece("심도")))),
        ("=AI", Piece("ai", begins=True)),
    ],
)
def test_words_are_looked_up_by_their_pieces(query: str, needed: Need) -> None:
    assert need(query) == needed


@pytest.mark.parametrize(
    "query", ["강", "/수출.*통제/", "수출 OR 강", "source:연합뉴스", "수출 OR feed:전자", "-수출"]
)
def test_what_has_no_pieces_cannot_be_looked_up(query: str) -> None:
    assert need(query) is None


def test_only_one_query_is_looked_up() -> None:
    one = Watchlist("하나", parse("수출"))
    assert compile_matcher({}, []).need is None
    assert compile_matcher({}, [one, one]).need is None


def test_too_many_pieces_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "MOST_PIECES", 2)
    assert need("수출 OR 통제") is not None
    assert need("수출 OR 통제 OR 금지") is None


def is_met(one: Need, held: set[str]) -> bool:
    match one:
        case Piece(text, begins=True):
            return any(piece.startswith(text) for piece in held)
        case Piece(text):
            return text in held
        case AllOf(several):
            return all(is_met(part, held) for part in several)
        case AnyOf(several):
            return any(is_met(part, held) for part in several)


@settings(max_examples=150, deadline=None)
@given(queries, articles)
def test_whatever_a_query_is_true_of_meets_its_need(query: Node, article: Article) -> None:
    matcher = compile_matcher(TERMS, [Watchlist("하나", query)])
    needed = matcher.need
    if needed is not None and matcher.match(article):
        assert is_met(needed, {p for name in TEXT_FIELDS for p in pieces_of(normalise(article.field(name)).letters)})
