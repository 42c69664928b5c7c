"""Laws of the query language, over random trees and random text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.query.errors import QueryError
from monitor.core.query.explain import Language, explain
from monitor.core.query.lexer import FIELDS
from monitor.core.query.nodes import And, Leaf, Near, Node, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.query.parser import parse
from monitor.core.query.printer import print_query

LANGUAGES: tuple[Language, ...] = ("ko", "en")
LETTERS = "가힣수출美딥AIgpt09-_.'’·&é"
SYNTAX = [
    *'()"“”（）/\\@=-*:|,\n　 ',
    *("AND", "OR", "NOT", "NEAR/2", "ONEAR/3", "near", "or", "title:", "tag:", "제목:", "수출", "통제*", "GPT-4"),
    *("＝", "－", "＠", "：", "\u200b", "/a\\/b/", '"금수 조치"', "@DeepSeek", '@"한국 AI"', "=인텔", "ＯＲ"),
]

words = st.text(LETTERS, min_size=1, max_size=6).filter(
    lambda word: (
        any(letter.isalnum() for letter in word)
        and word[0] not in "-'’"
        and word[-1] not in "'’"
        and not re.fullmatch("(?i)and|or", word)
    )
)
leaves: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(Word, words, prefix=st.booleans()),
    st.builds(Word, st.text(LETTERS + ":@=/", min_size=1, max_size=4), raw=st.just(value=True)),
    st.builds(
        Phrase,
        st.text(LETTERS + ' "\\()“”/*', min_size=1, max_size=8).map(lambda text: " ".join(f"가{text}".split())),
    ),
    st.builds(TermRef, st.text(LETTERS + ' "\\()“”/*@', min_size=1, max_size=8).filter(str.strip)),
    st.builds(Regex, st.text(LETTERS + '/ ()"', min_size=1, max_size=8)),
)
sides = st.one_of(leaves, st.lists(leaves, min_size=2, max_size=3).map(lambda found: Or(tuple(found))))
nears = st.builds(Near, sides, sides, st.integers(1, 99), st.booleans())


def joined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, nodes))


unscoped = st.recursive(st.one_of(leaves, nears), joined, max_leaves=8)
scoped = st.builds(Scoped, st.sampled_from(FIELDS), unscoped)
trees = st.recursive(st.one_of(leaves, nears, scoped), joined, max_leaves=12)


@settings(max_examples=300)
@given(trees)
def test_parsing_what_was_printed_gives_the_same_tree(tree: Node) -> None:
    assert parse(print_query(tree)) == tree


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(SYNTAX), max_size=12).map("".join),
        st.lists(st.sampled_from(SYNTAX), max_size=9).map(" ".join),
    )
)
def test_any_text_is_a_query_or_a_query_error_with_its_place(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError as error:
        _assert_complete(error)
    else:
        assert parse(print_query(tree)) == tree
        assert explain(tree, "ko")
        assert explain(tree, "en")


def _assert_complete(error: QueryError) -> None:
    start, end = error.at
    assert 0 <= start <= end <= len(error.text)
    for language in LANGUAGES:
        assert all(error.said(language))
    line, carets = error.excerpt().split("\n")
    assert carets.strip("^ ") == ""
    assert "^" in carets
    assert line.isprintable()


@settings(max_examples=100)
@given(trees)
def test_spans_lie_inside_the_text_and_children_inside_their_parents(tree: Node) -> None:
    text = print_query(tree)
    _assert_inside(parse(text), (0, len(text)))


def _assert_inside(node: Node, outer: tuple[int, int]) -> None:
    assert outer[0] <= node.at[0] < node.at[1] <= outer[1]
    match node:
        case And() | Or():
            children = node.children
        case Not() | Scoped():
            children = (node.child,)
        case Near():
            children = (node.left, node.right)
        case _:
            return
    for child in children:
        _assert_inside(child, node.at)


@pytest.mark.parametrize("piece", ["(", "-", "NOT ", "title:(", "(a OR ", "((a b) OR "])
def test_deep_nesting_is_a_query_error_and_never_a_recursion_error(piece: str) -> None:
    with pytest.raises(QueryError, match="nested more than 32 deep"):
        parse(piece * 500 + "a") if piece != "title:(" else parse("title:" + "(" * 500)
