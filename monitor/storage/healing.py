"""Mend what a wrong clock wrote into the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from monitor.core.alerting import Reason, State
from monitor.storage.tables import ALERTS, ATTEMPTS, DELIVERIES, WAITING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_AT_ITS_HOUR: Final = exists().where(
    ALERTS.c.id == DELIVERIES.c.alert_id,
    or_(ALERTS.c.reason == Reason.DIGEST.value, ALERTS.c.reason == Reason.QUIET.value),
)
"""It waits for a time of day, which a clock that is set right does not move."""

_MADE_AHEAD: Final = select(
    DELIVERIES.c.id, DELIVERIES.c.created_at, DELIVERIES.c.due_at, DELIVERIES.c.wanted_at
).where(WAITING, DELIVERIES.c.created_at > bindparam("now"), ~_AT_ITS_HOUR)
_MOVE: Final = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery_id"))
    .values(
        due_at=bindparam("new_due_at"), created_at=bindparam("new_created_at"), wanted_at=bindparam("new_wanted_at")
    )
)
_TRIED_AHEAD: Final = select(
    DELIVERIES.c.id, DELIVERIES.c.channel, DELIVERIES.c.recipient, DELIVERIES.c.due_at, DELIVERIES.c.lane_until
).where(
    WAITING,
    DELIVERIES.c.attempts > 0,
    DELIVERIES.c.due_at > bindparam("latest"),
    exists().where(ATTEMPTS.c.delivery_id == DELIVERIES.c.id, ATTEMPTS.c.started_at > bindparam("now")),
)
_FREE_LANE: Final = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery_id")).values(lane_until=None)
# What waits behind a failed try in its lane was given the due time of that, or the end of its rest.
_PULL_IN: Final = (
    update(DELIVERIES)
    .where(
        WAITING,
        DELIVERIES.c.channel == bindparam("lane_channel"),
        DELIVERIES.c.recipient == bindparam("lane_recipient"),
        DELIVERIES.c.due_at == bindparam("old_due_at"),
    )
    .values(due_at=bindparam("latest"))
)
_CUT_LEASES: Final = (
    update(DELIVERIES)
    .where(
        and_(WAITING, DELIVERIES.c.state == State.LEASED.value),
        DELIVERIES.c.leased_until > bindparam("latest"),
    )
    .values(leased_until=bindparam("latest"))
)


def heal(connection: Connection, now: datetime, lease_for: timedelta, longest_wait: timedelta) -> None:
    """What was made in the future is moved with the clock, what was tried then waits no longer than `longest_wait`.

    No lease lasts longer than `lease_for`. What waits for a time of day keeps it. Doing it again changes nothing, and
    after a start with a right clock there is nothing to do.
    """
    moved = [_moved(row, now) for row in connection.execute(_MADE_AHEAD, {"now": now})]
    if moved:
        connection.execute(_MOVE, moved)
    latest = now + longest_wait
    tried = connection.execute(_TRIED_AHEAD, {"now": now, "latest": latest}).all()
    paused = [
        {"lane_channel": row.channel, "lane_recipient": row.recipient, "old_due_at": until, "latest": latest}
        for row in tried
        for until in {row.due_at, row.lane_until or row.due_at}
        if until > latest
    ]
    if paused:
        connection.execute(_PULL_IN, paused)
        connection.execute(_FREE_LANE, [{"delivery_id": row.id} for row in tried])
    connection.execute(_CUT_LEASES, {"latest": now + lease_for})


def _moved(row: Any, now: datetime) -> dict[str, Any]:
    return {
        "delivery_id": row.id,
        "new_due_at": row.due_at - (row.created_at - now),
        "new_wanted_at": row.wanted_at - (row.created_at - now),
        "new_created_at": now,
    }
