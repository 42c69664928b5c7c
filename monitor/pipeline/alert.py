"""From hits that were stored just now to alerts in the outbox, in the transaction that stored them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.alerting import flood
from monitor.core.alerting.decide import decide
from monitor.core.alerting.flood import Flood
from monitor.core.alerting.model import FirstPoll, Freshness, Severity
from monitor.pipeline import tell
from monitor.pipeline.silence import with_silences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.core.alerting.model import AlertPolicy, NewHit, StoryState
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import FeedClaim
    from monitor.pipeline.tell import Audience


def tell_hits(
    work: Work,
    hits: Sequence[NewHit],
    audience: Audience,
    now: datetime,
    *,
    feed: FeedClaim | None = None,
    baseline: bool = False,
) -> int:
    """Decide what to tell of new hits and put it into the outbox; how many alerts are new."""
    if not hits:
        return 0
    policy = audience.policy
    looked = with_silences(work, audience.queries, hits, now)
    stories = work.tellings.stories([hit.story_id for hit in looked])
    guarded = policy.flood_guard and not (baseline and policy.first_poll is not FirstPoll.ALERT)
    floods = _floods(work, _new_stories(looked, stories, policy), now, feed) if guarded else {}
    intents = decide(looked, policy, now, baseline=baseline, stories=stories, floods=floods)
    return tell.put(work, intents, audience, now)


def _new_stories(
    hits: Sequence[NewHit], stories: Mapping[int, StoryState], policy: AlertPolicy
) -> dict[str, set[int]]:
    """The stories that would be first reports, by watchlist."""
    found: dict[str, set[int]] = {}
    for hit in hits:
        rings = policy.routes.get(hit.watchlist) and policy.watch(hit.watchlist).severity is not Severity.LOW
        known = {telling.watchlist for telling in stories[hit.story_id].tellings}
        if rings and not hit.silenced and hit.freshness is not Freshness.OLD and hit.watchlist not in known:
            found.setdefault(hit.watchlist, set()).add(hit.story_id)
    return found


def _floods(work: Work, new: Mapping[str, set[int]], now: datetime, feed: FeedClaim | None) -> dict[str, Flood]:
    """The watchlists whose new stories are too many, by themselves or because their feed brings too many."""
    stories = set().union(*new.values())
    if feed is not None and len(stories) > flood.NEVER_HELD:
        recent = len(work.tellings.of_feed(feed.feed_id, now - flood.RECENT))
        of_feed = _flood(work, f"feed {feed.name}", len(stories) + recent, now, feed.feed_id)
        if of_feed is not None:
            return dict.fromkeys(new, of_feed)
    found: dict[str, Flood] = {}
    for watchlist, its_stories in new.items():
        recent = len(work.tellings.of_watchlist(watchlist, now - flood.RECENT))
        of_watchlist = _flood(work, f"watchlist {watchlist}", len(its_stories) + recent, now, watchlist)
        if of_watchlist is not None:
            found[watchlist] = of_watchlist
    return found


def _flood(work: Work, about: str, stories: int, now: datetime, whose: int | str) -> Flood | None:
    yielded = stories + work.tellings.held_since(about, now - flood.RECENT)
    if yielded <= flood.NEVER_HELD:
        return None
    since = now - flood.HISTORY
    past = work.tellings.of_feed(whose, since) if isinstance(whose, int) else work.tellings.of_watchlist(whose, since)
    most = flood.limit(past, work.tellings.first_at(), now)
    return Flood(about, yielded, most) if yielded > most else None
