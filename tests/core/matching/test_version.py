from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.matching.version import Definition, definition_of, restored
from monitor.core.query.errors import QueryError
from monitor.core.query.nodes import Or
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


def test_what_a_definition_is_of_can_be_had_again() -> None:
    term = Term("가", ("가", "Ga"), Kind.PERSON, Mode.FAMILY, ("가게",), ("회사",), case_sensitive=True)
    terms = TERMS | {"가": term}
    scoped = replace(BASE, feeds=frozenset({"전자"}), feed_tags=frozenset({"ai"}))
    watchlist, used = restored("옛것", definition_of(scoped, terms))
    assert watchlist == replace(scoped, name="옛것")
    assert used == {name: terms[name] for name in ("가", "나", "다", "라")}
    assert definition_of(watchlist, used) == definition_of(scoped, terms)


def test_what_was_made_longer_by_concepts_than_may_be_written_cannot_be_had_again() -> None:
    long = Watchlist("W", Or(tuple(parse(f"낱말{number}") for number in range(20_000))))
    with pytest.raises(QueryError):
        restored("W", Definition(definition_of(long, {}).text))
