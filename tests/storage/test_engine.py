"""How a database is opened, and how it is said that one cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from monitor.core.errors import StorageError
from monitor.storage import migrate
from monitor.storage.engine import clear_errors, open_engine, sqlite_path, writing
from monitor.storage.feeds import _DUE
from monitor.storage.outbox import _LANES, _NEXT_IN_LANE, _POSTPONE
from monitor.storage.storage import SqlStorage
from monitor.storage.tables import FEEDS
from tests.postgres import ON_SQLITE
from tests.storage.samples import article

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.pipeline.ports import Work


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@ON_SQLITE
def test_the_recipe_that_loses_nothing(connection: Connection) -> None:
    asked = {
        name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }

    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@ON_SQLITE
def test_writers_take_the_lock_when_they_begin_and_readers_none(engine: Engine, database_file: Path) -> None:
    def another_may_write() -> bool:
        with closing(sqlite3.connect(database_file, timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            return True

    with engine.begin() as reader:
        reader.execute(select(FEEDS)).all()
        assert another_may_write()
    with writing(engine).begin():
        assert not another_may_write()


def test_a_new_file_belongs_to_its_user_alone_and_so_do_its_companions(tmp_path: Path) -> None:
    engine = open_engine("sqlite:///a/b/monitor.db", tmp_path)
    migrate.upgrade(engine)

    with engine.begin() as connection:
        connection.execute(select(FEEDS)).all()
        files = sorted((tmp_path / "a" / "b").iterdir())
        assert {mode(file) for file in files} == {0o600}

    assert [file.name for file in files] == ["monitor.db", "monitor.db-shm", "monitor.db-wal"]
    assert sqlite_path(engine) == files[0]
    engine.dispose()


def test_an_absolute_path_stays_where_it_is(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/there.db", Path("/nowhere"))

    assert sqlite_path(engine) == tmp_path / "there.db"
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="forgets every alert"):
        open_engine(url, tmp_path)


@pytest.mark.parametrize(
    ("url", "what"),
    [("monitor.db", "cannot be read"), ("nosuch://host/name", "driver"), ("postgresql+nosuch://host/name", "driver")],
)
def test_an_address_nobody_understands_is_refused_without_its_password(url: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=what) as refused:
        open_engine(url.replace("//", "//user:s3cret@"), tmp_path)

    assert "s3cret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(StorageError, match=r"cannot be created: .*data/monitor\.db"):
        open_engine("sqlite:///data/monitor.db", tmp_path)


def expect_refusal(file: Path, what: str) -> StorageError:
    engine = open_engine(f"sqlite:///{file.name}", file.parent)
    storage = SqlStorage(engine)
    with pytest.raises(StorageError, match=what) as refused:
        asyncio.run(storage.read(lambda work: work.listings.articles()))
    storage.close()
    return refused.value


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    file.write_text("이것은 데이터베이스가 아니다. " * 100)

    refused = expect_refusal(file, "not a database")

    assert str(file) in refused.what
    assert "database" in refused.todo


def test_a_folder_instead_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").mkdir()

    with pytest.raises(StorageError, match="Is a directory"):
        open_engine("sqlite:///monitor.db", tmp_path)


def test_a_folder_that_vanished_is_named(database_file: Path) -> None:
    engine = open_engine(f"sqlite:///{database_file.name}", database_file.parent)
    database_file.unlink()
    database_file.mkdir()

    with pytest.raises(StorageError, match="cannot be opened"):
        migrate.current(engine)

    engine.dispose()


def test_fault_26_a_corrupt_database_is_named(database_file: Path) -> None:
    page = 4096
    with database_file.open("r+b") as file:
        file.seek(page)
        file.write(b"\xff" * (database_file.stat().st_size - page))

    refused = expect_refusal(database_file, "corrupt")

    assert "restore a backup" in refused.todo


def test_fault_20_a_full_disk_is_named_and_nothing_of_the_write_is_kept(database_file: Path, now: datetime) -> None:
    engine = open_engine(f"sqlite:///{database_file.name}", database_file.parent)
    event.listen(engine, "connect", _allow_few_more_pages)
    storage = SqlStorage(engine)

    def fill(work: Work) -> None:
        for number in range(100):
            work.articles.add(article(str(number), content="가" * 50_000), now)

    with pytest.raises(StorageError, match="disk is full") as refused:
        asyncio.run(storage.write(fill))

    assert "nothing of this write" in refused.value.todo
    assert asyncio.run(storage.read(lambda work: work.listings.articles())) == []
    asyncio.run(storage.write(lambda work: work.articles.add(article(), now)))
    storage.close()


def _allow_few_more_pages(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 20}")


_AS_ANOTHER_USER = """
import asyncio, os, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.core.errors import StorageError
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.storage.samples import article
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    storage = SqlStorage(open_engine("sqlite:///monitor.db", Path(sys.argv[1])))
    asyncio.run(storage.write(lambda work: work.articles.add(article(), datetime.now(UTC))))
except StorageError as error:
    print(error.what, error.todo, sep="; ")
"""


def as_another_user(folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _AS_ANOTHER_USER, str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_fault_26_a_read_only_database_is_named(migrated_file: Path) -> None:
    # Not under pytest's own folder, which no other user may enter; and root may write anything.
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "monitor.db"
        file.write_bytes(migrated_file.read_bytes())
        file.chmod(0o444)
        folder.chmod(0o555)

        said = as_another_user(folder)

        folder.chmod(0o755)
        assert said == f"the database is read-only: {file}; make the file and its folder writable for this user"


def test_a_folder_that_is_not_writable_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)

        said = as_another_user(Path(name))

        Path(name).chmod(0o755)
        assert said.startswith(f"the database cannot be created: {name}/monitor.db (")
        assert "writable" in said


def test_a_locked_database_is_named(database_file: Path) -> None:
    engine = open_engine(f"sqlite:///{database_file.name}", database_file.parent)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 0"))
    with closing(sqlite3.connect(database_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = pytest.raises(StorageError, match="locked by another program")
        with refused, clear_errors(engine), writing(engine).begin():
            pass
    engine.dispose()


@ON_SQLITE
def test_what_is_a_bug_passes_as_it_is(engine: Engine) -> None:
    with pytest.raises(IntegrityError), clear_errors(engine), writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO gaps (feed_id, after, before) VALUES (99, '', '')"))
    with pytest.raises(OperationalError), clear_errors(engine), engine.begin() as connection:
        connection.execute(text("SELECT nothing"))
    with pytest.raises(sqlite3.ProgrammingError), clear_errors(engine):
        raise sqlite3.ProgrammingError
    with pytest.raises(OperationalError), clear_errors(engine):
        raise OperationalError("SELECT 1", None, ConnectionError("gone"))


@ON_SQLITE
@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (_DUE, "ix_feeds_due"),
        (_LANES, "ix_deliveries_waiting"),
        (_NEXT_IN_LANE, "ix_deliveries_waiting"),
        (_POSTPONE, "ix_deliveries_waiting"),
    ],
)
def test_what_runs_all_the_time_uses_its_partial_index(
    statement: Any, index: str, connection: Connection, now: datetime
) -> None:
    parameters = {
        "now": now,
        "limit": 1,
        "lane_channel": "desk",
        "lane_recipient": "",
        "patience": 3,
        "new_due_at": now,
    }
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    known = {name: str(parameters.get(name, compiled.params[name])) for name in compiled.positiontup}

    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(known[n] for n in compiled.positiontup))

    assert f"USING INDEX {index}" in " ".join(row[3].replace("COVERING ", "") for row in plan)


def test_closing_leaves_one_complete_file(tmp_path: Path) -> None:
    engine = open_engine("sqlite:///monitor.db", tmp_path)
    migrate.upgrade(engine)
    SqlStorage(engine).close()

    assert [file.name for file in tmp_path.iterdir()] == ["monitor.db"]
