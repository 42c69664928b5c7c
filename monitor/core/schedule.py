"""When to poll a feed next, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.core.errors import FetchError, FetchFailure

NOTICE_AFTER_FAILURES: Final = 5
"""Failures in a row after which the operator is told, once."""

LONGEST_MAX_AGE: Final = timedelta(hours=1)
"""A server's max-age is honoured up to this: fifty-entry feeds roll over in four hours, at worst in 18 minutes."""

LONGEST_RETRY_AFTER: Final = timedelta(days=1)


class Health(StrEnum):
    """How a feed is doing, by name."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    NOT_A_FEED = "not a feed"
    GONE = "gone"
    REMOVED = "removed"


class Change(StrEnum):
    """A turn in a feed's health that the operator is told of."""

    NONE = "none"
    BROKEN = "broken"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How often a feed may be asked, and how long to wait after failures."""

    every: timedelta = timedelta(minutes=10)
    floor: timedelta = timedelta(minutes=1)
    backoff_ceiling: timedelta = timedelta(hours=1)
    gone_wait: timedelta = timedelta(days=1)
    jitter: float = 0.1


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls.

    `etag` and `last_modified` are opaque, quotes included, "" if there is none. `last_keys` are the entry keys
    of the last poll that brought a body. All times are aware UTC.
    """

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    last_keys: tuple[str, ...] = ()
    health: Health = Health.NEW
    failures: int = 0
    failing_since: datetime | None = None
    last_error: str = ""
    first_ok_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_polled_at: datetime | None = None
    next_poll_at: datetime | None = None


def after_success(
    state: FeedState, policy: PollPolicy, now: datetime, max_age_s: float | None, unit: float
) -> FeedState:
    """The state after a poll that was answered; `unit` is a random number in [0, 1) that spreads polls."""
    wait = max(policy.every, policy.floor)
    if max_age_s is not None:
        wait = max(wait, min(timedelta(seconds=max_age_s), LONGEST_MAX_AGE))
    return replace(
        state,
        health=Health.OK,
        failures=0,
        failing_since=None,
        last_error="",
        first_ok_at=state.first_ok_at or now,
        last_ok_at=now,
        last_polled_at=now,
        next_poll_at=now + _spread(wait, policy, unit),
    )


def after_failure(state: FeedState, error: FetchError, policy: PollPolicy, now: datetime, unit: float) -> FeedState:
    """The state after a poll that failed: back off, never for good, and never sooner than the server asks."""
    failures = state.failures + 1
    if error.failure is FetchFailure.GONE:
        health, wait = Health.GONE, policy.gone_wait
    else:
        health = Health.NOT_A_FEED if error.failure is FetchFailure.NOT_A_FEED else Health.FAILING
        every = max(policy.every, policy.floor)
        wait = min(every * 2 ** min(failures - 1, 16), max(every, policy.backoff_ceiling))
    wait = max(_spread(wait, policy, unit), _retry_after(error))
    return replace(
        state,
        health=health,
        failures=failures,
        failing_since=state.failing_since or now,
        last_error=str(error),
        last_polled_at=now,
        next_poll_at=now + wait,
    )


def change(old: FeedState, new: FeedState) -> Change:
    """Whether the operator is to be told of the step from one state to the next: each turn once."""
    if _told(new) and not _told(old):
        return Change.BROKEN
    if _told(old) and new.failures == 0:
        return Change.RECOVERED
    return Change.NONE


def _told(state: FeedState) -> bool:
    return state.health is Health.GONE or state.failures >= NOTICE_AFTER_FAILURES


def _spread(wait: timedelta, policy: PollPolicy, unit: float) -> timedelta:
    return wait * (1 + policy.jitter * unit)


def _retry_after(error: FetchError) -> timedelta:
    return min(timedelta(seconds=error.retry_after_s or 0), LONGEST_RETRY_AFTER)
