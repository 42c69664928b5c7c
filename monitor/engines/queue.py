"""Procrastinate: how polls and deliveries reach a worker. Its tables stand beside ours in one PostgreSQL database."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.engine import make_url

from monitor.core.errors import ConfigurationError, Problem, StorageError
from monitor.storage.engine import clear_errors, open_engine, writing
from monitor.storage.postgres import conninfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

POLL: Final = "poll"
DELIVER: Final = "deliver"

HEARTBEAT_S: Final = 5
VANISHED_S: Final = 20
"""A worker that has not been heard of for so long is taken to be gone, and its work is given to others."""

_WAIT_S: Final = 5.0
"""How long a call waits for a connection before it says that the server is away."""


@asynccontextmanager
async def open_queue(database: str, base: Path) -> AsyncIterator[App]:
    """The queue in this database, its tables made if they are not there.

    Raises:
        ConfigurationError: the database is no PostgreSQL.
        StorageError: the database cannot be used.
    """
    if not make_url(database).drivername.startswith("postgres"):
        todo = "name a PostgreSQL database, see docs/cluster.md, or write engine: embedded"
        raise ConfigurationError((Problem("engine", "workers need a database that many hosts can reach", todo),))
    _make_tables(database, base)
    connector = PsycopgConnector(
        conninfo=conninfo(make_url(database)), min_size=1, max_size=4, timeout=_WAIT_S, reconnect_timeout=_WAIT_S
    )
    queue = App(connector=connector)
    with clear_queue_errors():
        await queue.open_async()
    try:
        yield queue
    finally:
        with clear_queue_errors():
            await queue.close_async()


@contextmanager
def clear_queue_errors() -> Iterator[None]:
    """Turn what goes wrong with the queue's connection into a StorageError."""
    try:
        yield
    except ConnectorException as error:
        raise StorageError(
            f"the queue does not answer: {error.__cause__ or error}", "check that PostgreSQL runs and can be reached"
        ) from error


def _make_tables(database: str, base: Path) -> None:
    engine = open_engine(database, base)
    try:
        with clear_errors(engine), writing(engine).begin() as connection:
            if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
                # Past SQLAlchemy, which would take its percent signs for places of values.
                connection.connection.cursor().execute(SchemaManager.get_schema())
    finally:
        engine.dispose()
