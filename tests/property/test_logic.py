"""Laws of what is said of queries by their form: no article may prove it wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.article import Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.logic import Logic
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.query.nodes import And, Near, Not, Or, TermRef, Word
from tests.property.test_matching import TERMS, articles, queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.query.nodes import Node

ALL_TERMS = {
    **TERMS,
    "인텔들": Term("인텔들", ("Intel", "인텔", "딥시크"), Kind.ORGANISATION, exclude=("인텔리",)),
    "미국만": Term("미국만", ("미국",), Kind.PLACE),
    "칩": Term("칩", ("수출", "통제"), require=("미국",)),
    "칩들": Term("칩들", ("통제", "수출", "라마"), require=("미국",)),
    "죽은": Term("죽은", ("딥시크",), exclude=("딥시크",)),
    "홀로": Term("홀로", ("딥시크",), require=("수출",), exclude=("수출",)),
}
terms = st.sampled_from(sorted(ALL_TERMS)).map(TermRef)
nodes: st.SearchStrategy[Node] = st.one_of(
    queries, terms, st.builds(Near, terms, terms, st.integers(1, 3)), st.builds(And, st.tuples(terms, queries))
)
related: st.SearchStrategy[tuple[Node, Node]] = st.one_of(
    st.tuples(nodes, nodes),
    st.builds(lambda one, other: (And((one, other)), other), nodes, nodes),
    st.builds(lambda one, other: (one, Or((other, one))), nodes, nodes),
    st.builds(lambda one, other: (And((one, Not(other))), one), nodes, nodes),
)


@settings(max_examples=250, deadline=None)
@example((Near(Word("수출"), Word("통제"), 2), Word("수출")), [Article("", "", "수출통제")])
@example((TermRef("칩"), TermRef("칩들")), [Article("", "", "수출 미국")])
@given(related, st.lists(articles, min_size=1, max_size=4))
def test_a_query_that_implies_another_is_true_of_no_article_of_which_the_other_is_not(
    pair: tuple[Node, Node], several: Sequence[Article]
) -> None:
    one, other = pair
    known = Logic(ALL_TERMS, ("가", "나"))
    matcher = compile_matcher(ALL_TERMS, [Watchlist("하나", one), Watchlist("둘", other)])
    found = [{match.watchlist for match in matcher.match(article)} for article in several]
    if known.never(one):
        assert all("하나" not in names for names in found)
    elif known.implies(one, other):
        assert all("둘" in names for names in found if "하나" in names)


@settings(max_examples=100, deadline=None)
@given(nodes, nodes)
def test_a_part_of_a_query_is_seen_to_follow_from_it(one: Node, other: Node) -> None:
    known = Logic(ALL_TERMS)
    both = And((one, other))
    assert known.implies(both, one)
    assert known.implies(one, Or((other, one)))
    assert known.never(And((both, Not(one))))
