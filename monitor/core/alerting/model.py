"""The words of alerting: why an alert exists, where a delivery stands, what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, time, timedelta, tzinfo

Language: TypeAlias = Literal["ko", "en"]


class Reason(StrEnum):
    """Why an alert exists."""

    FIRST_REPORT = "first report"
    UPDATED = "updated"
    BASELINE = "baseline"
    DIGEST = "digest"
    NOTICE = "notice"
    TEST = "test"


class State(StrEnum):
    """Where a delivery stands. It ends only as sent, dead or suppressed."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


class FirstPoll(StrEnum):
    """What to tell of the hits in a feed's first poll."""

    SUMMARY = "summary"
    ALERT = "alert"
    SILENT = "silent"


class Weak(StrEnum):
    """What a watchlist does with doubtful hits."""

    ALERT = "alert"
    DIGEST = "digest"
    STORE = "store"


class Freshness(StrEnum):
    """What a hit is news of."""

    NEW = "new"
    REVISED = "revised"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class NewHit:
    """A hit that was stored just now. `story_id` is the happening that its article reports."""

    hit_id: int
    story_id: int
    watchlist: str
    freshness: Freshness = Freshness.NEW
    weak: bool = False


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """Who is told what, and when.

    `routes`: the channels of each watchlist. `weak`: what each does with doubtful hits, `alert` if not named.
    `digests`: the time of day of each channel that wants one digest a day, in `zone`. `gather_for`: how long
    summaries and notices wait for more of their kind. `language`: that of notices.
    """

    routes: Mapping[str, tuple[str, ...]]
    zone: tzinfo
    gather_for: timedelta
    first_poll: FirstPoll = FirstPoll.SUMMARY
    language: Language = "ko"
    weak: Mapping[str, Weak] = field(default_factory=dict)
    digests: Mapping[str, time] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One channel's share of an alert: sent at once, or suppressed for a reason."""

    channel: str
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell now that a story hits a watchlist. `hit_ids` are all new hits of the story that its channels may see."""

    reason: Reason
    watchlist: str
    story_id: int
    hit_ids: tuple[int, ...]
    outgoing: tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True)
class Gather:
    """Put hits into the one summary or digest that this channel gets at `due_at`."""

    reason: Reason
    channel: str
    hit_ids: tuple[int, ...]
    due_at: datetime


Intent: TypeAlias = Tell | Gather
