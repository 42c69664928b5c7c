"""What passes between the use cases and the shells: plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta  # noqa: TC003 - dataclass fields are read at run time by tools
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from monitor.core.alerting import Reason, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.article import Article, Entry, Span
    from monitor.core.schedule import FeedState
    from monitor.core.stories.model import Kind, Why

# --- feeds ---


class FullText(StrEnum):
    """Whether the page of a new article is read too; `AUTO`: if the feed gives little of its text."""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the configuration names it. `every` None means the default interval.

    `headers` go with every request to the feed's own host; they can hold secrets.
    """

    name: str
    url: str
    zone: str = "Asia/Seoul"
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    source: str = ""
    user_agent: str = ""
    legacy_tls: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fulltext: FullText = FullText.NEVER


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """The right to poll one feed until its lease expires; `token` fences the write at the end."""

    feed_id: int
    name: str
    token: str
    state: FeedState


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `at_most` entries may have been missed between two times (aware UTC)."""

    after: datetime
    before: datetime
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What to fetch, and what is known of the last answer; `forbidden` if it was a 403."""

    spec: FeedSpec
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class NotModified:
    """304, or a body equal to the last one. Empty validators mean: keep the old ones.

    The rest is as in `Fresh`. A 304 has no body that could say when to ask again: `stated` is false.
    """

    etag: str = ""
    last_modified: str = ""
    max_age_s: float | None = None
    moved_to: str = ""
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    feed_id: str = ""
    newest_at: datetime | None = None
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Fresh:
    """A body that was read: its entries in the feed's order, and what to remember.

    A body that arrived cut off has `complete` false and empty validators, so that it is asked for again.
    `moved_to` is where the answer came from if every redirect on the way was permanent (301, 308), else "".
    `max_age_s` is how long the server calls the answer fresh, `ttl_s` how long the feed calls itself so;
    `skip_hours` (0-23, UTC) and `skip_days` (ISO weekdays 1-7) are when it asks not to be polled. `feed_id` is equal
    for two addresses whose feeds have one title and site, "" if there is neither. `newest_at` is the newest stated
    time of the entries (aware UTC). With `partial`, the body holds only what is new since the validator (RFC 3229),
    so that sharing no entry with the last one says nothing. With `shortened`, the body held more entries than are
    read: these are those at its two ends.
    """

    entries: tuple[Entry, ...]
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    complete: bool = True
    max_age_s: float | None = None
    moved_to: str = ""
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    feed_id: str = ""
    newest_at: datetime | None = None
    partial: bool = False
    shortened: bool = False


Reading: TypeAlias = NotModified | Fresh

# --- articles and hits ---


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its number in the database.

    `linked`: this feed carried it before, under this key. `earlier_titles`: those of its revisions.
    """

    id: int
    article: Article
    linked: bool = True
    earlier_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """An article of the history with its number and when it was first seen."""

    id: int
    article: Article
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class PastArticle:
    """An article of the history with its story and its hits: watchlist to why it is weak.

    `story_id`: None if it was never placed. `new`: the numbers and names that it added to the story.
    """

    seen: SeenArticle
    story_id: int | None
    hits: Mapping[str, str]
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedArticle:
    """An article of the history with the story it belongs to."""

    id: int
    article: Article
    first_seen_at: datetime
    story_id: int


@dataclass(frozen=True, slots=True)
class PlacementView:
    """Why an article is in its story, all with the texts they had then; see `core.stories.model` for the fields.

    `kind` and `why` are None if it opened the story. `absorbed`: stories that it showed to be part of its story.
    """

    placed: PlacedArticle
    kind: Kind | None
    why: Why | None
    similarity: float
    nearest: PlacedArticle | None = None
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    other: PlacedArticle | None = None
    other_similarity: float = 0.0
    absorbed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedText:
    """An article whose page is to be read, for the sake of a feed; `tries` counts this one."""

    article_id: int
    feed: str
    url: str
    tries: int


@dataclass(frozen=True, slots=True)
class StoredHit:
    """A match with its number in the database, and the version of the definition that found it ("": not known)."""

    id: int
    article_id: int
    watchlist: str
    spans: tuple[Span, ...] = ()
    weak: str = ""
    version: str = ""


class Verdict(StrEnum):
    """What a reader says of a hit."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class MarkedHit:
    """A hit that a reader called right or wrong. `terms`: what of the query matched, each once."""

    id: int
    watchlist: str
    article_id: int
    terms: tuple[str, ...]
    verdict: Verdict
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class HitPlace:
    """Where a stored hit stands."""

    id: int
    watchlist: str
    article_id: int
    story_id: int


@dataclass(frozen=True, slots=True)
class HitStory:
    """A story that hits a watchlist: when its first hit began, the number of that hit, and how many hits there are.

    `last_hit_at` is when the newest of them was stored.
    """

    watchlist: str
    story_id: int
    began_at: datetime
    hit_id: int
    hits: int
    last_hit_at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """An article that watchlists hit, for a feed of ours; `revised_at` is when its texts last changed."""

    id: int
    identity: str
    url: str
    title: str
    summary: str
    author: str
    source: str
    watchlists: tuple[str, ...]
    published_at: datetime | None
    first_seen_at: datetime
    revised_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on, the newest first: behind the row of this time (aware UTC) and number."""

    at: datetime
    id: int


# --- alerts and deliveries ---


@dataclass(frozen=True, slots=True)
class DeliveryDraft:
    """A row of the outbox to be: one alert for one recipient of a channel.

    `recipient` is "" if the channel has only one; it never holds a secret.
    """

    channel: str
    recipient: str
    due_at: datetime
    state: State = State.PENDING
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert to be. `key` is unique: a second alert with the same key is never stored.

    `about` is what a held flood comes from; `why` says more than the reason.
    """

    key: str
    reason: Reason
    watchlist: str = ""
    hit_ids: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    deliveries: tuple[DeliveryDraft, ...] = ()
    story_id: int | None = None
    about: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """Deliveries to one recipient of one channel: sent in order, one at a time."""

    channel: str
    recipient: str


@dataclass(frozen=True, slots=True)
class LeasedDelivery:
    """The right to try one delivery until its lease expires.

    `attempts` counts the tries before this one, `unanswered` those of them that may have arrived.
    """

    id: int
    alert_id: int
    lane: Lane
    token: str
    attempts: int
    created_at: datetime
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery: when, how long, and what came of it."""

    started_at: datetime
    duration_s: float
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as an alert shows it: the watchlist, the stored article and the spans in it.

    `story_id` is the happening that the article reports, 0 if it is not known.
    """

    watchlist: str
    article: Article
    spans: tuple[Span, ...]
    weak: str = ""
    story_id: int = 0


@dataclass(frozen=True, slots=True)
class AlertContent:
    """Everything a renderer needs. One article can have several hits (one a watchlist).

    `outlets` counts the outlets that carry the alert's story by now, 0 if it is about none.
    """

    alert_id: int
    reason: Reason
    watchlist: str
    created_at: datetime
    hits: tuple[HitView, ...] = ()
    notes: tuple[str, ...] = ()
    outlets: int = 0


# --- how the configuration stands ---


@dataclass(frozen=True, slots=True)
class Published:
    """The text of config.yaml that all workers use, and its version, which grows."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Reload:
    """The last reading of the configuration.

    `asked_at`: when someone last asked for one. `read_at`: when the daemon last read it. `fault`: what was wrong with
    it, so that an earlier one is still in force, since `fault_since`; "" if it was taken over.
    """

    asked_at: datetime | None = None
    read_at: datetime | None = None
    fault: str = ""
    fault_since: datetime | None = None


# --- what a run did ---


@dataclass(frozen=True, slots=True)
class PollSummary:
    """What polling did; sums with `+`."""

    feeds: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    articles_new: int = 0
    hits_new: int = 0
    alerts: int = 0
    gaps: int = 0
    failures: tuple[tuple[str, str], ...] = field(default=())

    def __add__(self, other: PollSummary) -> PollSummary:
        return PollSummary(
            feeds=self.feeds + other.feeds,
            fetched=self.fetched + other.fetched,
            not_modified=self.not_modified + other.not_modified,
            failed=self.failed + other.failed,
            articles_new=self.articles_new + other.articles_new,
            hits_new=self.hits_new + other.hits_new,
            alerts=self.alerts + other.alerts,
            gaps=self.gaps + other.gaps,
            failures=self.failures + other.failures,
        )
