"""Transactions: one writer thread, a few readers."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from monitor.storage.articles import SqlArticles
from monitor.storage.cluster import SqlCluster
from monitor.storage.engine import POOL_SIZE, clear_errors, reading, writing
from monitor.storage.feeds import SqlFeeds
from monitor.storage.fulltexts import SqlFullTexts
from monitor.storage.history import SqlHistory
from monitor.storage.listings import SqlListings
from monitor.storage.marks import SqlMarks
from monitor.storage.outbox import SqlOutbox
from monitor.storage.rates import SqlRates, SqlVersions
from monitor.storage.reloads import SqlReloads
from monitor.storage.sessions import SqlBackups, SqlSessions
from monitor.storage.silences import SqlSilences
from monitor.storage.stories import SqlStories
from monitor.storage.tellings import SqlTellings
from monitor.storage.views import SqlViews

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

    from monitor.pipeline.ports import Work

T = TypeVar("T")

READERS: Final = POOL_SIZE - 1


@dataclass(frozen=True, slots=True)
class SqlWork:
    """Implements `ports.Work` on one connection."""

    feeds: SqlFeeds
    articles: SqlArticles
    outbox: SqlOutbox
    stories: SqlStories
    fulltexts: SqlFullTexts
    history: SqlHistory
    listings: SqlListings
    marks: SqlMarks
    tellings: SqlTellings
    silences: SqlSilences
    rates: SqlRates
    versions: SqlVersions
    reloads: SqlReloads
    views: SqlViews
    cluster: SqlCluster
    sessions: SqlSessions
    backups: SqlBackups

    @classmethod
    def on(cls, connection: Connection) -> SqlWork:
        """The repositories of one transaction."""
        return cls(
            SqlFeeds(connection),
            SqlArticles(connection),
            SqlOutbox(connection),
            SqlStories(connection),
            SqlFullTexts(connection),
            SqlHistory(connection),
            SqlListings(connection),
            SqlMarks(connection),
            SqlTellings(connection),
            SqlSilences(connection),
            SqlRates(connection),
            SqlVersions(connection),
            SqlReloads(connection),
            SqlViews(connection),
            SqlCluster(connection),
            SqlSessions(connection),
            SqlBackups(connection),
        )


class SqlStorage:
    """Implements `ports.Storage`.

    Threads do the waiting, and futures carry the answers to whichever event loop asked, so one storage serves
    any number of loops. The schema must be there already (see `migrate.upgrade`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self._reading = reading(engine)
        self._writer = ThreadPoolExecutor(1, "storage-writer")
        self._readers = ThreadPoolExecutor(READERS, "storage-reader")

    async def write(self, do: Callable[[Work], T]) -> T:
        """Run in the one writer thread.

        If the caller is cancelled while it waits for its turn, nothing is written; later than that, the
        transaction runs to its end.

        Raises:
            StorageError: the database cannot be used; nothing was written.
        """
        return await asyncio.wrap_future(self._writer.submit(_transact, self._writing, do))

    async def read(self, do: Callable[[Work], T]) -> T:
        """Run on a snapshot, beside a writer.

        Raises:
            StorageError: the database cannot be used.
        """
        return await asyncio.wrap_future(self._readers.submit(_transact, self._reading, do))

    def close(self) -> None:
        """Finish what was asked for and close the database."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._engine.dispose()


def _transact(engine: Engine, do: Callable[[Work], T]) -> T:
    with clear_errors(engine), engine.begin() as connection:
        return do(SqlWork.on(connection))
