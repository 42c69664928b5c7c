"""What readers say of hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, delete, select, update

from monitor.pipeline.records import MarkedHit, Verdict
from monitor.storage.statements import InsertUnlessKnown, LookUp
from monitor.storage.tables import HITS, MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_KNOWN: Final = LookUp(select(HITS.c.id), HITS.c.id)
_ADD: Final = InsertUnlessKnown(MARKS, ("hit_id", "verdict", "marked_at"))
_CHANGE: Final = (
    update(MARKS)
    .where(MARKS.c.hit_id == bindparam("of_hit"), MARKS.c.verdict != bindparam("new_verdict"))
    .values(verdict=bindparam("new_verdict"), marked_at=bindparam("now"))
)
_REMOVE: Final = delete(MARKS).where(MARKS.c.hit_id == bindparam("of_hit"))
_MARKED: Final = (
    select(HITS.c.id, HITS.c.watchlist, HITS.c.article_id, HITS.c.spans, HITS.c.first_seen_at, MARKS.c.verdict)
    .join(MARKS, MARKS.c.hit_id == HITS.c.id)
    .order_by(HITS.c.id)
)


class SqlMarks:
    """Implements `ports.Marks` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark(self, hit_ids: Sequence[int], verdict: Verdict | None, now: datetime) -> tuple[int, ...]:
        """Say so of hits, in place of what was said before (None: nothing any more); the numbers that are hits."""
        known = tuple(sorted({row.id for row in _KNOWN.rows(self._connection, tuple(hit_ids))}))
        if not known:
            return ()
        if verdict is None:
            self._connection.execute(_REMOVE, [{"of_hit": hit_id} for hit_id in known])
            return known
        rows = [{"hit_id": hit_id, "verdict": verdict.value, "marked_at": now} for hit_id in known]
        _ADD.many(self._connection, rows)
        self._connection.execute(
            _CHANGE, [{"of_hit": hit_id, "new_verdict": verdict.value, "now": now} for hit_id in known]
        )
        return known

    def marked(self, watchlist: str = "", since: datetime | None = None) -> tuple[MarkedHit, ...]:
        """What was said of the hits that were stored from `since` on, of one watchlist or of all, by number."""
        query = _MARKED
        if watchlist:
            query = query.where(HITS.c.watchlist == watchlist)
        if since is not None:
            query = query.where(HITS.c.first_seen_at >= since)
        return tuple(
            MarkedHit(
                row.id,
                row.watchlist,
                row.article_id,
                tuple(dict.fromkeys(span.term for span in row.spans if span.term)),
                Verdict(row.verdict),
                row.first_seen_at,
            )
            for row in self._connection.execute(query)
        )
