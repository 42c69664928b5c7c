"""When to poll a feed next, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Health(StrEnum):
    """How a feed is doing, by name."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    NOT_A_FEED = "not a feed"
    GONE = "gone"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How often a feed may be asked, and how long to wait after failures."""

    every: timedelta = timedelta(minutes=10)
    floor: timedelta = timedelta(minutes=2)
    backoff_ceiling: timedelta = timedelta(hours=6)
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
