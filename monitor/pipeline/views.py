"""What the pages show: plain frozen records, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools
from typing import TYPE_CHECKING

from monitor.core.stories.model import Kind

if TYPE_CHECKING:
    from monitor.core.article import Article, Span


@dataclass(frozen=True, slots=True)
class SeenHit:
    """A watchlist that an article hits: the places, why that is doubtful or "", and when it was stored."""

    id: int
    watchlist: str
    spans: tuple[Span, ...]
    weak: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """An article in its story. `kind` is `opened` or a `Kind`; `why` and `new` are what grouping said.

    `earlier_titles`: those it had before it was revised.
    """

    id: int
    article: Article
    first_seen_at: datetime
    kind: str
    why: str
    new: tuple[str, ...]
    hits: tuple[SeenHit, ...] = ()
    earlier_titles: tuple[str, ...] = ()

    @property
    def at(self) -> datetime:
        """When it was published, or first seen if that is not known or lies in the future."""
        published = self.article.published_at
        return self.first_seen_at if published is None else min(published, self.first_seen_at)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places of all its hits."""
        return tuple(span for hit in self.hits for span in hit.spans)


@dataclass(frozen=True, slots=True)
class Told:
    """An alert about a story: its reason, more of it, to which channels, when."""

    id: int
    reason: str
    why: str
    watchlist: str
    created_at: datetime
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story of at least one article, its articles in the order in which they came."""

    id: int
    members: tuple[Member, ...]
    told: tuple[Told, ...] = ()

    @property
    def first(self) -> Member:
        """The earliest article by publication: that of the first reporter."""
        return min(self.members, key=lambda one: (one.at, one.id))

    @property
    def hit_at(self) -> datetime:
        """When it hit a watchlist last, else when its newest article came."""
        hits = [hit.first_seen_at for one in self.members for hit in one.hits]
        return max(hits, default=self.members[-1].first_seen_at)

    @property
    def lead(self) -> Member:
        """The article to show: the first that hits without doubt, else the first that hits, else the first."""
        firm = (one for one in self.members if any(not hit.weak for hit in one.hits))
        hitting = (one for one in self.members if one.hits)
        return next(firm, None) or next(hitting, None) or self.members[0]

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets that carry it, in the order in which they came."""
        return tuple(dict.fromkeys(one.article.source for one in self.members))

    @property
    def watchlists(self) -> tuple[str, ...]:
        """The watchlists that its articles hit."""
        return tuple(dict.fromkeys(hit.watchlist for one in self.members for hit in one.hits))

    @property
    def copies(self) -> int:
        """How many of its articles say nothing new."""
        return sum(one.kind == Kind.COPY for one in self.members)

    @property
    def updates(self) -> int:
        """How many of its articles add facts."""
        return sum(one.kind == Kind.UPDATE for one in self.members)


@dataclass(frozen=True, slots=True)
class StoriesPage:
    """Some stories, how many there are in all, and how many of them hit each watchlist."""

    stories: tuple[StoryView, ...]
    total: int
    by_watchlist: dict[str, int]


@dataclass(frozen=True, slots=True)
class HitTime:
    """When a hit was stored, in which story, and by which outlet's article."""

    first_seen_at: datetime
    story_id: int
    source: str


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit with its article, its story (None while it has none), and what a reader said of it, or ""."""

    hit: SeenHit
    article_id: int
    article: Article
    story_id: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class SeenTry:
    """One try at a delivery."""

    started_at: datetime
    duration_s: float
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class SeenDelivery:
    """A delivery with what it tells of. `title` is that of its first hit, or its first note."""

    id: int
    alert_id: int
    channel: str
    recipient: str
    state: str
    reason: str
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    alert_reason: str
    watchlist: str
    story_id: int | None
    title: str
    tries: tuple[SeenTry, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is stored, and the version of the schema."""

    articles: int
    hits: int
    alerts: int
    schema: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """The highest numbers: if one grows, there is something new to look at."""

    hit: int
    delivery: int
