"""Alerts and their deliveries: what must be told, and who may try to tell it now."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, and_, bindparam, case, exists, func, insert, not_, or_, select, update

from monitor.core.alerting import Reason, State
from monitor.core.alerting.retry import AMBIGUOUS, once_answered
from monitor.core.errors import LeaseLostError
from monitor.pipeline.records import AlertContent, Attempt, Lane, LeasedDelivery
from monitor.storage import gathered, healing
from monitor.storage.contents import content
from monitor.storage.newest import NEWEST, NEWEST_READ
from monitor.storage.statements import InsertUnlessKnown, LookUp
from monitor.storage.tables import (
    ALERT_HITS,
    ALERT_NOTES,
    ALERTS,
    ATTEMPTS,
    DELIVERIES,
    WAITING,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.pipeline.records import AlertDraft, DeliveryDraft

_ADD_ALERT: Final = InsertUnlessKnown(
    ALERTS, ("key", "reason", "watchlist", "story_id", "created_at", "about", "why")
)
_ADD_HITS: Final = InsertUnlessKnown(ALERT_HITS, ("alert_id", "hit_id"))
_ADD_DELIVERIES: Final = InsertUnlessKnown(
    DELIVERIES,
    (
        "alert_id",
        "channel",
        "recipient",
        "state",
        "reason",
        "attempts",
        "created_at",
        "due_at",
        "wanted_at",
        "unanswered",
        "read_article_id",
        "read_hit_id",
    ),
)

_PENDING: Final = and_(WAITING, DELIVERIES.c.state == State.PENDING.value)
_LEASED: Final = and_(WAITING, DELIVERIES.c.state == State.LEASED.value)
_IN_LANE: Final = and_(
    DELIVERIES.c.channel == bindparam("lane_channel"), DELIVERIES.c.recipient == bindparam("lane_recipient")
)
_LEASE_IS_LIVE: Final = and_(_LEASED, DELIVERIES.c.leased_until > bindparam("now"))
# An expired lease does not lift a postponement, so a leased delivery too is tried no sooner than `due_at`.
_CAN_BE_TRIED: Final = and_(
    WAITING,
    DELIVERIES.c.due_at <= bindparam("now"),
    or_(DELIVERIES.c.state == State.PENDING.value, DELIVERIES.c.leased_until <= bindparam("now")),
)

_ALERT_ABOUT: Final = exists().where(
    ALERTS.c.id == DELIVERIES.c.alert_id,
    ALERTS.c.reason == bindparam("alert_reason"),
    ALERTS.c.about == bindparam("alert_about"),
)
_OTHER: Final = DELIVERIES.alias("other")
_GATHERING: Final = (
    select(func.max(DELIVERIES.c.alert_id))
    .where(
        _PENDING,
        DELIVERIES.c.channel == bindparam("lane_channel"),
        DELIVERIES.c.due_at > bindparam("now"),
        _ALERT_ABOUT,
    )
    .where(
        not_(
            exists().where(
                _OTHER.c.alert_id == DELIVERIES.c.alert_id,
                or_(
                    _OTHER.c.channel != bindparam("lane_channel"),
                    _OTHER.c.state != State.PENDING.value,
                    _OTHER.c.due_at <= bindparam("now"),
                ),
            )
        )
    )
)
_GATHERED_AT: Final = select(func.max(DELIVERIES.c.due_at)).where(
    DELIVERIES.c.channel == bindparam("lane_channel"),
    DELIVERIES.c.state != State.SUPPRESSED.value,
    _ALERT_ABOUT,
)
_LANES: Final = (
    select(DELIVERIES.c.channel, DELIVERIES.c.recipient)
    .where(WAITING)
    .group_by(DELIVERIES.c.channel, DELIVERIES.c.recipient)
    .having(func.max(case((_CAN_BE_TRIED, 1), else_=0)) == 1)
    .having(func.max(case((_LEASE_IS_LIVE, 1), else_=0)) == 0)
    .order_by(func.min(DELIVERIES.c.id))
)
_NEXT_DUE: Final = select(
    func.min(
        case(
            (and_(_LEASED, DELIVERIES.c.leased_until > DELIVERIES.c.due_at), DELIVERIES.c.leased_until),
            else_=DELIVERIES.c.due_at,
        )
    )
).where(WAITING)
_LIVE_IN_LANE: Final = select(DELIVERIES.c.id).where(_IN_LANE, _LEASE_IS_LIVE).limit(1)
_NEXT_IN_LANE: Final = (
    select(
        DELIVERIES.c.id,
        DELIVERIES.c.alert_id,
        DELIVERIES.c.state,
        DELIVERIES.c.attempts,
        DELIVERIES.c.created_at,
        DELIVERIES.c.unanswered,
    )
    .where(_IN_LANE, _CAN_BE_TRIED)
    .order_by(case((DELIVERIES.c.attempts >= bindparam("patience"), 1), else_=0), DELIVERIES.c.id)
    .limit(1)
    .with_for_update()
)
_LEASE: Final = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery_id"))
    .values(
        state=State.LEASED.value,
        attempts=bindparam("tried"),
        lease_token=bindparam("token"),
        leased_until=bindparam("until"),
        **NEWEST_READ,
    )
)
_WHEN: Final = DELIVERIES.c.due_at.type
_FINISH: Final = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery_id"), DELIVERIES.c.lease_token == bindparam("token"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        due_at=bindparam("new_due_at"),
        sent_at=bindparam("new_sent_at"),
        attempts=DELIVERIES.c.attempts + bindparam("tries"),
        unanswered=DELIVERIES.c.unanswered + bindparam("silent"),
        wanted_at=func.coalesce(bindparam("new_wanted_at", type_=_WHEN), DELIVERIES.c.wanted_at),
        lane_until=func.coalesce(bindparam("new_lane_until", type_=_WHEN), DELIVERIES.c.lane_until),
        lease_token=None,
        leased_until=None,
    )
)
_POSTPONE: Final = (
    update(DELIVERIES)
    .where(_IN_LANE, WAITING, DELIVERIES.c.due_at < bindparam("new_due_at"))
    .values(due_at=bindparam("new_due_at"))
)
_SILENT: Final = and_(_IN_LANE, WAITING, DELIVERIES.c.unanswered > 0)
_COUNT_SILENT: Final = select(func.count()).where(_SILENT)
# The lane that answers holds nobody up any more, so a delivery is brought forward only once.
_SILENT_DUE: Final = select(DELIVERIES.c.id, DELIVERIES.c.due_at).where(_SILENT, DELIVERIES.c.lane_until.is_not(None))
_BRING_FORWARD: Final = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery_id"))
    .values(due_at=bindparam("new_due_at"), lane_until=None)
)
_RETRY: Final = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery_id"))
    .values(
        state=State.PENDING.value,
        reason="",
        attempts=0,
        unanswered=0,
        due_at=bindparam("new_due_at"),
        wanted_at=bindparam("new_due_at"),
        lane_until=None,
    )
)
_OVER_UNSENT: Final = LookUp(
    select(DELIVERIES.c.id)
    .where(or_(DELIVERIES.c.state == State.DEAD.value, DELIVERIES.c.state == State.SUPPRESSED.value))
    .order_by(DELIVERIES.c.id)
    .with_for_update(),
    DELIVERIES.c.id,
)
_HELD_UNTIL: Final = select(func.max(DELIVERIES.c.lane_until)).where(_IN_LANE, WAITING)
_EXPIRED: Final = "its lease expired before an outcome was written"
_COUNTS: Final = select(DELIVERIES.c.state, func.count()).group_by(DELIVERIES.c.state)


class SqlOutbox:
    """Implements `ports.Outbox` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # A poll can add many deliveries to a lane, and asking costs as much as the lane is long.
        self._held: dict[tuple[str, str], datetime | None] = {}

    def add_alert(self, draft: AlertDraft, now: datetime) -> int | None:
        """Store an alert with its deliveries; None if one with this key exists already (nothing is stored)."""
        values = {
            "key": draft.key,
            "reason": draft.reason.value,
            "watchlist": draft.watchlist,
            "story_id": draft.story_id,
            "created_at": now,
            "about": draft.about,
            "why": draft.why,
        }
        alert_id = _ADD_ALERT.one(self._connection, values)
        if alert_id is None:
            return None
        self.attach(alert_id, draft.hit_ids, draft.notes)
        _ADD_DELIVERIES.many(self._connection, [self._row(alert_id, one, now) for one in draft.deliveries])
        return alert_id

    def _row(self, alert_id: int, draft: DeliveryDraft, now: datetime) -> dict[str, Any]:
        withheld = draft.state is State.SUPPRESSED
        read = self._connection.execute(NEWEST).one() if withheld else None
        return {
            "alert_id": alert_id,
            "channel": draft.channel,
            "recipient": draft.recipient,
            "state": draft.state.value,
            "reason": draft.reason,
            "attempts": 0,
            "created_at": now,
            "due_at": self._held_until(draft),
            "wanted_at": draft.due_at,
            "unanswered": 0,
            "read_article_id": read and read.article_id,
            "read_hit_id": read and read.hit_id,
        }

    def _held_until(self, draft: DeliveryDraft) -> datetime:
        """When a new delivery is due: with the lane, if that waits after a failed try."""
        lane = draft.channel, draft.recipient
        if lane not in self._held:
            place = {"lane_channel": draft.channel, "lane_recipient": draft.recipient}
            self._held[lane] = self._connection.execute(_HELD_UNTIL, place).scalar()
        held = self._held[lane]
        return draft.due_at if held is None else max(draft.due_at, held)

    def gathering(self, reason: Reason, channel: str, now: datetime, about: str = "") -> int | None:
        """The newest alert of this reason whose every delivery is on this channel, pending and due after `now`."""
        parameters = {"alert_reason": reason.value, "alert_about": about, "lane_channel": channel, "now": now}
        return self._connection.execute(_GATHERING, parameters).scalar()

    def gathered_at(self, reason: Reason, channel: str, about: str) -> datetime | None:
        """When the last alert of this reason and flood went out on this channel, or is due; None if there is none."""
        place = {"alert_reason": reason.value, "alert_about": about, "lane_channel": channel}
        return self._connection.execute(_GATHERED_AT, place).scalar()

    def attach(self, alert_id: int, hit_ids: Iterable[int] = (), notes: Iterable[str] = ()) -> None:
        """Add hits and notes to an alert; repeating a hit is harmless."""
        _ADD_HITS.many(self._connection, [{"alert_id": alert_id, "hit_id": hit_id} for hit_id in hit_ids])
        lines = [{"alert_id": alert_id, "note": note} for note in notes]
        if lines:
            self._connection.execute(insert(ALERT_NOTES), lines)

    def release(self, reason: Reason, now: datetime) -> int:
        """Make waiting deliveries of this reason due now; how many there were."""
        self._held.clear()
        return gathered.release(self._connection, reason, now)

    def due_lanes(self, now: datetime) -> tuple[Lane, ...]:
        """Lanes with a delivery that is due, or whose lease has expired, and none under a live lease, in order."""
        return tuple(Lane(*row) for row in self._connection.execute(_LANES, {"now": now}))

    def next_due_at(self) -> datetime | None:
        """When the next pending delivery is due or lease expires, or None."""
        return self._connection.execute(_NEXT_DUE).scalar()

    def heal(self, now: datetime, lease_for: timedelta, longest_wait: timedelta) -> None:
        """Mend what a wrong clock wrote; see `ports.Outbox`."""
        self._held.clear()
        healing.heal(self._connection, now, lease_for, longest_wait)

    def lease_next(self, lane: Lane, now: datetime, lease_for: timedelta, patience: int) -> LeasedDelivery | None:
        """Lease the oldest delivery of a lane that is due; see `ports.Outbox`.

        A lease that expired without an outcome counts as a try and is recorded as one, so that an alert which
        kills the sender each time runs out of patience too.
        """
        self._held.clear()
        place = _place(lane) | {"now": now}
        if self._connection.execute(_LIVE_IN_LANE, place).first() is not None:
            return None
        row = self._connection.execute(_NEXT_IN_LANE, place | {"patience": patience}).first()
        if row is None:
            return None
        tried = row.attempts
        if row.state == State.LEASED.value:
            tried += 1
            self._connection.execute(insert(ATTEMPTS), _attempt_row(row.id, Attempt(now, 0.0, "lost", _EXPIRED)))
        token = secrets.token_hex(8)
        until = now + lease_for
        self._connection.execute(_LEASE, {"delivery_id": row.id, "tried": tried, "token": token, "until": until})
        return LeasedDelivery(row.id, row.alert_id, lane, token, tried, row.created_at, row.unanswered)

    def content(self, alert_id: int) -> AlertContent:
        """What to render, hits in the order they were attached."""
        return content(self._connection, alert_id)

    def finish(
        self,
        delivery: LeasedDelivery,
        attempt: Attempt | None,
        state: State,
        reason: str,
        due_at: datetime,
        lane_until: datetime | None = None,
    ) -> None:
        """Write the outcome of a try and give the lease back; see `ports.Outbox`.

        Raises:
            LeaseLostError: the lease has passed to another; nothing is written.
            ValueError: `state` is leased; nobody could ever try such a delivery again.
        """
        self._held.clear()
        if state is State.LEASED:
            raise ValueError("a try cannot end as leased")
        sent_at = None
        if state is State.SENT:
            sent_at = due_at if attempt is None else attempt.started_at + timedelta(seconds=attempt.duration_s)
        outcome = {
            "new_state": state.value,
            "new_reason": reason,
            "new_due_at": due_at,
            "new_sent_at": sent_at,
            "tries": 0 if attempt is None else 1,
            "silent": int(attempt is not None and attempt.outcome == AMBIGUOUS),
            # Held back at the last look, it is not late as long as that lasts.
            "new_wanted_at": due_at if attempt is None and state is State.PENDING else None,
            "new_lane_until": (lane_until or due_at) if attempt is not None else None,
        }
        held = {"delivery_id": delivery.id, "token": delivery.token}
        if self._connection.execute(_FINISH, held | outcome).rowcount != 1:
            raise LeaseLostError(f"the lease of delivery {delivery.id} was lost")
        if attempt is not None:
            self._connection.execute(insert(ATTEMPTS), _attempt_row(delivery.id, attempt))

    def postpone(self, lane: Lane, due_at: datetime) -> None:
        """Let no pending delivery of a lane be tried before `due_at`, nor one whose lease expires by then."""
        self._held.clear()
        self._connection.execute(_POSTPONE, _place(lane) | {"new_due_at": due_at})

    def unanswered(self, lane: Lane) -> int:
        """How many deliveries of a lane wait that may have arrived already."""
        return int(self._connection.execute(_COUNT_SILENT, _place(lane)).scalar_one())

    def answered(self, lane: Lane, now: datetime) -> None:
        """A lane answers again: what may have arrived is tried again sooner."""
        for row in self._connection.execute(_SILENT_DUE, _place(lane)).all():
            due_at = once_answered(row.due_at, now)
            self._connection.execute(_BRING_FORWARD, {"delivery_id": row.id, "new_due_at": due_at})

    def retry(self, delivery_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
        """Make dead or suppressed deliveries pending again, with all their tries; the numbers that were changed."""
        self._held.clear()
        found = {row.id for row in _OVER_UNSENT.rows(self._connection, tuple(set(delivery_ids)))}
        if found:
            self._connection.execute(
                _RETRY, [{"delivery_id": delivery_id, "new_due_at": now} for delivery_id in sorted(found)]
            )
        return tuple(dict.fromkeys(delivery_id for delivery_id in delivery_ids if delivery_id in found))

    def counts(self) -> dict[str, int]:
        """Deliveries by state; every state is there."""
        counted: dict[str, int] = {row.state: row[1] for row in self._connection.execute(_COUNTS)}
        return {state.value: counted.get(state.value, 0) for state in State}


def _place(lane: Lane) -> dict[str, Any]:
    return {"lane_channel": lane.channel, "lane_recipient": lane.recipient}


def _attempt_row(delivery_id: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "started_at": attempt.started_at,
        "duration_s": attempt.duration_s,
        "outcome": attempt.outcome,
        "detail": attempt.detail,
    }
