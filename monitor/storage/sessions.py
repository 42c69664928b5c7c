"""Who is logged in, and what was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from monitor.pipeline.checkup import Backup
from monitor.pipeline.sessions import Session
from monitor.storage.tables import BACKUPS, SESSIONS

if TYPE_CHECKING:
    from datetime import datetime

_OF: Final = SESSIONS.c.digest == bindparam("of")
_FIND: Final = select(SESSIONS).where(_OF)
_SEE: Final = update(SESSIONS).where(_OF).values(seen_at=bindparam("now"))
_END: Final = update(SESSIONS).where(_OF, SESSIONS.c.ended_at.is_(None)).values(ended_at=bindparam("now"))
_FORGET: Final = delete(SESSIONS).where(_OF)
_LAST: Final = select(BACKUPS).order_by(BACKUPS.c.id.desc()).limit(1)


class SqlSessions:
    """Implements `ports.Sessions` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, digest: str, stamp: str, now: datetime, most: int) -> None:
        """Begin a session; of more than `most` the longest unseen are forgotten."""
        values = {"digest": digest, "stamp": stamp, "begun_at": now, "seen_at": now}
        self._connection.execute(insert(SESSIONS), values)
        surplus = self._connection.execute(select(func.count()).select_from(SESSIONS)).scalar_one() - most
        if surplus > 0:
            oldest = select(SESSIONS.c.digest).order_by(SESSIONS.c.seen_at, SESSIONS.c.digest).limit(surplus)
            self._connection.execute(delete(SESSIONS).where(SESSIONS.c.digest.in_(oldest)))

    def find(self, digest: str) -> Session | None:
        """The session of a cookie, ended or not; None if it is no cookie of ours."""
        row = self._connection.execute(_FIND, {"of": digest}).one_or_none()
        return None if row is None else Session(row.stamp, row.begun_at, row.seen_at, row.ended_at)

    def see(self, digest: str, now: datetime) -> None:
        """Remember that the browser was seen now."""
        self._connection.execute(_SEE, {"of": digest, "now": now})

    def end(self, digest: str, now: datetime) -> None:
        """Log out; the browser stays known."""
        self._connection.execute(_END, {"of": digest, "now": now})

    def forget(self, digest: str) -> None:
        """Forget a browser."""
        self._connection.execute(_FORGET, {"of": digest})


class SqlBackups:
    """Implements `ports.Backups` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, backup: Backup) -> None:
        """Remember one."""
        values = {"made_at": backup.made_at, "file": backup.file, "size_bytes": backup.size_bytes}
        self._connection.execute(insert(BACKUPS), values)

    def last(self) -> Backup | None:
        """The newest; None if there is none."""
        row = self._connection.execute(_LAST).one_or_none()
        return None if row is None else Backup(row.made_at, row.file, row.size_bytes)
