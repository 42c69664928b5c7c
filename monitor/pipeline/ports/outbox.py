"""Alerts and deliveries as stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from monitor.core.alerting import Reason, State
    from monitor.pipeline.records import AlertContent, AlertDraft, Attempt, Lane, LeasedDelivery


class Outbox(Protocol):
    """Alerts and their deliveries."""

    def add_alert(self, draft: AlertDraft, now: datetime) -> int | None:
        """Store an alert with its deliveries; None if one with this key exists already (nothing is stored)."""
        ...

    def gathering(self, reason: Reason, channel: str, now: datetime, about: str = "") -> int | None:
        """The newest alert of this reason whose every delivery is on this channel, pending and due after `now`.

        Only one about the same flood, if it is one.
        """
        ...

    def gathered_at(self, reason: Reason, channel: str, about: str) -> datetime | None:
        """When the last alert of this reason and flood went out on this channel, or is due; None if there is none."""
        ...

    def attach(self, alert_id: int, hit_ids: Iterable[int] = (), notes: Iterable[str] = ()) -> None:
        """Add hits and notes to an alert; repeating a hit is harmless."""
        ...

    def release(self, reason: Reason, now: datetime) -> int:
        """Make deliveries of this reason that wait for more of their kind due now; how many there were.

        Those that were tried, and those whose lane rests after a failed try, keep their time.
        """
        ...

    def due_lanes(self, now: datetime) -> tuple[Lane, ...]:
        """Lanes with a delivery that is due, or whose lease has expired, and none under a live lease."""
        ...

    def next_due_at(self) -> datetime | None:
        """When the next pending delivery is due or lease expires, or None."""
        ...

    def heal(self, now: datetime, lease_for: timedelta, longest_wait: timedelta) -> None:
        """Mend what a wrong clock wrote.

        What was made in the future is moved by as much, so that it waits for as long as it should; what was tried
        then waits no longer than `longest_wait` from now, and what is behind it in its lane with it. No lease lasts
        longer than `lease_for`. Digests, and what waits for the end of quiet hours, keep their time of day. Doing it
        again changes nothing.
        """
        ...

    def lease_next(self, lane: Lane, now: datetime, lease_for: timedelta, patience: int) -> LeasedDelivery | None:
        """Lease the oldest delivery of a lane that is due, if no other of that lane is under a live lease.

        Deliveries that have been tried `patience` times or more come after all others, so that one poisonous
        alert cannot block a lane for ever.
        """
        ...

    def content(self, alert_id: int) -> AlertContent:
        """What to render, hits in the order they were attached."""
        ...

    def finish(
        self,
        delivery: LeasedDelivery,
        attempt: Attempt | None,
        state: State,
        reason: str,
        due_at: datetime,
        lane_until: datetime | None = None,
    ) -> None:
        """Write the outcome of a try (state pending means: again at `due_at`) and give the lease back.

        What comes into the lane meanwhile waits until `lane_until`, or `due_at`, as long as this is pending.

        Raises:
            LeaseLostError: the lease has passed to another; nothing is written.
        """
        ...

    def postpone(self, lane: Lane, due_at: datetime) -> None:
        """Let no pending delivery of a lane be tried before `due_at`."""
        ...

    def unanswered(self, lane: Lane) -> int:
        """How many deliveries of a lane wait that may have arrived already."""
        ...

    def answered(self, lane: Lane, now: datetime) -> None:
        """A lane answers again: what may have arrived is tried again sooner, see `core.alerting.retry`."""
        ...

    def retry(self, delivery_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
        """Make dead or suppressed deliveries pending again, with all their tries; the numbers that were changed."""
        ...

    def counts(self) -> dict[str, int]:
        """Deliveries by state."""
        ...
