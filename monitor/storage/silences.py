"""Silences: time-bounded mutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from monitor.core.alerting.silence import Matchers, Silence
from monitor.storage.tables import MERGES, SILENCES

if TYPE_CHECKING:
    from datetime import datetime

_LIVE: Final = select(SILENCES).where(SILENCES.c.ends_at > bindparam("now")).order_by(SILENCES.c.id)
_EXPIRE: Final = (
    update(SILENCES)
    .where(SILENCES.c.id == bindparam("silence_id"), SILENCES.c.ends_at > bindparam("now"))
    .values(ends_at=bindparam("now"))
)
_CURRENT: Final = select(MERGES.c.story_id).where(MERGES.c.younger_id == bindparam("story_id"))


class SqlSilences:
    """Implements `ports.Silences` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, matchers: Matchers, why: str, now: datetime, ends_at: datetime) -> int:
        """Store a silence; its number. A story that was merged with another stands for that one."""
        values = {
            "watchlist": matchers.watchlist,
            "story_id": self._connection.execute(_CURRENT, {"story_id": matchers.story_id}).scalar()
            or matchers.story_id,
            "channel": matchers.channel,
            "query": matchers.query,
            "why": why,
            "created_at": now,
            "ends_at": ends_at,
        }
        made = self._connection.execute(insert(SILENCES).returning(SILENCES.c.id), values)
        return int(made.scalar_one())

    def expire(self, silence_id: int, now: datetime) -> bool:
        """End a silence now; false if there is no live one of this number."""
        return bool(self._connection.execute(_EXPIRE, {"silence_id": silence_id, "now": now}).rowcount)

    def live(self, now: datetime) -> tuple[Silence, ...]:
        """The silences that last beyond `now`, by number."""
        return tuple(_silence(row) for row in self._connection.execute(_LIVE, {"now": now}))

    def all(
        self, *, since: datetime | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[Silence, ...]:
        """Silences made since then, the newest first; only those numbered below `before_id`."""
        query = select(SILENCES).order_by(SILENCES.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(SILENCES.c.created_at >= since)
        if before_id is not None:
            query = query.where(SILENCES.c.id < before_id)
        return tuple(_silence(row) for row in self._connection.execute(query))


def _silence(row: Any) -> Silence:
    matchers = Matchers(row.watchlist, row.story_id, row.channel, row.query)
    return Silence(row.id, matchers, row.why, row.created_at, row.ends_at)
