"""Both sides of a comparison are matched together where they can be, and find what each finds alone."""

from __future__ import annotations

import pytest

from monitor.core.article import Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Term, Watchlist
from monitor.core.query.parser import parse
from monitor.engines.lookback import Side, _Half, _matchers

TERMS = {"칩": Term("칩", ("칩", "반도체")), "관세": Term("관세", ("관세",))}
OTHER_TERMS = {**TERMS, "칩": Term("칩", ("칩",))}
TITLES = ("반도체 관세 인상", "칩 수출 금지", "관세 협상 재개", "날씨 맑음", "반도체 NEAR 관세", "칩 관세 칩")


def side(terms: dict[str, Term], **queries: str) -> Side:
    return Side(tuple(Watchlist(name, parse(query)) for name, query in queries.items()), terms)


BEFORE = side(TERMS, 가="@칩 @관세", 나="@칩 NEAR/2 @관세", 다="@관세 -@칩")
AFTER = side(TERMS, 가="@칩 OR @관세", 나="@칩 NEAR/2 @관세", 라="수출 OR 날씨")


@pytest.fixture(params=[(BEFORE, AFTER), (side(OTHER_TERMS, 가="@칩"), AFTER), (side(TERMS), AFTER)])
def sides(request: pytest.FixtureRequest) -> tuple[Side, Side]:
    found: tuple[Side, Side] = request.param
    return found


def test_each_side_finds_what_it_finds_alone_in_whatever_order_they_are_asked(sides: tuple[Side, Side]) -> None:
    before, after = _matchers(*sides)
    alone = [compile_matcher(one.terms, one.watchlists) for one in sides]
    for title in (*TITLES, *reversed(TITLES)):
        article = Article("", "", title)
        assert before is not None
        assert after.match(article) == alone[1].match(article)
        assert before.match(article) == alone[0].match(article)


def test_sides_are_matched_together_only_over_the_same_terms(sides: tuple[Side, Side]) -> None:
    assert isinstance(_matchers(*sides)[0], _Half) == (sides[0].terms == sides[1].terms)
