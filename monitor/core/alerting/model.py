"""The words of alerting: why an alert exists, where a delivery stands, what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from monitor.core.alerting.hours import DigestTime, Hours, never

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from monitor.core.alerting.hours import IsHoliday

Language: TypeAlias = Literal["ko", "en"]


class Reason(StrEnum):
    """Why an alert exists."""

    FIRST_REPORT = "first report"
    UPDATED = "updated"
    GROWN = "grown by outlets"
    REPEATED = "repeated"
    QUIET = "quiet hours"
    FLOOD = "flood held"
    URGENT = "urgent in a flood"
    BASELINE = "baseline"
    DIGEST = "digest"
    SPIKE = "spike"
    NOTICE = "notice"
    BRIEFING = "briefing"
    CANARY = "canary"
    TEST = "test"


TELLING: Final = frozenset({Reason.FIRST_REPORT, Reason.UPDATED, Reason.GROWN, Reason.REPEATED})
"""Reasons of an alert that tells of one story."""

FLOODED: Final = frozenset({Reason.FLOOD, Reason.URGENT})
"""Reasons of a list of what a flood brought: held, or, of urgent watchlists, gathered and sent."""

TOLD: Final = TELLING | FLOODED | {Reason.QUIET}
"""Reasons after which a channel knows a story. A digest or a baseline is a list; the next article is told."""


class Withheld(StrEnum):
    """Why a delivery is suppressed; the first four are followed by a name or a number."""

    TOLD_WITH = "told with"
    INHIBITED = "inhibited by"
    SILENCED = "silenced by"
    MERGED = "merged with"
    DROPPED = "dropped by hand"
    REMOVED = "channel removed"


class Passed(StrEnum):
    """Why a channel is not told of a hit; the third is followed by a number."""

    TOLD = "told already"
    LISTED = "listed already"
    SILENCED = "silenced by"
    STORED = "stored only"
    FIRST_POLL = "first poll"
    NO_CHANNEL = "no channel"


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


class Severity(StrEnum):
    """How much a watchlist matters: at once, usually, or in digests only."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class Freshness(StrEnum):
    """What a hit is news of."""

    NEW = "new"
    REVISED = "revised"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class NewHit:
    """A hit that was stored just now. `story_id` is the happening that its article reports.

    `silenced` holds the silences that cover it, as (channel, number of the silence); channel "" means every one.
    """

    hit_id: int
    story_id: int
    watchlist: str
    freshness: Freshness = Freshness.NEW
    weak: bool = False
    silenced: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story: its outlet, and when it came.

    `new` are the numbers and names that no recent title of the story had before. `id` grows in the order in which
    articles are stored.
    """

    outlet: str
    seen_at: datetime
    new: tuple[str, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """That a channel was, or is to be, told of a story for a watchlist.

    `waiting`: it has not gone out yet. `at`: when it was sent, or is due. `withheld`: why nobody was told, else "".
    `teller` is the watchlist whose alert it is, "" for one that gathers. `unsent`: a recipient is still to get it.
    `article_id` and `hit_id` are the newest that were stored when the first recipient's try began, or when it was
    withheld: what came later is not in it, whenever the sending ended.
    """

    watchlist: str
    channel: str
    alert_id: int
    reason: Reason
    teller: str
    at: datetime
    waiting: bool = False
    withheld: str = ""
    unsent: bool = False
    article_id: int = 0
    hit_id: int = 0


@dataclass(frozen=True, slots=True)
class StoryState:
    """What is known of a story: its articles, and who was told of it. `alerts` counts those of each watchlist."""

    members: tuple[Member, ...] = ()
    tellings: tuple[Telling, ...] = ()
    alerts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """What a watchlist wants; None means what all others want."""

    weak: Weak = Weak.ALERT
    severity: Severity = Severity.NORMAL
    inhibits: frozenset[str] = frozenset()
    group_wait: timedelta | None = None
    update_after: tuple[int, ...] | None = None
    repeat_interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """What a channel wants. With `digests` it gets alerts then, not at once; at `canary` it hears how all stands.

    `at_once`: how many of its recipients are sent to side by side, by one process.
    At `briefings` it gets what all watchlists hit since the time before.
    """

    digests: tuple[DigestTime, ...] = ()
    hours: Hours = field(default_factory=Hours)
    urgent_passes: bool = False
    group_wait: timedelta | None = None
    canary: tuple[DigestTime, ...] = ()
    at_once: int = 4
    briefings: tuple[DigestTime, ...] = ()


_PLAIN_WATCHLIST: Final = WatchPolicy()
_PLAIN_CHANNEL: Final = ChannelPolicy()


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """Who is told what, and when.

    `routes`: the channels of each watchlist. `gather_for`: how long summaries and notices wait for more of
    their kind. `group_wait`: how long the first alert of a story waits for more of it. `group_interval`: at
    most one update of a story in this time on one channel. `update_after`: the numbers of outlets at which a
    story is told again; `updates`: whether new facts are. `repeat_interval`: how long after its last alert a
    story that goes on is told again, None for never. `language`: that of notices.
    """

    routes: Mapping[str, tuple[str, ...]]
    zone: tzinfo
    gather_for: timedelta
    first_poll: FirstPoll = FirstPoll.SUMMARY
    language: Language = "ko"
    watchlists: Mapping[str, WatchPolicy] = field(default_factory=dict)
    channels: Mapping[str, ChannelPolicy] = field(default_factory=dict)
    group_wait: timedelta = timedelta(0)
    group_interval: timedelta = timedelta(hours=1)
    update_after: tuple[int, ...] = ()
    updates: bool = False
    repeat_interval: timedelta | None = None
    flood_guard: bool = True
    is_holiday: IsHoliday = never

    def watch(self, watchlist: str) -> WatchPolicy:
        """What a watchlist wants; one that is not configured any more wants nothing special."""
        return self.watchlists.get(watchlist, _PLAIN_WATCHLIST)

    def channel(self, channel: str) -> ChannelPolicy:
        """What a channel wants."""
        return self.channels.get(channel, _PLAIN_CHANNEL)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One channel's share of an alert: sent when it is due, or withheld for a reason."""

    channel: str
    due_at: datetime
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell that a story hits a watchlist. `hit_ids` are all new hits of the story that its channels may see.

    `number` counts the alerts of this watchlist and story, from 1. `why` says more than the reason. `since`: hits of
    the watchlist that are numbered above it belong to the alert too, None for none. `absorbs`: alerts that were
    withheld in favour of this one, and whose hits it takes over.
    """

    reason: Reason
    watchlist: str
    story_id: int
    hit_ids: tuple[int, ...]
    outgoing: tuple[Outgoing, ...]
    number: int = 1
    why: str = ""
    since: int | None = None
    absorbs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Add hits to an alert that has not gone out yet."""

    alert_id: int
    hit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Withhold:
    """Do not send on this channel what still waits there."""

    alert_id: int
    channel: str
    why: str


@dataclass(frozen=True, slots=True)
class Gather:
    """Put hits into the one summary or digest that this channel gets at `due_at`.

    Those of different `about` are not put together.
    """

    reason: Reason
    channel: str
    hit_ids: tuple[int, ...]
    due_at: datetime
    about: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """Do not tell a channel of these hits ("" if there is none to tell).

    `alert_id` is the alert that told of their story, 0 if none did. `joins`: it is still to go out to someone, who
    gets them with it.
    """

    hit_ids: tuple[int, ...]
    channel: str
    why: str
    alert_id: int = 0
    joins: bool = False


Intent: TypeAlias = Tell | Join | Withhold | Gather | Pass
