"""Put alerting decisions into the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from monitor.core.alerting.decide import digest_after, gathered_until
from monitor.core.alerting.hours import awake
from monitor.core.alerting.model import (
    FLOODED,
    AlertPolicy,
    Gather,
    Intent,
    Join,
    Pass,
    Reason,
    State,
    Tell,
    Withhold,
)
from monitor.pipeline.notices import flood_held
from monitor.pipeline.records import AlertDraft, DeliveryDraft
from monitor.pipeline.silence import Queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from monitor.pipeline.ports import Outbox, Work


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can be told: the policy, the recipients of each channel, and the channel for notices ("" for none).

    `queries` looks for what silences are written in.
    """

    policy: AlertPolicy
    recipients: Mapping[str, tuple[str, ...]]
    operator: str = ""
    queries: Queries = field(default_factory=Queries)


def put(work: Work, intents: Sequence[Intent], audience: Audience, now: datetime) -> int:
    """Store what was decided; how many alerts are new."""
    return sum(_put(work, intent, audience, now) for intent in intents)


def _put(work: Work, intent: Intent, audience: Audience, now: datetime) -> int:
    match intent:
        case Tell():
            return _put_tell(work, intent, audience, now)
        case Join():
            work.outbox.attach(intent.alert_id, intent.hit_ids)
            return 0
        case Withhold():
            work.tellings.withhold(intent.alert_id, intent.channel, intent.why)
            return 0
        case Pass():
            work.tellings.pass_over(intent.hit_ids, intent.channel, intent.why, intent.alert_id, now)
            if intent.joins:
                work.outbox.attach(intent.alert_id, intent.hit_ids)
            return 0
    return _put_gather(work, intent, audience, now)


def put_notice(outbox: Outbox, channel: str, notes: Sequence[str], audience: Audience, now: datetime) -> int:
    """Tell the operator, together with other notices of the same minute; how many alerts are new."""
    due_at = gathered_until(Reason.NOTICE, channel, audience.policy, now)
    return int(_gather(outbox, Gather(Reason.NOTICE, channel, (), due_at), tuple(notes), audience, now) is not None)


def put_daily_notice(outbox: Outbox, day: date, notes: Sequence[str], audience: Audience, now: datetime) -> int:
    """Tell the operator once on a day, however often it is asked for; how many alerts are new."""
    return _put_own_notice(outbox, day.isoformat(), notes, audience, now)


def put_prompt_notice(outbox: Outbox, notes: Sequence[str], audience: Audience, now: datetime) -> int:
    """Tell the operator at once, apart from all other notices; how many alerts are new."""
    return _put_own_notice(outbox, f"{now.isoformat()}\n{notes[0]}", notes, audience, now)


def _put_own_notice(outbox: Outbox, name: str, notes: Sequence[str], audience: Audience, now: datetime) -> int:
    policy = audience.policy
    due_at = awake(now, policy.channel(audience.operator).hours, policy.zone, policy.is_holiday)
    draft = AlertDraft(
        key=f"{Reason.NOTICE.value}\n{name}",
        reason=Reason.NOTICE,
        notes=tuple(notes),
        deliveries=_deliveries(audience.operator, due_at, audience),
    )
    return int(outbox.add_alert(draft, now) is not None)


def _put_tell(work: Work, tell: Tell, audience: Audience, now: datetime) -> int:
    deliveries = tuple(
        DeliveryDraft(
            out.channel, recipient, out.due_at, State.SUPPRESSED if out.withheld else State.PENDING, out.withheld
        )
        for out in tell.outgoing
        for recipient in audience.recipients.get(out.channel, ())
    )
    draft = AlertDraft(
        key=f"{tell.watchlist}\n{tell.story_id}" + (f"\n{tell.number}" if tell.number > 1 else ""),
        reason=tell.reason,
        watchlist=tell.watchlist,
        story_id=tell.story_id,
        hit_ids=tell.hit_ids,
        deliveries=deliveries,
        why=tell.why,
    )
    added = work.outbox.add_alert(draft, now)
    alert_id = work.tellings.of_key(draft.key) if added is None else added
    if added is None:
        # Another process told of the story a moment ago: the hits are part of that alert.
        work.outbox.attach(alert_id, tell.hit_ids)
    if tell.since is not None:
        work.outbox.attach(alert_id, work.tellings.untold(tell.watchlist, tell.story_id, tell.since))
    for absorbed in tell.absorbs:
        work.outbox.attach(alert_id, [hit.id for hit in work.tellings.hits(absorbed)])
    return int(added is not None)


def _put_gather(work: Work, gather: Gather, audience: Audience, now: datetime) -> int:
    if gather.reason is Reason.URGENT:
        last_at = work.outbox.gathered_at(gather.reason, gather.channel, gather.about)
        if last_at is not None:
            gather = replace(gather, due_at=max(gather.due_at, last_at + audience.policy.group_interval))
    alert_id = _gather(work.outbox, gather, (), audience, now)
    if alert_id is None:
        return 0
    if gather.reason in FLOODED:
        channel = audience.operator or gather.channel
        note = flood_held(gather, alert_id, audience.policy)
        return 1 + put_notice(work.outbox, channel, (note,), audience, now)
    return 1


def _gather(outbox: Outbox, gather: Gather, notes: tuple[str, ...], audience: Audience, now: datetime) -> int | None:
    """Join the list that still waits on this channel (None), or open one (its number).

    The key of a digest is its time: there is one for each, also if the clock is set back or another process sends it.
    What comes for a time whose digest has gone out is in the next.
    """
    for number in count():
        waiting = outbox.gathering(gather.reason, gather.channel, now, gather.about)
        if waiting is not None:
            outbox.attach(waiting, gather.hit_ids, notes)
            return None
        alert_id = outbox.add_alert(_list_draft(gather, notes, audience, now, number), now)
        if alert_id is not None:
            return alert_id
        if gather.reason is Reason.DIGEST:
            gather = replace(gather, due_at=digest_after(gather.channel, audience.policy, gather.due_at))
    raise AssertionError  # pragma: no cover - counting does not end


def _list_draft(gather: Gather, notes: tuple[str, ...], audience: Audience, now: datetime, number: int) -> AlertDraft:
    stamp = gather.due_at.isoformat() if gather.reason is Reason.DIGEST else f"{now.isoformat()}\n{number}"
    return AlertDraft(
        key=f"{gather.reason.value}\n{gather.channel}\n{gather.about}\n{stamp}",
        reason=gather.reason,
        hit_ids=gather.hit_ids,
        notes=notes,
        deliveries=_deliveries(gather.channel, gather.due_at, audience),
        about=gather.about,
        why=gather.why,
    )


def _deliveries(channel: str, due_at: datetime, audience: Audience) -> tuple[DeliveryDraft, ...]:
    recipients = audience.recipients.get(channel, ())
    return tuple(DeliveryDraft(channel, recipient, due_at) for recipient in recipients)
