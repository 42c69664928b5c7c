"""Opening a database the way that loses nothing, and saying clearly why one cannot be used."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from monitor.core.errors import StorageError
from monitor.storage.postgres import open_postgres, operator_error

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT_S: Final = 30
POOL_SIZE: Final = 5
"""One connection for the writer, the rest for readers."""

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_TODO_BY_CODE: Final = {
    sqlite3.SQLITE_BUSY: ("the database is locked by another program", "close that program and try again"),
    sqlite3.SQLITE_PERM: ("the database may not be opened", "give this user access to the file and its folder"),
    sqlite3.SQLITE_READONLY: (
        "the database is read-only",
        "make the file and its folder writable for this user",
    ),
    sqlite3.SQLITE_IOERR: ("the disk failed while the database was in use", "check the disk and its free space"),
    sqlite3.SQLITE_CORRUPT: ("the database is corrupt", "stop the program and restore a backup"),
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space; nothing of this write was kept"),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened",
        "check that the path is right and its folder writable for this user",
    ),
    sqlite3.SQLITE_NOTADB: ("the file is not a database", "set `database` to another path or restore a backup"),
}


def open_engine(url: str, base: Path) -> Engine:
    """Open the database at `url`; a relative SQLite path starts at the folder `base`.

    An SQLite file that is not there is created, readable by this user only, with its folders. The tables are
    made by `migrate.upgrade`.

    Raises:
        StorageError: the address is unusable, or the file or its folder cannot be created.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StorageError(
            "the database address cannot be read", "write it like sqlite:///data/monitor.db"
        ) from error
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address, base)
    return open_postgres(address, POOL_SIZE, _JSON.encode)


def folder_of(url: str, base: Path) -> Path:
    """Where files beside the database belong: the folder of an SQLite file; for a server, `data` in `base`."""
    try:
        address = make_url(url)
    except ArgumentError:
        return base / "data"
    file = address.database if address.get_backend_name() == "sqlite" else None
    return (base / Path(file).expanduser()).absolute().parent if file else base / "data"


def writing(engine: Engine) -> Engine:
    """The same engine and pool, but its transactions take the write lock when they begin."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(monitor_writes=True)
    # Once it has the lock, each statement is to see what the writer before it has committed.
    return engine.execution_options(monitor_writes=True, isolation_level="READ COMMITTED")


def reading(engine: Engine) -> Engine:
    """The same engine and pool, but its transactions see one moment; on a server they may not write either."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sqlite_path(engine: Engine) -> Path | None:
    """The database file, or None if the database is a server."""
    if engine.dialect.name != "sqlite":
        return None
    return Path(engine.url.database or "")


@contextmanager
def clear_errors(engine: Engine) -> Iterator[None]:
    """Turn what the operator can mend into a StorageError; all else is a bug and passes."""
    try:
        yield
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        refused = _operator_error(engine, cause)
        if refused is None:
            raise
        raise refused from error


def _operator_error(engine: Engine, cause: BaseException | None) -> StorageError | None:
    if not isinstance(cause, sqlite3.Error):
        return operator_error(engine, cause)
    primary_code = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
    if primary_code not in _TODO_BY_CODE:
        return None
    what, todo = _TODO_BY_CODE[primary_code]
    return StorageError(f"{what}: {sqlite_path(engine)}", todo)


def _open_sqlite(address: URL, base: Path) -> Engine:
    if not address.database or address.database == ":memory:":
        raise StorageError("a database in memory forgets every alert", "write it like sqlite:///data/monitor.db")
    path = (base / Path(address.database).expanduser()).absolute()
    _create_file(path)
    engine = create_engine(
        address.set(database=str(path)),
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_S},
        pool_size=POOL_SIZE,
        json_serializer=_JSON.encode,
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _create_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite would create it readable by everybody; its -wal and -shm files take the mode over from it.
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageError(
            f"the database cannot be created: {path} ({error.strerror})",
            "check that the path is right and its folder writable for this user",
        ) from error


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    # Switching to WAL needs a moment alone with the file, so it is asked for only once in its life.
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # A transaction that starts as a reader and then writes fails at once if another has written in between,
    # whatever the timeout; one that takes the lock first waits for its turn.
    writes = connection.get_execution_options().get("monitor_writes", False)
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
