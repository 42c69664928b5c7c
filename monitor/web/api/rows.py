"""The rows of the API, with the same keys as the commands print with --json."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Row = TypeVar("Row")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Span(_Row):
    """A matched place: half-open code points in a text of the article."""

    field: str
    start: int
    end: int
    text: str
    term: str


class Revision(_Row):
    """Texts that an article had before."""

    title: str
    summary: str
    replaced_at: str


class Article(_Row):
    """A stored article."""

    id: int
    url: str
    title: str
    summary: str
    published_at: str | None
    first_seen_at: str
    feeds: list[str]
    revisions: list[Revision]


class WholeArticle(Article):
    """A stored article with its text."""

    content: str
    author: str
    source: str
    tags: list[str]
    story_id: int | None


class Hit(_Row):
    """A watchlist that matches an article."""

    id: int
    watchlist: str
    article_id: int
    article_url: str
    title: str
    spans: list[Span]
    weak: str
    story_id: int | None
    first_seen_at: str
    version: str
    mark: str | None


class Story(_Row):
    """Articles about one happening."""

    id: int
    title: str
    articles: list[str]
    outlets: list[str]
    independent_outlets: int
    first_reporter: str
    first_published_at: str | None
    copies: int
    updates: int
    new_angles: int
    watchlists: list[str]
    first_seen_at: str
    last_seen_at: str


class Decision(_Row):
    """What was decided of an alert for one recipient."""

    channel: str
    recipient: str
    state: str
    reason: str
    due_at: str
    sent_at: str | None


class PassedOver(_Row):
    """A hit of which a channel is not told, since an alert told it of the story."""

    hit_id: int
    article_id: int
    watchlist: str
    channel: str
    reason: str
    decided_at: str


class Alert(_Row):
    """The decision to tell."""

    id: int
    reason: str
    why: str
    watchlist: str
    story_id: int | None
    channels: list[str]
    created_at: str
    decisions: list[Decision]
    passed: list[PassedOver]


class Delivery(_Row):
    """An alert for one recipient."""

    id: int
    alert_id: int
    channel: str
    recipient: str
    state: str
    reason: str
    attempts: int
    created_at: str
    sent_at: str | None


class Attempt(_Row):
    """A try at a delivery."""

    started_at: str
    duration_s: float
    outcome: str
    detail: str


class Gap(_Row):
    """Two polls of a feed that shared no entry."""

    after: str
    before: str
    at_most: int


class Feed(_Row):
    """A feed and its health."""

    name: str
    url: str
    health: str
    last_polled_at: str | None
    next_poll_at: str | None
    gaps: list[Gap]
    failures: int
    failing_since: str | None
    last_error: str
    last_ok_at: str | None
    last_new_at: str | None
    per_hour: float
    address: str


class Watchlist(_Row):
    """A watchlist as it is in force."""

    name: str
    query: str
    feeds: list[str]
    tags: list[str]
    channels: list[str]
    severity: str
    labels: list[str]
    version: str


class Found(_Row):
    """An article of the history that a query is true of."""

    id: int
    url: str
    title: str
    published_at: str | None
    first_seen_at: str
    feeds: list[str]
    spans: list[Span]
    weak: str


class Silence(_Row):
    """A mute for a while."""

    id: int
    matchers: str
    why: str
    created_at: str
    ends_at: str
    live: bool


class Explained(BaseModel):
    """Why a query is true of a text, or why not."""

    model_config = ConfigDict(extra="forbid")

    watchlist: str
    matches: bool
    in_scope: bool
    weak: str
    query: str
    clause: dict[str, Any] = Field(description="The query's clauses, each with its places and verdicts.")
    near_misses: list[dict[str, Any]]


class Retried(_Row):
    """What became of the deliveries that were to be tried again."""

    retried: list[int]
    refused: list[int] = Field(description="Neither dead nor suppressed, or unknown.")


class Status(_Row):
    """How the program is doing."""

    version: str
    now: str
    feeds: dict[str, int] = Field(description="Feeds by health.")
    deliveries: dict[str, int] = Field(description="Deliveries by state.")
    oldest_pending_at: str | None
    next_feed_due_at: str | None
    config_read_at: str | None
    config_fault: str
    config_fault_since: str | None


class Page(BaseModel, Generic[Row]):
    """Rows, the newest first, and where to go on."""

    results: list[Row]
    next: str | None = Field(description="Give it back as `cursor` to go on; null: there is no more.")
