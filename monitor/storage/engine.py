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
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from monitor.core.errors import StorageError

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
    return _open_server(address)


def writing(engine: Engine) -> Engine:
    """The same engine and pool, but its transactions take the write lock when they begin."""
    return engine.execution_options(monitor_writes=True)


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
    except DBAPIError as error:
        raise _operator_error(engine, error, error.orig) from error
    except sqlite3.Error as error:
        raise _operator_error(engine, error, error) from error


def _operator_error(engine: Engine, error: Exception, cause: BaseException | None) -> Exception:
    place = engine.url.render_as_string(hide_password=True)
    if isinstance(cause, sqlite3.Error):
        primary_code = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
        if primary_code in _TODO_BY_CODE:
            what, todo = _TODO_BY_CODE[primary_code]
            return StorageError(f"{what}: {sqlite_path(engine)}", todo)
    elif isinstance(error, DBAPIError) and error.connection_invalidated:
        return StorageError(f"the database does not answer: {place}", "check that its server runs and can be reached")
    return error


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


def _open_server(address: URL) -> Engine:
    try:
        return create_engine(address, pool_size=POOL_SIZE, pool_pre_ping=True, json_serializer=_JSON.encode)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StorageError(
            f"no driver for a {address.drivername} database is installed",
            "write it like sqlite:///data/monitor.db or install the driver",
        ) from error


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
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
