"""Whether to tell of new hits, whom, when, and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import FirstPoll, Freshness, Gather, Intent, NewHit, Outgoing, Reason, Tell, Weak

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


def decide(hits: Sequence[NewHit], policy: AlertPolicy, now: datetime, *, baseline: bool) -> tuple[Intent, ...]:
    """What to tell of hits that one poll brought, in the order in which it is to be told.

    Hits of one article must be neighbours, in the order of the watchlists. An article that several watchlists
    hit is told once a channel: by the first, which carries the hits of the others.
    """
    if baseline and policy.first_poll is FirstPoll.SILENT:
        return ()
    summarise = baseline and policy.first_poll is FirstPoll.SUMMARY
    prompt: list[NewHit] = []
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
        if not summed and weak is Weak.ALERT:
            prompt.append(hit)
    tells = [tell for _, group in groupby(prompt, key=lambda hit: hit.article_id) for tell in _tell(group, policy)]
    gathers = [
        Gather(reason, channel, tuple(hit_ids), _gather_until(reason, channel, policy, now))
        for (reason, channel), hit_ids in gathered.items()
    ]
    return (*tells, *gathers)


def _gather_until(reason: Reason, channel: str, policy: AlertPolicy, now: datetime) -> datetime:
    if reason is Reason.DIGEST:
        return next_digest(now, policy.digests.get(channel, USUAL_DIGEST), policy.zone)
    return now + policy.gather_for


def _tell(group: Iterable[NewHit], policy: AlertPolicy) -> list[Tell]:
    """The alerts of one article."""
    hits = list(group)
    teller: dict[str, str] = {}
    tells = []
    for hit in hits:
        outgoing = []
        for channel in policy.routes.get(hit.watchlist, ()):
            if channel in policy.digests:
                continue
            told_by = teller.setdefault(channel, hit.watchlist)
            told = "" if told_by == hit.watchlist else f"told with {told_by}"
            outgoing.append(Outgoing(channel, told))
        if outgoing:
            channels = {out.channel for out in outgoing if not out.suppressed}
            shared = [
                other.hit_id
                for other in hits
                if other is hit or channels & set(policy.routes.get(other.watchlist, ()))
            ]
            reason = Reason.UPDATED if hit.freshness is Freshness.REVISED else Reason.FIRST_REPORT
            tells.append(Tell(reason, hit.watchlist, hit.article_id, tuple(shared), tuple(outgoing)))
    return tells
