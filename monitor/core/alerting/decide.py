"""Whether to tell of new hits, whom, when, and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import FirstPoll, Freshness, Gather, Intent, NewHit, Outgoing, Reason, Tell, Weak

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import tzinfo

    from monitor.core.alerting.model import AlertPolicy

OLD_AFTER: Final = timedelta(days=3)
"""An article that a feed brings this long after its publication is told in a summary: a feed that changed its
addresses re-delivers its whole archive, and nobody wants fifty alerts of last week."""

USUAL_DIGEST: Final = time(8)
"""When weak hits are told on a channel that has no digest time of its own."""


def freshness(published_at: datetime | None, now: datetime, *, revised: bool) -> Freshness:
    """What an article that was just stored is news of; without a date it is new."""
    if revised:
        return Freshness.REVISED
    if published_at is not None and now - published_at > OLD_AFTER:
        return Freshness.OLD
    return Freshness.NEW


def next_digest(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The next time of day `at` in `zone` strictly after `now`, in the zone of `now`."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), at, zone)
    if due <= local:
        due = datetime.combine(local.date() + timedelta(days=1), at, zone)
    return due.astimezone(now.tzinfo)


def decide(
    hits: Sequence[NewHit],
    policy: AlertPolicy,
    now: datetime,
    *,
    baseline: bool,
    told: Collection[tuple[str, int]] = (),
) -> tuple[Intent, ...]:
    """What to tell of hits that one poll brought, in the order in which it is to be told.

    The hits come in the order of their articles and, within one, of the watchlists. `told` are the watchlists that
    were told of a story before, as (watchlist, story): they are not told again. A story that several watchlists hit
    is told once a channel: by the first, which carries the hits of the others.
    """
    if baseline and policy.first_poll is FirstPoll.SILENT:
        return ()
    summarise = baseline and policy.first_poll is FirstPoll.SUMMARY
    prompt: dict[int, list[NewHit]] = {}
    gathered: dict[tuple[Reason, str], list[int]] = {}
    for hit in hits:
        weak = policy.weak.get(hit.watchlist, Weak.ALERT) if hit.weak else Weak.ALERT
        if weak is Weak.STORE:
            continue
        summed = summarise or hit.freshness is Freshness.OLD
        for channel in policy.routes.get(hit.watchlist, ()):
            if channel in policy.digests or (weak is Weak.DIGEST and not summed):
                gathered.setdefault((Reason.DIGEST, channel), []).append(hit.hit_id)
            elif summed:
                gathered.setdefault((Reason.BASELINE, channel), []).append(hit.hit_id)
        if not summed and weak is Weak.ALERT and (hit.watchlist, hit.story_id) not in told:
            prompt.setdefault(hit.story_id, []).append(hit)
    tells = [tell for story_hits in prompt.values() for tell in _tell(story_hits, policy)]
    gathers = [
        Gather(reason, channel, tuple(hit_ids), _gather_until(reason, channel, policy, now))
        for (reason, channel), hit_ids in gathered.items()
    ]
    return (*tells, *gathers)


def _gather_until(reason: Reason, channel: str, policy: AlertPolicy, now: datetime) -> datetime:
    if reason is Reason.DIGEST:
        return next_digest(now, policy.digests.get(channel, USUAL_DIGEST), policy.zone)
    return now + policy.gather_for


def _tell(hits: Sequence[NewHit], policy: AlertPolicy) -> list[Tell]:
    """The alerts of one story: one a watchlist, in the order in which they hit."""
    first_hits = {hit.watchlist: hit for hit in reversed(hits)}
    teller: dict[str, str] = {}
    tells = []
    for watchlist in dict.fromkeys(hit.watchlist for hit in hits):
        outgoing = []
        for channel in policy.routes.get(watchlist, ()):
            if channel in policy.digests:
                continue
            told_by = teller.setdefault(channel, watchlist)
            outgoing.append(Outgoing(channel, "" if told_by == watchlist else f"told with {told_by}"))
        if outgoing:
            channels = {out.channel for out in outgoing if not out.suppressed}
            shared = [
                hit.hit_id
                for hit in hits
                if hit.watchlist == watchlist or channels & set(policy.routes.get(hit.watchlist, ()))
            ]
            first = first_hits[watchlist]
            reason = Reason.UPDATED if first.freshness is Freshness.REVISED else Reason.FIRST_REPORT
            tells.append(Tell(reason, watchlist, first.story_id, tuple(shared), tuple(outgoing)))
    return tells
