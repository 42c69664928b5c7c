"""Statements are the same on every database; look-ups and inserts keep their promises at every size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from monitor.storage import feeds, outbox
from monitor.storage.statements import LOOK_UP_SIZE, InsertUnlessKnown, LookUp, _compile, _insert
from monitor.storage.tables import ALERTS, ARTICLES, FEEDS, Base
from tests.storage.samples import article

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.storage.storage import SqlWork

POSTGRESQL: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
BY_ID = LookUp(select(ARTICLES.c.id, ARTICLES.c.title), ARTICLES.c.id)


@pytest.mark.parametrize("count", [0, 1, 2, 3, LOOK_UP_SIZE, LOOK_UP_SIZE + 1])
def test_a_look_up_finds_each_row_once(count: int, work: SqlWork, connection: Connection, now: datetime) -> None:
    ids = [work.articles.add(article(str(number), title=f"제목 {number}"), now)[0] for number in range(count)]
    work.articles.add(article("another"), now)

    found = BY_ID.rows(connection, [*ids, -1])

    assert {row.id: row.title for row in found} == {number: f"제목 {place}" for place, number in enumerate(ids)}
    assert list(BY_ID.rows(connection, [])) == []


def test_a_value_that_is_missing_is_refused(connection: Connection) -> None:
    with pytest.raises(KeyError, match="key"):
        InsertUnlessKnown(ALERTS, ("key", "reason")).one(connection, {"reason": "test"})


def test_the_tables_and_their_indexes_are_postgresql_too() -> None:
    for table in Base.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=POSTGRESQL))
    indexes = [str(CreateIndex(index).compile(dialect=POSTGRESQL)) for index in FEEDS.indexes]
    assert [index.endswith("WHERE enabled IS true") for index in indexes].count(True) == 1


def test_an_insert_is_postgresql_too(now: datetime) -> None:
    compiled = _compile(_insert(POSTGRESQL, ALERTS).returning(ALERTS.c.id), POSTGRESQL, ("key", "created_at"))

    assert compiled.sql.startswith("INSERT INTO alerts (key, created_at) VALUES (%(key)s::VARCHAR, %(created_at)s::")
    assert compiled.sql.endswith(" ON CONFLICT DO NOTHING RETURNING alerts.id")
    assert compiled.arrange({"key": "k", "created_at": now}) == {"key": "k", "created_at": now}
    assert [column.key for column in compiled.columns] == ["id"]


def test_claims_skip_what_another_is_claiming_where_rows_can_be_locked() -> None:
    for statement in (feeds._DUE, outbox._NEXT_IN_LANE):
        assert "FOR UPDATE" in str(statement.compile(dialect=POSTGRESQL))
    assert "SKIP LOCKED" in str(feeds._DUE.compile(dialect=POSTGRESQL))
