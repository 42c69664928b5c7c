"""How the configuration stands, and what a new one does to deliveries and to renamed watchlists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, func, literal, select, true, update

from monitor.core.alerting import State
from monitor.pipeline.records import Lane, Reload
from monitor.storage.statements import InsertUnlessKnown, LookUp
from monitor.storage.tables import (
    ALERTS,
    DELIVERIES,
    HITS,
    PASSES,
    RELOADS,
    SILENCES,
    TURNS,
    WAITING,
    WATCHLIST_VERSIONS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Table

_FIRST: Final = InsertUnlessKnown(RELOADS, ("id", "asked_at", "read_at", "fault", "fault_since"))
_EMPTY: Final = {"id": 1, "asked_at": None, "read_at": None, "fault": "", "fault_since": None}
_STATE: Final = select(RELOADS.c.asked_at, RELOADS.c.read_at, RELOADS.c.fault, RELOADS.c.fault_since)
_ASK: Final = update(RELOADS).values(asked_at=bindparam("now"))
_ANSWER: Final = update(RELOADS).values(
    read_at=bindparam("now"), fault=bindparam("what"), fault_since=bindparam("since")
)
_PENDING: Final = select(DELIVERIES.c.id, DELIVERIES.c.channel, DELIVERIES.c.recipient).where(
    WAITING, DELIVERIES.c.state == State.PENDING.value
)
_SUPPRESSED: Final = LookUp(
    select(DELIVERIES.c.id, DELIVERIES.c.channel, DELIVERIES.c.recipient).where(
        DELIVERIES.c.state == State.SUPPRESSED.value, DELIVERIES.c.reason == bindparam("why")
    ),
    DELIVERIES.c.id,
)
_END: Final = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery_id"))
    .values(state=bindparam("new_state"), reason=bindparam("new_reason"))
)
_OTHER_DELIVERY: Final = DELIVERIES.alias("other_delivery")
_OTHER_PASS: Final = PASSES.alias("other_pass")
_OTHER_HIT: Final = HITS.alias("other_hit")
_OTHER_ALERT: Final = ALERTS.alias("other_alert")
_OTHER_TURN: Final = TURNS.alias("other_turn")
_OTHER_VERSION: Final = WATCHLIST_VERSIONS.alias("other_version")


class SqlReloads:
    """Implements `ports.Reloads` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self) -> Reload:
        """How the last reading went."""
        row = self._connection.execute(_STATE).first()
        return Reload() if row is None else Reload(*row)

    def ask(self, now: datetime) -> None:
        """Ask the daemon to read the configuration."""
        _FIRST.many(self._connection, [_EMPTY])
        self._connection.execute(_ASK, {"now": now})

    def answer(self, now: datetime, fault: str = "", fault_since: datetime | None = None) -> None:
        """Say that the configuration was read, and what was wrong with it."""
        _FIRST.many(self._connection, [_EMPTY])
        self._connection.execute(_ANSWER, {"now": now, "what": fault, "since": fault_since})

    def suppress_others(self, lanes: Collection[Lane], reason: str) -> tuple[int, ...]:
        """Suppress the pending deliveries outside these lanes; their numbers."""
        gone = [row.id for row in self._connection.execute(_PENDING) if Lane(row.channel, row.recipient) not in lanes]
        self._end(gone, State.SUPPRESSED, reason)
        return tuple(gone)

    def restore(self, delivery_ids: Sequence[int], lanes: Collection[Lane], reason: str) -> int:
        """Make those of these deliveries pending again that are suppressed for this reason and in these lanes."""
        rows = list(_SUPPRESSED.rows(self._connection, tuple(delivery_ids), {"why": reason}))
        back = [row.id for row in rows if Lane(row.channel, row.recipient) in lanes]
        self._end(back, State.PENDING, "")
        return len(back)

    def _end(self, delivery_ids: Sequence[int], state: State, reason: str) -> None:
        rows = [
            {"delivery_id": delivery_id, "new_state": state.value, "new_reason": reason}
            for delivery_id in delivery_ids
        ]
        if rows:
            self._connection.execute(_END, rows)

    def rename_channel(self, old: str, new: str) -> None:
        """Give the deliveries and silences of a channel to its new name; see `ports.Reloads`."""
        other = _OTHER_DELIVERY
        taken = exists().where(
            other.c.channel == new,
            other.c.alert_id == DELIVERIES.c.alert_id,
            other.c.recipient == DELIVERIES.c.recipient,
        )
        pass_ = _OTHER_PASS
        passed = exists().where(pass_.c.channel == new, pass_.c.hit_id == PASSES.c.hit_id)
        for table, free in ((DELIVERIES, ~taken), (PASSES, ~passed), (SILENCES, true())):
            self._connection.execute(update(table).where(table.c.channel == old, free).values(channel=new))

    def rename(self, old: str, new: str) -> None:
        """Give what a watchlist has to its new name; see `ports.Reloads`."""
        hit, alert, turn, version = _OTHER_HIT, _OTHER_ALERT, _OTHER_TURN, _OTHER_VERSION
        self._rename(HITS, old, new, exists().where(hit.c.watchlist == new, hit.c.article_id == HITS.c.article_id))
        # The key of a first report and of what followed it begins with the name.
        begins = func.substr(ALERTS.c.key, 1, len(old) + 1) == f"{old}\n"
        key = literal(new) + func.substr(ALERTS.c.key, len(old) + 1)
        free = ~exists().where(alert.c.key == key)
        named = and_(ALERTS.c.watchlist == old, begins, free)
        self._connection.execute(update(ALERTS).where(named).values(watchlist=new, key=key))
        self._rename(TURNS, old, new, exists().where(turn.c.watchlist == new, turn.c.kind == TURNS.c.kind))
        taken = exists().where(version.c.watchlist == new, version.c.version == WATCHLIST_VERSIONS.c.version)
        self._rename(WATCHLIST_VERSIONS, old, new, taken)
        self._rename(SILENCES, old, new)

    def _rename(self, table: Table, old: str, new: str, taken: Any = None) -> None:
        statement = update(table).where(table.c.watchlist == old).values(watchlist=new)
        self._connection.execute(statement if taken is None else statement.where(~taken))
