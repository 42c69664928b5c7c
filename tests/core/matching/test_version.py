from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.matching.model import Term, Watchlist
from monitor.core.matching.version import definition_of
from monitor.core.query.parser import parse

TERMS = {name: Term(name, (name,)) for name in ("가", "나", "다", "라", "마")}
BASE = Watchlist("W", parse("(@가 OR 반도체) title:@나 -@다 @라 NEAR/2 공장"))


def version(watchlist: Watchlist = BASE, terms: dict[str, Term] = TERMS) -> str:
    return definition_of(watchlist, terms).version


def test_a_definition_is_the_same_under_another_name() -> None:
    assert version(replace(BASE, name="V")) == version()
    assert len(version()) == 16


@pytest.mark.parametrize("name", ["가", "나", "다", "라"])
def test_a_changed_term_anywhere_in_the_query_is_another_definition(name: str) -> None:
    assert version(terms=TERMS | {name: Term(name, (name, "새이름"))}) != version()


def test_a_term_that_the_query_does_not_name_does_not_count() -> None:
    assert version(terms=TERMS | {"마": Term("마", ("새이름",))}) == version()


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, query=parse("@가")),
        replace(BASE, feeds=frozenset({"전자"})),
        replace(BASE, feed_tags=frozenset({"ai"})),
    ],
)
def test_another_query_or_scope_is_another_definition(other: Watchlist) -> None:
    assert version(other) != version()
