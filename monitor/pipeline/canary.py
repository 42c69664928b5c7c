"""How all stands, said at the times that a channel asks for: silence must not be able to mean that we are dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason
from monitor.core.alerting.hours import next_digest
from monitor.core.schedule import Health
from monitor.pipeline.notices import all_stands
from monitor.pipeline.records import AlertDraft, DeliveryDraft
from monitor.pipeline.upkeep import WELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.alerting.hours import DigestTime
    from monitor.pipeline.ports import Work
    from monitor.pipeline.tell import Audience

STALE_AFTER: Final = timedelta(hours=6)
"""A program that starts later than so long after a canary's time does not catch up on it."""

BEHIND_AFTER: Final = timedelta(minutes=30)
"""A delivery that has waited so long since it should have gone out shows that something is wrong."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How all stands: feeds and those that are well, alerts made yesterday, deliveries that wait and that are dead.

    `oldest_at`: since when the oldest delivery that should have gone out waits, or None.
    """

    feeds: int
    well: int
    alerts_yesterday: int
    waiting: int
    dead: int
    oldest_at: datetime | None

    def behind(self, now: datetime) -> bool:
        """Whether alerts do not get out."""
        return self.oldest_at is not None and now - self.oldest_at > BEHIND_AFTER


def standing(work: Work, audience: Audience, now: datetime) -> Standing:
    """How all stands now; yesterday is that of the user's zone."""
    feeds = [one for one in work.listings.feeds() if one["health"] != Health.REMOVED.value]
    counts = work.outbox.counts()
    today = now.astimezone(audience.policy.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Standing(
        feeds=len(feeds),
        well=sum(Health(str(one["health"])) in WELL for one in feeds),
        alerts_yesterday=work.listings.alerts_made(today - _DAY, today),
        waiting=counts.get("pending", 0) + counts.get("leased", 0),
        dead=counts.get("dead", 0),
        oldest_at=work.listings.oldest_pending_at(now),
    )


def due_canaries(audience: Audience, now: datetime) -> dict[str, datetime]:
    """The last time at which each channel was to get a canary, of those that are not stale."""
    channels = audience.policy.channels
    return last_times(audience, {name: one.canary for name, one in channels.items()}, now)


def last_times(
    audience: Audience, times_of: Mapping[str, tuple[DigestTime, ...]], now: datetime
) -> dict[str, datetime]:
    """The last of the times of each channel, of those that are not stale."""
    policy = audience.policy
    found: dict[str, datetime] = {}
    for name, times in times_of.items():
        at = now - STALE_AFTER
        while times and (at := next_digest(at, times, policy.zone, policy.is_holiday)) <= now:
            found[name] = at
    return found


def tell_canary(work: Work, channel: str, due_at: datetime, audience: Audience, now: datetime) -> int:
    """Tell a channel how all stands, once for each of its times; how many alerts are new."""
    recipients = audience.recipients.get(channel, ())
    draft = AlertDraft(
        key=f"{Reason.CANARY.value}\n{channel}\n{due_at.isoformat()}",
        reason=Reason.CANARY,
        notes=all_stands(standing(work, audience, now), audience.policy.language),
        deliveries=tuple(DeliveryDraft(channel, recipient, now) for recipient in recipients),
    )
    return int(work.outbox.add_alert(draft, now) is not None)
