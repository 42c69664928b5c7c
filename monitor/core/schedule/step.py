"""From one state of a feed to the next: after an answer, and after a failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.errors import FetchError, FetchFailure
from monitor.core.schedule import interval
from monitor.core.schedule.model import Brought, Change, FeedState, Health, Served

if TYPE_CHECKING:
    from monitor.core.schedule.model import PollPolicy

NOTICE_AFTER_FAILURES: Final = 5
"""Failures in a row after which the operator is told, once; a new address is given up after as many."""

BELIEVED_AFTER_MOVES: Final = 3
"""Permanent redirects to the same place that are believed: one may be a mistake of the publisher's."""

DEAD_AFTER: Final = timedelta(days=7)
FROZEN_AFTER: Final = timedelta(days=30)
STALE_AFTER: Final = timedelta(days=3)
"""Silence that is never called stale: a long weekend."""

STALE_HABITS: Final = 3
HABIT_FADES: Final = 0.98
LONGEST_RETRY_AFTER: Final = timedelta(days=1)


def after_success(
    state: FeedState,
    served: Served,
    brought: Brought | None,
    *,
    policy: PollPolicy,
    now: datetime,
    unit: float,
) -> FeedState:
    """The state after a poll that was answered; `brought` is None if nothing had changed.

    `unit` is a random number in [0, 1) that spreads polls.
    """
    seen = brought or Brought(keys=(), new=0)
    # A first body that was cut off is no baseline: what it lacked would be told entry by entry. A second one is.
    seen_before = bool(state.last_keys)
    state = _hinted(_moved(_noted(state, seen, now), served), served)
    health = _health(state, seen, now) if brought is not None else _quiet_health(state, now)
    state = replace(
        state,
        health=health,
        failures=0,
        failing_since=None,
        last_error="",
        first_ok_at=state.first_ok_at or (now if seen.complete or seen_before else None),
        last_ok_at=now,
        last_polled_at=now,
    )
    due = now + _spread(interval.wait(state, policy, served.max_age_s, now), policy, unit)
    return replace(state, next_poll_at=interval.after_skipped(due, state))


def after_failure(state: FeedState, error: FetchError, policy: PollPolicy, now: datetime, unit: float) -> FeedState:
    """The state after a poll that failed: back off, never for good, and never sooner than the server asks.

    An address that redirects led to is forgotten after `NOTICE_AFTER_FAILURES`; the configured one is asked again.
    """
    failures = state.failures + 1
    failing_since = state.failing_since or now
    every = max(policy.every, policy.floor)
    wait = min(every * 2 ** min(failures - 1, 16), max(every, policy.backoff_ceiling))
    if error.failure is FetchFailure.GONE:
        health, wait = Health.GONE, policy.gone_wait
    elif error.failure is FetchFailure.NOT_A_FEED:
        health = Health.NOT_A_FEED
    else:
        health = Health.DEAD if now - failing_since > DEAD_AFTER else Health.FAILING
    wait = max(_spread(wait, policy, unit), min(timedelta(seconds=error.retry_after_s or 0), LONGEST_RETRY_AFTER))
    return replace(
        state,
        health=health,
        failures=failures,
        failing_since=failing_since,
        last_error=str(error),
        last_polled_at=now,
        next_poll_at=now + wait,
        address="" if failures >= NOTICE_AFTER_FAILURES else state.address,
    )


def change(old: FeedState, new: FeedState) -> Change:
    """Whether the operator is to be told of the step from one state to the next: each turn once."""
    if _told(new) and not _told(old):
        return Change.BROKEN
    if _told(old) and new.failures == 0:
        return Change.RECOVERED
    if new.address and new.address != old.address:
        return Change.MOVED
    return Change.NONE


def _told(state: FeedState) -> bool:
    return state.health is Health.GONE or state.failures >= NOTICE_AFTER_FAILURES


def _noted(state: FeedState, brought: Brought, now: datetime) -> FeedState:
    """The state with the rate, the silences and the keys that this poll shows."""
    last_new_at, habit_s = state.last_new_at, state.habit_s
    if state.first_ok_at is None:
        last_new_at = min(brought.newest_at or now, now)
    elif brought.new:
        silence_s = (now - (last_new_at or now)).total_seconds()
        last_new_at, habit_s = now, max(silence_s, habit_s * HABIT_FADES)
    return replace(
        state,
        per_hour=interval.rate(state, brought, now),
        last_new_at=last_new_at,
        habit_s=habit_s,
        last_keys=brought.keys or state.last_keys,
        fingerprint=brought.fingerprint or state.fingerprint,
    )


def _hinted(state: FeedState, served: Served) -> FeedState:
    """Remember when the body asks to be asked for again; a 304 has none, and those of the last one hold."""
    if not served.stated:
        return state
    hours, days = tuple(sorted(served.skip_hours)), tuple(sorted(served.skip_days))
    return replace(state, ttl_s=served.ttl_s, skip_hours=hours, skip_days=days)


def _moved(state: FeedState, served: Served) -> FeedState:
    """Count permanent redirects to one place, and believe them when they repeat."""
    if not served.moved_to:
        return replace(state, moved_to="", moves=0)
    moves = state.moves + 1 if served.moved_to == state.moved_to else 1
    if moves < BELIEVED_AFTER_MOVES:
        return replace(state, moved_to=served.moved_to, moves=moves)
    return replace(state, moved_to="", moves=0, address=served.moved_to)


def _health(state: FeedState, brought: Brought, now: datetime) -> Health:
    if brought.twin:
        return Health.DUPLICATE
    if brought.gap:
        return Health.ROLLING_OVER
    return _quiet_health(state, now)


def _quiet_health(state: FeedState, now: datetime) -> Health:
    silence = now - (state.last_new_at or now)
    if silence > FROZEN_AFTER:
        return Health.FROZEN
    if silence > max(STALE_AFTER, timedelta(seconds=STALE_HABITS * state.habit_s)):
        return Health.STALE
    return Health.DUPLICATE if state.health is Health.DUPLICATE else Health.OK


def _spread(wait: timedelta, policy: PollPolicy, unit: float) -> timedelta:
    return wait * (1 + policy.jitter * unit)
