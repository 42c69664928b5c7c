"""A query is read once, and whatever is read from memory is what would have been read anew."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.remembered import NamedQueries, expanded, parsed
from monitor.core.query.errors import QueryError
from monitor.core.query.expand import ExpansionError, expand
from monitor.core.query.parser import parse

TEXTS = st.sampled_from(["@a", "＠a 칩", "@b OR @c", "칩 -광고", "title:@b", "@a NEAR/3 칩", "칩 OR 반도체"])
CONCEPTS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["수출", "금수 OR 禁輸", "@c 통제", "title:칩"]))


@given(TEXTS, CONCEPTS)
def test_an_expansion_from_memory_is_the_one_that_would_be_made(text: str, concepts: dict[str, str]) -> None:
    named = {name: parse(query) for name, query in concepts.items()}
    try:
        wanted = expand(text, parse(text), named)
    except ExpansionError as error:
        with pytest.raises(ExpansionError, match=re.escape(str(error))):
            expanded(text, NamedQueries(concepts))
    else:
        found = expanded(text, NamedQueries(concepts))
        assert found == wanted
        assert found is expanded(text, NamedQueries(dict(reversed(concepts.items()))))


def test_a_query_that_names_nothing_is_remembered_whatever_becomes_of_concepts() -> None:
    assert expanded("칩 반도체", NamedQueries({"a": "수출"})) is expanded("칩 반도체", NamedQueries({"a": "통제"}))
    assert expanded("칩 @a", NamedQueries({"a": "수출"})) != expanded("칩 @a", NamedQueries({"a": "통제"}))


def test_named_queries_are_a_mapping_and_equal_if_their_texts_are() -> None:
    named = NamedQueries({"a": "수출", "b": "통제"})
    assert dict(named) == {"a": parse("수출"), "b": parse("통제")}
    assert len(named) == 2
    assert named == NamedQueries({"b": "통제", "a": "수출"})
    assert named != {"a": parse("수출"), "b": parse("통제")}
    assert named.without("b") == NamedQueries({"a": "수출"})
    assert named.without("c") == named


def test_a_fault_is_told_each_time() -> None:
    for _ in range(2):
        with pytest.raises(QueryError):
            parsed("(수출")
