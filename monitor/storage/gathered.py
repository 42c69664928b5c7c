"""Deliveries that wait for more of their kind, and letting them go sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, exists, update

from monitor.core.alerting import State
from monitor.storage.tables import ALERTS, DELIVERIES, WAITING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.core.alerting import Reason

_ALERT_OF: Final = exists().where(ALERTS.c.id == DELIVERIES.c.alert_id, ALERTS.c.reason == bindparam("alert_reason"))
_NEIGHBOUR: Final = DELIVERIES.alias("neighbour")
_LANE_RESTS: Final = exists().where(
    _NEIGHBOUR.c.channel == DELIVERIES.c.channel,
    _NEIGHBOUR.c.recipient == DELIVERIES.c.recipient,
    _NEIGHBOUR.c.state.in_((State.PENDING.value, State.LEASED.value)),
    _NEIGHBOUR.c.lane_until > bindparam("now"),
)
# What a service asked for is kept: only what waits for more of its kind is let go.
_RELEASE: Final = (
    update(DELIVERIES)
    .where(
        WAITING,
        DELIVERIES.c.state == State.PENDING.value,
        DELIVERIES.c.due_at > bindparam("now"),
        DELIVERIES.c.due_at == DELIVERIES.c.wanted_at,
        DELIVERIES.c.attempts == 0,
        ~_LANE_RESTS,
        _ALERT_OF,
    )
    .values(due_at=bindparam("now"), wanted_at=bindparam("now"))
)


def release(connection: Connection, reason: Reason, now: datetime) -> int:
    """Make what waits for more of this kind due now; how many there were. See `ports.Outbox`."""
    return connection.execute(_RELEASE, {"alert_reason": reason.value, "now": now}).rowcount
