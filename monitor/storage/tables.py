"""The tables of the news and of what was told of it, as typed declarative models.

Statements are written against the tables at the end. Those of `own` are given on from here, so that whoever has this
module has all of them.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads it at run time
from typing import Final

from sqlalchemy import ForeignKey, Index, UniqueConstraint, literal_column, true
from sqlalchemy.orm import Mapped, mapped_column

from monitor.core.article import Span  # noqa: TC001 - the same
from monitor.storage.base import Base as Base
from monitor.storage.base import table_of
from monitor.storage.own import BACKUPS as BACKUPS
from monitor.storage.own import CONFIGURATIONS as CONFIGURATIONS
from monitor.storage.own import LEASES as LEASES
from monitor.storage.own import OPEN as OPEN
from monitor.storage.own import RELOADS as RELOADS
from monitor.storage.own import SESSIONS as SESSIONS
from monitor.storage.own import TURNS as TURNS
from monitor.storage.own import WATCHED_HOURS as WATCHED_HOURS
from monitor.storage.own import WATCHLIST_VERSIONS as WATCHLIST_VERSIONS


class FeedRow(Base):
    """A feed with its poll state. `next_poll_at` None means that it is never due (gone)."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    tags: Mapped[tuple[str, ...]]
    enabled: Mapped[bool]
    etag: Mapped[str]
    last_modified: Mapped[str]
    body_hash: Mapped[str]
    last_keys: Mapped[tuple[str, ...]]
    health: Mapped[str]
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str]
    first_ok_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    last_polled_at: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None]
    per_hour: Mapped[float]
    last_new_at: Mapped[datetime | None]
    habit_s: Mapped[float]
    fingerprint: Mapped[str] = mapped_column(index=True)
    moved_to: Mapped[str]
    moves: Mapped[int]
    address: Mapped[str]
    ttl_s: Mapped[float | None]
    skip_hours: Mapped[tuple[int, ...]]
    skip_days: Mapped[tuple[int, ...]]
    created_at: Mapped[datetime]
    lease_token: Mapped[str | None]
    leased_until: Mapped[datetime | None]


class GapRow(Base):
    """Two polls of a feed that shared no entry."""

    __tablename__ = "gaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"), index=True)
    after: Mapped[datetime]
    before: Mapped[datetime]
    at_most: Mapped[int]


class ArticleRow(Base):
    """An article. `identity` is equal exactly for the same article."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str]
    author: Mapped[str]
    source: Mapped[str]
    tags: Mapped[tuple[str, ...]]
    published_at: Mapped[datetime | None]
    published_precision: Mapped[str | None]
    first_seen_at: Mapped[datetime] = mapped_column(index=True)


class EntryRow(Base):
    """The key under which a feed knows an article."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("feed_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    key: Mapped[str]
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    first_seen_at: Mapped[datetime]


class PlacementRow(Base):
    """The story of an article, named by the article that opened it, and why it is in it.

    `lead` are the first lines by which it was placed, NULL if they are those of its (first) summary. `other_id` is
    the article of the second nearest story that was most alike; `other_similarity`: how alike that story was.
    """

    __tablename__ = "placements"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    story_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    why: Mapped[str]
    nearest_id: Mapped[int | None]
    similarity: Mapped[float]
    words: Mapped[tuple[str, ...]]
    numbers: Mapped[tuple[str, ...]]
    new: Mapped[tuple[str, ...]]
    lead: Mapped[str | None]
    other_id: Mapped[int | None]
    other_similarity: Mapped[float | None]


class MergeRow(Base):
    """A story that is part of an older one, and the article that showed it. `story_id` is a story that is in none."""

    __tablename__ = "merges"

    younger_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    story_id: Mapped[int] = mapped_column(index=True)
    article_id: Mapped[int] = mapped_column(index=True)


class FrequencyRow(Base):
    """How often letter pairs were seen up to an article, packed; grouping takes up from there after a restart."""

    __tablename__ = "frequencies"

    article_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    packed: Mapped[bytes]


class FullTextRow(Base):
    """An article whose page is still to be read, for the sake of one feed."""

    __tablename__ = "fulltexts"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    feed: Mapped[str]
    tries: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)


class RevisionRow(Base):
    """The texts that an article had before they were replaced."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str]
    replaced_at: Mapped[datetime]


class HitRow(Base):
    """A stored match. Its spans point into the texts that the article has now.

    `version` is that of the watchlist's definition which found it (see `watchlist_versions`), "" if it is not known.
    """

    __tablename__ = "hits"
    __table_args__ = (UniqueConstraint("watchlist", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    watchlist: Mapped[str]
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    spans: Mapped[tuple[Span, ...]]
    weak: Mapped[str]
    first_seen_at: Mapped[datetime] = mapped_column(index=True)
    version: Mapped[str]


class MarkRow(Base):
    """What a reader says of a hit: that it is right, or wrong."""

    __tablename__ = "marks"

    hit_id: Mapped[int] = mapped_column(ForeignKey("hits.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str]
    marked_at: Mapped[datetime]


class AlertRow(Base):
    """The decision to tell. `key` settles every race. `about` is what a held flood comes from."""

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    watchlist: Mapped[str]
    story_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    about: Mapped[str]
    why: Mapped[str]


class AlertHitRow(Base):
    """A hit that an alert tells of; ids grow in the order of attaching."""

    __tablename__ = "alert_hits"
    __table_args__ = (UniqueConstraint("alert_id", "hit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    hit_id: Mapped[int] = mapped_column(ForeignKey("hits.id", ondelete="CASCADE"), index=True)


class AlertNoteRow(Base):
    """A line of text that an alert tells besides its hits."""

    __tablename__ = "alert_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    note: Mapped[str]


class SilenceRow(Base):
    """A time-bounded mute; 0 and "" state nothing. It is expired by an earlier end."""

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True)
    watchlist: Mapped[str]
    story_id: Mapped[int]
    channel: Mapped[str]
    query: Mapped[str]
    why: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class DeliveryRow(Base):
    """A row of the outbox. `due_at` is the earliest time of the next try while it is pending or leased.

    `wanted_at`: when it should have gone out. `lane_until`: until when its lane waits, because of its last try.
    `unanswered`: its tries that may have arrived. `read_article_id`, `read_hit_id`: the newest that were stored when
    its last try began, or when it was withheld.
    """

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("alert_id", "channel", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    channel: Mapped[str]
    recipient: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    wanted_at: Mapped[datetime]
    lane_until: Mapped[datetime | None]
    unanswered: Mapped[int]
    read_article_id: Mapped[int | None]
    read_hit_id: Mapped[int | None]


class PassRow(Base):
    """Why a channel is not told of a hit ("": no channel is), and the alert that told of its story, if one did."""

    __tablename__ = "passes"
    __table_args__ = (UniqueConstraint("hit_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("hits.id", ondelete="CASCADE"))
    channel: Mapped[str]
    reason: Mapped[str]
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    decided_at: Mapped[datetime]


class AttemptRow(Base):
    """One try at a delivery."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    duration_s: Mapped[float]
    outcome: Mapped[str]
    detail: Mapped[str]


FEEDS: Final = table_of(FeedRow)
GAPS: Final = table_of(GapRow)
ARTICLES: Final = table_of(ArticleRow)
ENTRIES: Final = table_of(EntryRow)
PLACEMENTS: Final = table_of(PlacementRow)
MERGES: Final = table_of(MergeRow)
FREQUENCIES: Final = table_of(FrequencyRow)
FULLTEXTS: Final = table_of(FullTextRow)
REVISIONS: Final = table_of(RevisionRow)
HITS: Final = table_of(HitRow)
MARKS: Final = table_of(MarkRow)
ALERTS: Final = table_of(AlertRow)
ALERT_HITS: Final = table_of(AlertHitRow)
ALERT_NOTES: Final = table_of(AlertNoteRow)
SILENCES: Final = table_of(SilenceRow)
DELIVERIES: Final = table_of(DeliveryRow)
PASSES: Final = table_of(PassRow)
ATTEMPTS: Final = table_of(AttemptRow)

# A partial index serves only statements that repeat its condition letter by letter, so both use these.
ENABLED: Final = FEEDS.c.enabled.is_(true())
WAITING: Final = DELIVERIES.c.state.in_((literal_column("'pending'"), literal_column("'leased'")))

Index("ix_feeds_due", FEEDS.c.next_poll_at, sqlite_where=ENABLED, postgresql_where=ENABLED)
Index(
    "ix_deliveries_waiting",
    DELIVERIES.c.channel,
    DELIVERIES.c.recipient,
    DELIVERIES.c.due_at,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)
