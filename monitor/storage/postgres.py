"""PostgreSQL: opening it so that a program which stops or vanishes holds up nobody, and naming what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event

from monitor.core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

WRITER_LOCK: Final = 0x6B6E6D
"""The advisory lock of whoever writes ("knm"); PostgreSQL keeps such locks for each database apart."""

IDLE_S: Final = 30
"""A transaction whose program says nothing for so long (it was stopped, or cut off) is ended by the server."""

LOCK_S: Final = 60
"""How long a writer waits for its turn: longer than one that was stopped can hold it."""

_SETTINGS: Final = (
    f"-c idle_in_transaction_session_timeout={IDLE_S}s -c lock_timeout={LOCK_S}s -c client_min_messages=warning"
)
_CONNECT: Final[dict[str, object]] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "korean-news-monitor",
    "options": _SETTINGS,
}

_AGAIN: Final = "nothing of this write was kept; it is tried again"
_TODO_BY_STATE: Final = {
    "3D000": ("the database does not exist", "create it, with ENCODING 'UTF8'"),
    "53100": ("the disk of the database server is full", "free some space; nothing of this write was kept"),
    "53300": ("the database server has no connection left", "raise its max_connections, or run fewer workers"),
    "42501": ("the database refuses this user", "make the user the owner of the database"),
    "25006": ("the database is read-only", "name the primary server, not a replica"),
    "55P03": ("the database is locked by another program", _AGAIN),
    "25P03": ("the transaction took too long and was ended by the server", _AGAIN),
    "40001": ("two writers met", _AGAIN),
    "40P01": ("two writers met", _AGAIN),
}
_TODO_BY_CLASS: Final = {
    "08": ("the database does not answer", "check that its server runs and can be reached"),
    "28": ("the database refuses this user or password", "correct `database` in config.yaml"),
    "57": ("the database does not answer", "check that its server runs and can be reached"),
}


def open_postgres(address: URL, pool_size: int, encode: Callable[[Any], str]) -> Engine:
    """Open a PostgreSQL database; nothing is asked of the server yet.

    Raises:
        StorageError: no driver for the address is installed.
    """
    given = {name: value for name, value in _CONNECT.items() if name not in address.query}
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    refused = StorageError(
        f"no driver for a {address.drivername} database is installed",
        "write it like postgresql+psycopg://user@host/name, and install korean-news-monitor[postgres]",
    )
    if address.drivername != "postgresql+psycopg":
        raise refused
    try:
        engine = create_engine(
            address, connect_args=given, pool_size=pool_size, pool_pre_ping=True, json_serializer=encode
        )
    except ModuleNotFoundError as error:
        raise refused from error
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def operator_error(engine: Engine, cause: BaseException | None) -> StorageError | None:
    """What the operator can mend, or None: a bug."""
    place = engine.url.render_as_string(hide_password=True)
    state = getattr(cause, "sqlstate", None)
    if state is None and isinstance(cause, _driver_faults(engine)):
        state = "08000"
    found = _TODO_BY_STATE.get(state or "") or _TODO_BY_CLASS.get((state or "")[:2])
    return StorageError(f"{found[0]}: {place}", found[1]) if found else None


def _driver_faults(engine: Engine) -> tuple[type[BaseException], ...]:
    """What the driver raises without a state of the server: a connection that failed or broke."""
    driver = engine.dialect.loaded_dbapi
    return (driver.OperationalError, driver.InterfaceError)


def _prepare_connection(connection: Any, _record: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StorageError(f"the database is kept in {encoding}, which has no Hangul", "create it, ENCODING 'UTF8'")


def _begin(connection: Connection) -> None:
    # Decisions are made of what was read: articles in the order of their numbers, alerts that gather. One writer at a
    # time in all processes keeps that true, as the write lock of SQLite does.
    if connection.get_execution_options().get("monitor_writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def conninfo(address: URL) -> str:
    """The address as libpq has it, with the settings that every connection of ours has."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - an extra, which this module is read without

    named = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "password": address.password,
        "dbname": address.database,
    }
    given = {name: value for name, value in named.items() if value is not None}
    return make_conninfo("", **{**_CONNECT, **given, **dict(address.query)})  # type: ignore[arg-type]
