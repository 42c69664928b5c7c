"""Whether to tell of new hits, whom, when, and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.flood import RELEASE_AFTER
from monitor.core.alerting.hours import DigestTime, awake, next_digest
from monitor.core.alerting.model import (
    FLOODED,
    FirstPoll,
    Freshness,
    Gather,
    Pass,
    Passed,
    Reason,
    Severity,
    StoryState,
    Weak,
)
from monitor.core.alerting.story import Round, tell_story

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.core.alerting.flood import Flood
    from monitor.core.alerting.model import AlertPolicy, Intent, NewHit

OLD_AFTER: Final = timedelta(days=3)
"""An article that a feed brings this long after its publication is told in a summary: a feed that changed its
addresses re-delivers its whole archive, and nobody wants fifty alerts of last week."""

USUAL_DIGEST: Final = time(8)
"""When weak hits, and those of watchlists of low severity, are told on a channel that has no digest times."""


def freshness(published_at: datetime | None, now: datetime, *, revised: bool) -> Freshness:
    """What an article that was just stored is news of; without a date it is new."""
    if revised:
        return Freshness.REVISED
    if published_at is not None and now - published_at > OLD_AFTER:
        return Freshness.OLD
    return Freshness.NEW


def digest_after(channel: str, policy: AlertPolicy, moment: datetime) -> datetime:
    """When a channel gets its next digest, strictly after a moment."""
    times = policy.channel(channel).digests or (DigestTime(USUAL_DIGEST),)
    return next_digest(moment, times, policy.zone, policy.is_holiday)


def gathered_until(reason: Reason, channel: str, policy: AlertPolicy, now: datetime) -> datetime:
    """When a channel is told of what is gathered for it from now on."""
    if reason is Reason.DIGEST:
        return digest_after(channel, policy, now)
    due_at = now + (RELEASE_AFTER if reason is Reason.FLOOD else policy.gather_for)
    rules = policy.channel(channel)
    if reason is Reason.URGENT and rules.urgent_passes:
        return due_at
    return awake(due_at, rules.hours, policy.zone, policy.is_holiday)


def decide(
    hits: Sequence[NewHit],
    policy: AlertPolicy,
    now: datetime,
    *,
    baseline: bool,
    stories: Mapping[int, StoryState] | None = None,
    floods: Mapping[str, Flood] | None = None,
) -> tuple[Intent, ...]:
    """What to tell of hits that one poll brought, in the order in which it is to be told.

    The hits come in the order of their articles and, within one, of the watchlists. `stories` is what is known of
    their stories, the articles of this poll included; `floods` are the watchlists that yield too much by now.
    """
    if baseline and policy.first_poll is FirstPoll.SILENT:
        return _passed(hits, Passed.FIRST_POLL, policy)
    summarise = baseline and policy.first_poll is FirstPoll.SUMMARY
    prompt: dict[int, list[NewHit]] = {}
    listed: dict[int, list[NewHit]] = {}
    gathered: dict[tuple[Reason, str], list[int]] = {}
    stored: list[NewHit] = []
    for hit in hits:
        weak = policy.watch(hit.watchlist).weak if hit.weak else Weak.ALERT
        if weak is Weak.STORE:
            stored.append(hit)
            continue
        summed = summarise or hit.freshness is Freshness.OLD
        for channel in _unsilenced(hit, policy):
            reason = _list_for(hit, channel, weak, policy, summed=summed)
            if reason is not None:
                gathered.setdefault((reason, channel), []).append(hit.hit_id)
        of_story = prompt if not summed and weak is Weak.ALERT else listed
        of_story.setdefault(hit.story_id, []).append(hit)
    tells: list[Intent] = []
    for story_id in (*prompt, *(one for one in listed if one not in prompt)):
        state = (stories or {}).get(story_id, StoryState())
        hits_of, in_lists = tuple(prompt.get(story_id, ())), tuple(listed.get(story_id, ()))
        tells += tell_story(Round(story_id, hits_of, state, policy, floods or {}, now, in_lists))
    gathers = [
        Gather(reason, channel, tuple(hit_ids), gathered_until(reason, channel, policy, now))
        for (reason, channel), hit_ids in gathered.items()
    ]
    unrouted = [hit for hit in hits if hit not in stored and not policy.routes.get(hit.watchlist)]
    passed = (*_passed(stored, Passed.STORED, policy), *_passed(unrouted, Passed.NO_CHANNEL, policy))
    return (*_held_together(tells, policy, now), *gathers, *passed)


def _passed(hits: Sequence[NewHit], why: Passed, policy: AlertPolicy) -> tuple[Pass, ...]:
    """Hits of which no channel of their watchlists is told."""
    by_channel: dict[str, list[int]] = {}
    for hit in hits:
        for channel in policy.routes.get(hit.watchlist) or ("",):
            by_channel.setdefault(channel, []).append(hit.hit_id)
    return tuple(Pass(tuple(hit_ids), channel, why.value) for channel, hit_ids in by_channel.items())


def _unsilenced(hit: NewHit, policy: AlertPolicy) -> list[str]:
    silenced = {channel for channel, _ in hit.silenced}
    channels = policy.routes.get(hit.watchlist, ())
    return [] if "" in silenced else [channel for channel in channels if channel not in silenced]


def _list_for(hit: NewHit, channel: str, weak: Weak, policy: AlertPolicy, *, summed: bool) -> Reason | None:
    """The list in which a channel is told of a hit, or None if it gets an alert."""
    if policy.channel(channel).digests:
        return Reason.DIGEST
    if summed:
        return Reason.BASELINE
    later = weak is Weak.DIGEST or policy.watch(hit.watchlist).severity is Severity.LOW
    return Reason.DIGEST if later else None


def _held_together(intents: Sequence[Intent], policy: AlertPolicy, now: datetime) -> list[Intent]:
    """Put what different stories hold for one channel into one."""
    held: dict[tuple[Reason, str, str], list[Gather]] = {}
    others: list[Intent] = []
    for intent in intents:
        if isinstance(intent, Gather):
            held.setdefault((intent.reason, intent.channel, intent.about), []).append(intent)
        else:
            others.append(intent)
    joined = [
        Gather(
            reason,
            channel,
            tuple(dict.fromkeys(hit_id for part in parts for hit_id in part.hit_ids)),
            gathered_until(reason, channel, policy, now) if reason in FLOODED else parts[0].due_at,
            about,
            parts[0].why,
        )
        for (reason, channel, about), parts in held.items()
    ]
    return [*others, *joined]
