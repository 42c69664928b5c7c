"""How long to wait before a feed is polled again."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.core.schedule.model import Brought, FeedState, PollPolicy

LONGEST_MAX_AGE: Final = timedelta(hours=1)
"""A server's max-age or ttl is honoured up to this: fifty entries roll over in four hours, at worst in 18 minutes."""

LOOKS_PER_WINDOW: Final = 3
"""A feed is asked so often while its entries roll over once: two polls may fail and nothing is missed."""

RATE_MEMORY_H: Final = 3.0
"""Hours over which the rate of new entries is averaged: it follows the morning and outlasts a lull."""

QUIET_AFTER: Final = timedelta(days=2)
"""A feed that brought nothing for so long is asked less often."""

HOURS_AHEAD: Final = 8 * 24


def rate(state: FeedState, brought: Brought, now: datetime) -> float:
    """The new entries an hour, averaged; at the first poll, as the stated dates tell."""
    if state.last_ok_at is None:
        return _stated_rate(brought)
    elapsed_h = max((now - state.last_ok_at) / timedelta(hours=1), 1 / 60)
    keep = math.exp(-elapsed_h / RATE_MEMORY_H)
    return keep * state.per_hour + (1 - keep) * brought.new / elapsed_h


def _stated_rate(brought: Brought) -> float:
    if brought.oldest_at is None or brought.newest_at is None or brought.newest_at <= brought.oldest_at:
        return 0.0
    return len(brought.keys) / max((brought.newest_at - brought.oldest_at) / timedelta(hours=1), 1 / 60)


def wait(state: FeedState, policy: PollPolicy, max_age_s: float | None, now: datetime) -> timedelta:
    """The wait after an answer, before it is spread: what the feed's rate asks for and its server allows."""
    usual = max(policy.every, policy.floor)
    if policy.adaptive:
        usual = max(policy.floor, min(_by_rate(state, usual), max(policy.ceiling, usual)))
        if state.last_new_at is not None and now - state.last_new_at > QUIET_AFTER:
            usual = max(usual, policy.ceiling)
    asked_s = max(max_age_s or 0.0, state.ttl_s or 0.0)
    return max(usual, min(timedelta(seconds=asked_s), LONGEST_MAX_AGE))


def _by_rate(state: FeedState, usual: timedelta) -> timedelta:
    if state.per_hour <= 0 or not state.last_keys:
        return usual
    # A rate that has faded for months is so small that its window would not fit into a timedelta.
    hours = len(state.last_keys) / state.per_hour / LOOKS_PER_WINDOW
    return timedelta(hours=min(hours, usual / timedelta(hours=1)))


def after_skipped(moment: datetime, state: FeedState) -> datetime:
    """The first moment from `moment` on that is in no hour or day that the feed asks to skip (both in UTC).

    A feed that skips everything is not believed.
    """
    for ahead in range(HOURS_AHEAD):
        start = moment if ahead == 0 else _hour(moment) + timedelta(hours=ahead)
        if start.hour not in state.skip_hours and start.isoweekday() not in state.skip_days:
            return start
    return moment


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
