"""Put alerting decisions into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.alerting.model import AlertPolicy, Gather, Intent, Reason, State, Tell
from monitor.pipeline.records import AlertDraft, DeliveryDraft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from monitor.pipeline.ports import Outbox


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can be told: the policy, the recipients of each channel, and the channel for notices ("" for none)."""

    policy: AlertPolicy
    recipients: Mapping[str, tuple[str, ...]]
    operator: str = ""


def put(outbox: Outbox, intents: Sequence[Intent], audience: Audience, now: datetime) -> int:
    """Store what was decided; how many alerts are new."""
    return sum(
        _put_tell(outbox, intent, audience, now)
        if isinstance(intent, Tell)
        else _put_gather(outbox, intent, audience, now)
        for intent in intents
    )


def put_notice(outbox: Outbox, channel: str, notes: Sequence[str], audience: Audience, now: datetime) -> int:
    """Tell the operator, together with other notices of the same minute; how many alerts are new."""
    due_at = now + audience.policy.gather_for
    return _gather(outbox, Gather(Reason.NOTICE, channel, (), due_at), tuple(notes), audience, now)


def put_daily_notice(outbox: Outbox, day: date, notes: Sequence[str], audience: Audience, now: datetime) -> int:
    """Tell the operator once on a day, however often it is asked for; how many alerts are new."""
    draft = AlertDraft(
        key=f"{Reason.NOTICE.value}\n{day.isoformat()}",
        reason=Reason.NOTICE,
        notes=tuple(notes),
        deliveries=tuple(
            DeliveryDraft(audience.operator, recipient, now)
            for recipient in audience.recipients.get(audience.operator, ())
        ),
    )
    return int(outbox.add_alert(draft, now) is not None)


def _put_tell(outbox: Outbox, tell: Tell, audience: Audience, now: datetime) -> int:
    deliveries = tuple(
        DeliveryDraft(
            out.channel, recipient, now, State.SUPPRESSED if out.suppressed else State.PENDING, out.suppressed
        )
        for out in tell.outgoing
        for recipient in audience.recipients.get(out.channel, ())
    )
    draft = AlertDraft(
        key=f"{tell.watchlist}\n{tell.story_id}",
        reason=tell.reason,
        watchlist=tell.watchlist,
        story_id=tell.story_id,
        hit_ids=tell.hit_ids,
        deliveries=deliveries,
    )
    return int(outbox.add_alert(draft, now) is not None)


def _put_gather(outbox: Outbox, gather: Gather, audience: Audience, now: datetime) -> int:
    return _gather(outbox, gather, (), audience, now)


def _gather(outbox: Outbox, gather: Gather, notes: tuple[str, ...], audience: Audience, now: datetime) -> int:
    """Join the summary that still waits on this channel, or open one."""
    waiting = outbox.gathering(gather.reason, gather.channel, now)
    if waiting is not None:
        outbox.attach(waiting, gather.hit_ids, notes)
        return 0
    draft = AlertDraft(
        key=f"{gather.reason.value}\n{gather.channel}\n{now.isoformat()}",
        reason=gather.reason,
        hit_ids=gather.hit_ids,
        notes=notes,
        deliveries=tuple(
            DeliveryDraft(gather.channel, recipient, gather.due_at)
            for recipient in audience.recipients.get(gather.channel, ())
        ),
    )
    return int(outbox.add_alert(draft, now) is not None)
