"""What is of PostgreSQL alone: one writer at a time, nobody held up by a program that vanished, faults by name."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError

from monitor.core.errors import StorageError
from monitor.storage import backup, migrate
from monitor.storage.engine import clear_errors, open_engine, reading, writing
from monitor.storage.postgres import IDLE_S, LOCK_S
from monitor.storage.tables import ARTICLES, FEEDS, WATCHED_HOURS
from tests import postgres
from tests.storage.programs import start, wait_for
from tests.storage.samples import article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine

    from monitor.pipeline.ports import Work
    from monitor.storage.storage import SqlStorage

pytestmark = postgres.NEEDED

IMPATIENT = "&options=-c%20lock_timeout%3D100ms%20-c%20idle_in_transaction_session_timeout%3D300ms"


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def impatient(postgres_url: str) -> Iterator[Engine]:
    opened = open_engine(postgres_url + IMPATIENT, Path("/"))
    yield opened
    opened.dispose()


def test_the_recipe_that_holds_up_nobody(engine: Engine) -> None:
    with engine.begin() as connection:
        shown = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("idle_in_transaction_session_timeout", "lock_timeout", "synchronous_commit")
        }

    assert shown["idle_in_transaction_session_timeout"] == f"{IDLE_S}s"
    assert shown["lock_timeout"] == "1min"
    assert LOCK_S > IDLE_S


def test_one_writes_at_a_time_and_readers_go_on(engine: Engine, impatient: Engine) -> None:
    with writing(engine).begin():
        with reading(impatient).begin() as reader:
            assert reader.execute(select(FEEDS)).all() == []
        refused = pytest.raises(StorageError, match="locked by another program")
        with refused as told, clear_errors(impatient), writing(impatient).begin():
            pass

    assert "tried again" in told.value.todo


def test_a_reader_sees_one_moment_and_writes_nothing(engine: Engine, now: datetime) -> None:
    with reading(engine).begin() as reader:
        assert reader.execute(select(WATCHED_HOURS)).all() == []
        with writing(engine).begin() as writer:
            writer.execute(insert(WATCHED_HOURS), {"hour": now})
        assert reader.execute(select(WATCHED_HOURS)).all() == []
    with pytest.raises(InternalError, match="read-only"), reading(engine).begin() as reader:
        reader.execute(insert(WATCHED_HOURS), {"hour": now})


def test_a_writer_sees_what_the_one_before_it_committed(engine: Engine, now: datetime) -> None:
    seen: list[int] = []

    def write() -> None:
        with writing(engine).begin() as second:
            seen.append(len(second.execute(select(WATCHED_HOURS)).all()))

    with writing(engine).begin() as first:
        waiting = threading.Thread(target=write)
        waiting.start()
        first.execute(insert(WATCHED_HOURS), {"hour": now})
    waiting.join(10)

    assert seen == [1]


def test_a_writer_that_says_nothing_loses_its_turn(engine: Engine, impatient: Engine, now: datetime) -> None:
    gone = writing(impatient).connect()
    transaction = gone.begin()
    gone.execute(insert(WATCHED_HOURS), {"hour": now})

    with writing(engine).begin() as connection:
        assert connection.execute(select(WATCHED_HOURS)).all() == []

    with pytest.raises(StorageError), clear_errors(impatient):
        gone.execute(select(FEEDS))
    transaction.close()
    gone.close()


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    engine = open_engine("postgresql+psycopg://user:s3cret@127.0.0.1:1/name?connect_timeout=2", Path("/"))

    with pytest.raises(StorageError, match="does not answer") as refused:
        migrate.current(engine)

    assert "127.0.0.1" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_database_that_is_not_there_is_named(postgres_server: postgres.Server) -> None:
    engine = open_engine(postgres_server.url("nowhere"), Path("/"))

    with pytest.raises(StorageError, match=r"does not (exist|answer)"):
        migrate.current(engine)


def test_a_connection_that_broke_is_named_and_the_next_one_is_new(
    storage: SqlStorage, postgres_server: postgres.Server
) -> None:
    def cut(work: Work) -> None:
        postgres_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shared' AND xact_start < now()"
        )
        work.outbox.counts()

    with pytest.raises(StorageError, match="does not answer"):
        asyncio.run(storage.write(cut))

    assert asyncio.run(storage.write(lambda work: work.outbox.counts()))["pending"] == 0


@pytest.mark.parametrize(
    ("state", "what"),
    [
        ("53100", "disk of the database server is full"),
        ("53300", "no connection left"),
        ("42501", "refuses this user"),
        ("28P01", "refuses this user or password"),
        ("40P01", "two writers met"),
        ("57P01", "does not answer"),
    ],
)
def test_what_the_operator_can_mend_is_said_in_words(engine: Engine, state: str, what: str) -> None:
    fault = psycopg.errors.lookup(state)

    with pytest.raises(StorageError, match=what), clear_errors(engine):
        raise fault


def test_what_is_a_bug_passes_as_it_is(engine: Engine) -> None:
    with pytest.raises(IntegrityError), clear_errors(engine), writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO gaps (feed_id, after, before, at_most) VALUES (99, now(), now(), 1)"))
    with pytest.raises(ProgrammingError), clear_errors(engine), engine.begin() as connection:
        connection.execute(text("SELECT nothing"))
    with pytest.raises(psycopg.ProgrammingError), clear_errors(engine):
        raise psycopg.ProgrammingError


def test_a_database_without_hangul_is_refused(postgres_server: postgres.Server) -> None:
    postgres_server.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    engine = open_engine(postgres_server.url("latin"), Path("/"))

    with pytest.raises(StorageError, match="kept in LATIN1") as refused:
        migrate.upgrade(engine)

    assert "ENCODING 'UTF8'" in refused.value.todo
    engine.dispose()
    postgres_server.drop("latin")


def test_the_short_address_means_the_same_driver(postgres_url: str) -> None:
    engine = open_engine(postgres_url.replace("+psycopg", ""), Path("/"))

    migrate.check(engine)

    assert engine.driver == "psycopg"
    engine.dispose()


def test_an_address_given_more_than_ours_keeps_what_it_says(postgres_url: str) -> None:
    engine = open_engine(f"{postgres_url}&application_name=mine", Path("/"))

    with engine.begin() as connection:
        assert connection.execute(text("SHOW application_name")).scalar() == "mine"
    engine.dispose()


def test_a_writer_killed_in_its_transaction_lets_go_at_once(postgres_url: str) -> None:
    writer = start("hang", postgres_url)
    wait_for(writer, "written")
    writer.kill()
    writer.communicate()
    engine = open_engine(postgres_url, Path("/"))

    with writing(engine).begin() as connection:
        assert connection.execute(select(ARTICLES)).all() == []
    engine.dispose()


def test_the_indexes_have_their_conditions(engine: Engine) -> None:
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%WHERE%'"))
        kept = {str(row.indexname): str(row.indexdef) for row in rows}

    assert sorted(kept) == ["ix_deliveries_waiting", "ix_feeds_due", "uq_turns_open"]
    assert re.search(r"WHERE \(enabled IS TRUE\)", kept["ix_feeds_due"])


def test_korean_comes_back_letter_for_letter(storage: SqlStorage, now: datetime) -> None:
    title = "中딥시크 '새' 모델 50% 공개 %s 🚀"
    asyncio.run(storage.write(lambda work: work.articles.add(article(title=title), now)))

    (row,) = asyncio.run(storage.read(lambda work: work.listings.articles()))

    assert row["title"] == title


def test_the_check_of_a_server_is_that_it_answers(engine: Engine) -> None:
    assert backup.check(engine) == []
