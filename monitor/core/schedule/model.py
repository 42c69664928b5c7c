"""What is remembered of a feed, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Health(StrEnum):
    """How a feed is doing, by name."""

    NEW = "new"
    OK = "ok"
    ROLLING_OVER = "rolling over"
    STALE = "stale"
    FROZEN = "frozen"
    DUPLICATE = "same as another"
    FAILING = "failing"
    DEAD = "dead"
    NOT_A_FEED = "not a feed"
    GONE = "gone"
    REMOVED = "removed"


class Change(StrEnum):
    """A turn in a feed's health that the operator is told of."""

    NONE = "none"
    BROKEN = "broken"
    RECOVERED = "recovered"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How often a feed may be asked, and how long to wait after failures.

    `every` is the usual wait. With `adaptive`, a feed that rolls over quickly is asked more often, down to `floor`,
    and one that brings nothing for days less often, up to `ceiling`.
    """

    every: timedelta = timedelta(minutes=10)
    adaptive: bool = True
    floor: timedelta = timedelta(minutes=1)
    ceiling: timedelta = timedelta(minutes=30)
    backoff_ceiling: timedelta = timedelta(hours=1)
    gone_wait: timedelta = timedelta(days=1)
    jitter: float = 0.1


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls.

    `etag` and `last_modified` are opaque, quotes included, "" if there is none. `last_keys` are the entry keys
    of the last poll that brought a body. `per_hour` is the recent rate of new entries; `last_new_at` when the
    newest came; `habit_s` the longest usual silence. `fingerprint` is the channel's own identity. `moved_to` is
    where permanent redirects led for the last `moves` polls; `address` is asked instead of the configured one
    once they have been believed. `ttl_s`, `skip_hours` and `skip_days` are what the last body asked for, as in
    `Served`; the numbers ascend. All times are aware UTC.
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
    per_hour: float = 0.0
    last_new_at: datetime | None = None
    habit_s: float = 0.0
    fingerprint: str = ""
    moved_to: str = ""
    moves: int = 0
    address: str = ""
    ttl_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """What a server said of a feed beside its entries: hints for the next poll, and where it lives.

    `skip_hours` are in UTC (0-23), `skip_days` ISO weekdays (1-7). Without a body (`stated` is false) a feed says
    nothing of its ttl, hours and days: what its last body said still holds.
    """

    max_age_s: float | None = None
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    moved_to: str = ""
    stated: bool = True


@dataclass(frozen=True, slots=True)
class Brought:
    """What a body held: its entry keys, how many this feed had not carried, and the dates that they state.

    `twin` names another feed that is the same as this one, or is "". A body that was cut off is not `complete`.
    """

    keys: tuple[str, ...]
    new: int
    oldest_at: datetime | None = None
    newest_at: datetime | None = None
    gap: bool = False
    fingerprint: str = ""
    twin: str = ""
    complete: bool = True
