"""The briefing of a channel: what all watchlists hit since the one before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason
from monitor.core.alerting.hours import LOOK_AHEAD, next_digest
from monitor.pipeline.canary import last_times
from monitor.pipeline.notices import nothing_happened
from monitor.pipeline.records import AlertDraft, DeliveryDraft

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from monitor.pipeline.tell import Audience

_LONGEST: Final = LOOK_AHEAD + timedelta(days=1)
"""How far back a briefing reaches at most."""


def due_briefings(audience: Audience, now: datetime) -> dict[str, datetime]:
    """The last time at which each channel was to get a briefing, of those that are not stale."""
    channels = audience.policy.channels
    return last_times(audience, {name: one.briefings for name, one in channels.items()}, now)


def tell_briefing(work: Work, channel: str, due_at: datetime, audience: Audience, now: datetime) -> int:
    """Tell a channel what all watchlists hit since its time before, once for each time; how many alerts are new.

    Nothing counts as told by it: it is a list.
    """
    since = _time_before(channel, due_at, audience)
    hit_ids = work.views.hit_ids(since, due_at)
    draft = AlertDraft(
        key=f"{Reason.BRIEFING.value}\n{channel}\n{due_at.isoformat()}",
        reason=Reason.BRIEFING,
        hit_ids=hit_ids,
        notes=() if hit_ids else (nothing_happened(audience.policy.language),),
        deliveries=tuple(DeliveryDraft(channel, one, now) for one in audience.recipients.get(channel, ())),
    )
    return int(work.outbox.add_alert(draft, now) is not None)


def _time_before(channel: str, due_at: datetime, audience: Audience) -> datetime:
    policy = audience.policy
    times = policy.channels[channel].briefings
    at, before = due_at - _LONGEST, due_at - timedelta(days=1)
    while (at := next_digest(at, times, policy.zone, policy.is_holiday)) < due_at:
        before = at
    return before
