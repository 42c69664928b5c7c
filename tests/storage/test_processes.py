"""Several processes at one database, some of them killed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from monitor.storage import backup
from monitor.storage.engine import open_engine
from tests.postgres import ON_SQLITE
from tests.storage.programs import NOW, result, start, wait_for
from tests.storage.samples import feed

if TYPE_CHECKING:
    from monitor.storage.storage import SqlStorage

SECONDS = os.environ.get("MONITOR_TEST_SECONDS", "3")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = open_engine(url, Path("/"))
    with engine.begin() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def test_fault_21_four_writing_processes_lose_no_update_and_are_never_locked_out(
    storage: SqlStorage, database_url: str
) -> None:
    asyncio.run(storage.write(lambda work: work.feeds.sync([feed()], NOW)))

    writers = [start("count", database_url, SECONDS) for _ in range(4)]
    done = [int(result(writer)) for writer in writers]

    assert min(done) > 0
    assert rows(database_url, "SELECT failures FROM feeds") == [(sum(done),)]


def test_a_writer_killed_in_its_transaction_leaves_the_old_state(storage: SqlStorage, database_url: str) -> None:
    writer = start("hang", database_url)
    wait_for(writer, "written")
    writer.kill()
    writer.communicate()

    assert asyncio.run(storage.read(lambda work: work.listings.articles())) == []
    assert asyncio.run(storage.write(lambda work: work.outbox.counts()))["pending"] == 0
    assert backup.check(storage._engine) == []


def test_a_killed_writer_leaves_whole_transactions_only(storage: SqlStorage, database_url: str) -> None:
    writer = start("fill", database_url)
    wait_for(writer, "begun")
    writer.kill()
    writer.communicate()

    articles = rows(database_url, "SELECT identity FROM articles ORDER BY id")
    assert articles
    assert articles == rows(database_url, "SELECT key FROM alerts ORDER BY id")
    assert len(articles) == len(rows(database_url, "SELECT id FROM deliveries"))
    assert backup.check(storage._engine) == []


@ON_SQLITE
def test_fault_25_a_backup_during_writes_restores_and_is_sound(
    storage: SqlStorage, database_url: str, tmp_path: Path
) -> None:
    writer = start("fill", database_url)
    wait_for(writer, "begun")
    copy = tmp_path / "backup.db"

    backup.backup(storage._engine, copy)

    assert writer.poll() is None
    writer.kill()
    writer.communicate()
    restored = open_engine("sqlite:///backup.db", tmp_path)
    assert backup.check(restored) == []
    restored.dispose()
    articles = rows(f"sqlite:///{copy}", "SELECT identity FROM articles ORDER BY id")
    assert 0 < len(articles) <= len(rows(database_url, "SELECT id FROM articles"))
    assert articles == rows(f"sqlite:///{copy}", "SELECT key FROM alerts ORDER BY id")
