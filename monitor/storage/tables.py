"""The tables, as typed declarative models. Statements are written against the tables at the end."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Double, ForeignKey, Index, MetaData, Table, UniqueConstraint, literal_column, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from monitor.core.article import Span
from monitor.storage.columns import SpanTuple, TextTuple, UtcDateTime

# Every constraint has a name: a batch migration on SQLite can only drop what it can call.
NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables share: the names of constraints, and how Python types are kept."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        float: Double,
        tuple[str, ...]: TextTuple,
        tuple[Span, ...]: SpanTuple,
    }


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
    """A row of the outbox. `due_at` is the earliest time of the next try while it is pending or leased."""

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


class AttemptRow(Base):
    """One try at a delivery."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    duration_s: Mapped[float]
    outcome: Mapped[str]
    detail: Mapped[str]


class WatchedHourRow(Base):
    """A clock hour in which feeds were watched; what came in other hours says nothing of how often it comes."""

    __tablename__ = "watched_hours"

    hour: Mapped[datetime] = mapped_column(primary_key=True)


class TurnRow(Base):
    """A spike or a lull of a watchlist that was told; one of a kind is open at a time."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    watchlist: Mapped[str] = mapped_column(index=True)
    began_at: Mapped[datetime]
    window_s: Mapped[int]
    count: Mapped[int]
    expected: Mapped[float]
    chance: Mapped[float]
    ended_at: Mapped[datetime | None]


class WatchlistVersionRow(Base):
    """A definition that a watchlist had. `in_force_at` is when it last became the one it has."""

    __tablename__ = "watchlist_versions"
    __table_args__ = (UniqueConstraint("watchlist", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    watchlist: Mapped[str]
    version: Mapped[str]
    definition: Mapped[str]
    first_seen_at: Mapped[datetime]
    in_force_at: Mapped[datetime]


class ReloadRow(Base):
    """What became of the last reading of config.yaml, in the one row 1. `fault` "": it was taken over."""

    __tablename__ = "reloads"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    fault: Mapped[str]
    fault_since: Mapped[datetime | None]


class ConfigurationRow(Base):
    """A configuration as it was published to all workers; the highest number is the one in force."""

    __tablename__ = "configurations"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    published_at: Mapped[datetime]


class LeaseRow(Base):
    """A right to work that is no feed's and no delivery's: to ask a host, or to schedule."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    leased_until: Mapped[datetime]
    next_allowed_at: Mapped[datetime]


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


FEEDS: Final = _table(FeedRow)
GAPS: Final = _table(GapRow)
ARTICLES: Final = _table(ArticleRow)
ENTRIES: Final = _table(EntryRow)
PLACEMENTS: Final = _table(PlacementRow)
MERGES: Final = _table(MergeRow)
FREQUENCIES: Final = _table(FrequencyRow)
FULLTEXTS: Final = _table(FullTextRow)
REVISIONS: Final = _table(RevisionRow)
HITS: Final = _table(HitRow)
MARKS: Final = _table(MarkRow)
ALERTS: Final = _table(AlertRow)
ALERT_HITS: Final = _table(AlertHitRow)
ALERT_NOTES: Final = _table(AlertNoteRow)
SILENCES: Final = _table(SilenceRow)
DELIVERIES: Final = _table(DeliveryRow)
ATTEMPTS: Final = _table(AttemptRow)
WATCHED_HOURS: Final = _table(WatchedHourRow)
TURNS: Final = _table(TurnRow)
WATCHLIST_VERSIONS: Final = _table(WatchlistVersionRow)
RELOADS: Final = _table(ReloadRow)
CONFIGURATIONS: Final = _table(ConfigurationRow)
LEASES: Final = _table(LeaseRow)

# A partial index serves only statements that repeat its condition letter by letter, so both use these.
ENABLED: Final = FEEDS.c.enabled.is_(true())
WAITING: Final = DELIVERIES.c.state.in_((literal_column("'pending'"), literal_column("'leased'")))

OPEN: Final = TURNS.c.ended_at.is_(None)

Index("uq_turns_open", TURNS.c.kind, TURNS.c.watchlist, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
Index("ix_feeds_due", FEEDS.c.next_poll_at, sqlite_where=ENABLED, postgresql_where=ENABLED)
Index(
    "ix_deliveries_waiting",
    DELIVERIES.c.channel,
    DELIVERIES.c.recipient,
    DELIVERIES.c.due_at,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)
