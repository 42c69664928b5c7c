"""Read models of the dashboard."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, bindparam, func, select, text

from monitor.core.alerting.model import Reason
from monitor.pipeline.views import (
    HitTime,
    HitView,
    Member,
    Pulse,
    SeenDelivery,
    SeenHit,
    SeenTry,
    StoriesPage,
    StoryView,
    Told,
    Totals,
)
from monitor.storage.articles import articles_of
from monitor.storage.rates import turn_of
from monitor.storage.statements import LookUp
from monitor.storage.tables import (
    ALERT_HITS,
    ALERT_NOTES,
    ALERTS,
    ARTICLES,
    ATTEMPTS,
    DELIVERIES,
    HITS,
    MARKS,
    PLACEMENTS,
    REVISIONS,
    TURNS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.core.spikes.model import Turn

_OF_STORY: Final = (
    select(ARTICLES, PLACEMENTS.c.story_id, PLACEMENTS.c.kind, PLACEMENTS.c.why, PLACEMENTS.c.new)
    .join(PLACEMENTS, PLACEMENTS.c.article_id == ARTICLES.c.id)
    .order_by(ARTICLES.c.id)
)
_MEMBERS: Final = LookUp(_OF_STORY, PLACEMENTS.c.story_id)
_HITS: Final = LookUp(
    select(HITS).order_by(HITS.c.id),
    HITS.c.article_id,
)
_EARLIER: Final = LookUp(
    select(REVISIONS.c.article_id, REVISIONS.c.title).order_by(REVISIONS.c.id), REVISIONS.c.article_id
)
_TOLD: Final = LookUp(
    select(ALERTS).where(ALERTS.c.reason != Reason.TEST.value).order_by(ALERTS.c.id), ALERTS.c.story_id
)
_CHANNELS: Final = LookUp(select(DELIVERIES.c.alert_id, DELIVERIES.c.channel).distinct(), DELIVERIES.c.alert_id)
_TRIES: Final = LookUp(select(ATTEMPTS).order_by(ATTEMPTS.c.id), ATTEMPTS.c.delivery_id)
_TITLES: Final = LookUp(
    select(ALERT_HITS.c.alert_id, ARTICLES.c.title)
    .join(HITS, HITS.c.id == ALERT_HITS.c.hit_id)
    .join(ARTICLES, ARTICLES.c.id == HITS.c.article_id)
    .order_by(ALERT_HITS.c.id.desc()),
    ALERT_HITS.c.alert_id,
)
_NOTES: Final = LookUp(
    select(ALERT_NOTES.c.alert_id, ALERT_NOTES.c.note).order_by(ALERT_NOTES.c.id.desc()), ALERT_NOTES.c.alert_id
)
_HIT_TIMES: Final = (
    select(HITS.c.first_seen_at, PLACEMENTS.c.story_id, ARTICLES.c.source)
    .join(ARTICLES, ARTICLES.c.id == HITS.c.article_id)
    .join(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
    .where(HITS.c.watchlist == bindparam("watchlist"), HITS.c.first_seen_at >= bindparam("since"))
    .order_by(HITS.c.id)
)
_HIT_IDS: Final = (
    select(HITS.c.id)
    .where(HITS.c.first_seen_at >= bindparam("start"), HITS.c.first_seen_at < bindparam("end"))
    .order_by(HITS.c.id)
)
_HITS_OF: Final = (
    select(
        ARTICLES,
        HITS.c.id.label("hit_id"),
        HITS.c.spans,
        HITS.c.weak,
        HITS.c.first_seen_at.label("hit_at"),
        PLACEMENTS.c.story_id,
        MARKS.c.verdict,
    )
    .join(HITS, HITS.c.article_id == ARTICLES.c.id)
    .outerjoin(PLACEMENTS, PLACEMENTS.c.article_id == ARTICLES.c.id)
    .outerjoin(MARKS, MARKS.c.hit_id == HITS.c.id)
)
_COUNTS: Final = (
    select(HITS.c.watchlist, func.count(PLACEMENTS.c.story_id.distinct()), func.count())
    .join(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
    .where(HITS.c.first_seen_at >= bindparam("since"))
    .group_by(HITS.c.watchlist)
)
_TURNS: Final = (
    select(TURNS)
    .where(TURNS.c.watchlist == bindparam("watchlist"), TURNS.c.began_at >= bindparam("since"))
    .order_by(TURNS.c.id.desc())
)


class SqlViews:
    """Implements `ports.Views` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stories(
        self, start: datetime, end: datetime, *, watchlist: str = "", limit: int = 50, skip: int = 0
    ) -> StoriesPage:
        """The stories with a hit first seen in a span of time (of one watchlist, or of any), the newest hit first."""
        span = (HITS.c.first_seen_at >= start, HITS.c.first_seen_at < end)
        placed = PLACEMENTS.c.article_id == HITS.c.article_id
        by_watchlist = {
            row[0]: row[1]
            for row in self._connection.execute(
                select(HITS.c.watchlist, func.count(PLACEMENTS.c.story_id.distinct()))
                .join(PLACEMENTS, placed)
                .where(*span)
                .group_by(HITS.c.watchlist)
            )
        }
        wanted = select(PLACEMENTS.c.story_id).join(HITS, placed).where(*span).group_by(PLACEMENTS.c.story_id)
        if watchlist:
            wanted = wanted.where(HITS.c.watchlist == watchlist)
            total = by_watchlist.get(watchlist, 0)
        else:
            total = self._connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
        newest = wanted.order_by(func.max(HITS.c.first_seen_at).desc(), func.max(HITS.c.id).desc())
        story_ids = self._connection.execute(newest.limit(limit).offset(skip)).scalars().all()
        return StoriesPage(self._stories(story_ids), total, by_watchlist)

    def story(self, story_id: int) -> StoryView | None:
        """One story with all its articles and what was told of it; None if there is none of this number."""
        return next(iter(self._stories((story_id,))), None)

    def _stories(self, story_ids: Sequence[int]) -> tuple[StoryView, ...]:
        rows = list(_MEMBERS.rows(self._connection, story_ids))
        members: defaultdict[int, list[Member]] = defaultdict(list)
        for story_id, member in self._members(sorted(rows, key=lambda row: row.id)):
            members[story_id].append(member)
        told = self._told(story_ids)
        return tuple(
            StoryView(story_id, tuple(members[story_id]), tuple(told[story_id]))
            for story_id in story_ids
            if story_id in members
        )

    def _members(self, rows: Sequence[Any]) -> Iterable[tuple[int, Member]]:
        article_ids = tuple(row.id for row in rows)
        articles = articles_of(self._connection, rows)
        hits: defaultdict[int, list[SeenHit]] = defaultdict(list)
        for row in _HITS.rows(self._connection, article_ids):
            hits[row.article_id].append(SeenHit(row.id, row.watchlist, row.spans, row.weak, row.first_seen_at))
        earlier: defaultdict[int, list[str]] = defaultdict(list)
        for row in _EARLIER.rows(self._connection, article_ids):
            earlier[row.article_id].append(row.title)
        for row in rows:
            titles = tuple(title for title in dict.fromkeys(earlier[row.id]) if title != row.title)
            yield (
                row.story_id,
                Member(
                    row.id,
                    articles[row.id],
                    row.first_seen_at,
                    row.kind,
                    row.why,
                    row.new,
                    tuple(hits[row.id]),
                    titles,
                ),
            )

    def _told(self, story_ids: Sequence[int]) -> dict[int, list[Told]]:
        rows = list(_TOLD.rows(self._connection, story_ids))
        channels: defaultdict[int, set[str]] = defaultdict(set)
        for row in _CHANNELS.rows(self._connection, tuple(row.id for row in rows)):
            channels[row.alert_id].add(row.channel)
        found: defaultdict[int, list[Told]] = defaultdict(list)
        for row in rows:
            names = tuple(sorted(channels[row.id]))
            found[row.story_id].append(Told(row.id, row.reason, row.why, row.watchlist, row.created_at, names))
        return found

    def hit_times(self, watchlist: str, since: datetime) -> tuple[HitTime, ...]:
        """The hits of a watchlist from `since` on, in order."""
        rows = self._connection.execute(_HIT_TIMES, {"watchlist": watchlist, "since": since})
        return tuple(HitTime(row.first_seen_at, row.story_id, row.source) for row in rows)

    def hits(self, watchlist: str, *, before_id: int | None = None, limit: int = 20) -> tuple[HitView, ...]:
        """The hits of a watchlist numbered below `before_id`, the newest first."""
        query = _HITS_OF.where(HITS.c.watchlist == watchlist).order_by(HITS.c.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(HITS.c.id < before_id)
        rows = self._connection.execute(query).all()
        articles = articles_of(self._connection, rows)
        return tuple(
            HitView(
                SeenHit(row.hit_id, watchlist, row.spans, row.weak, row.hit_at),
                row.id,
                articles[row.id],
                row.story_id,
                row.verdict or "",
            )
            for row in rows
        )

    def hit_ids(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The numbers of the hits first seen in a span of time, in order."""
        return tuple(self._connection.execute(_HIT_IDS, {"start": start, "end": end}).scalars())

    def counts(self, since: datetime) -> dict[str, tuple[int, int]]:
        """Of each watchlist with a hit from `since` on: how many stories and articles hit it."""
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(_COUNTS, {"since": since})}

    def turns(self, watchlist: str, since: datetime) -> tuple[Turn, ...]:
        """The spikes and lulls of a watchlist that began from `since` on, the newest first."""
        return tuple(map(turn_of, self._connection.execute(_TURNS, {"watchlist": watchlist, "since": since})))

    def deliveries(
        self, *, state: str = "", channel: str = "", before_id: int | None = None, limit: int = 50
    ) -> tuple[SeenDelivery, ...]:
        """Deliveries numbered below `before_id` with their tries and what they tell of, the newest first."""
        query: Select[Any] = (
            select(DELIVERIES, ALERTS.c.reason.label("alert_reason"), ALERTS.c.watchlist, ALERTS.c.story_id)
            .join(ALERTS, ALERTS.c.id == DELIVERIES.c.alert_id)
            .order_by(DELIVERIES.c.id.desc())
            .limit(limit)
        )
        if state:
            query = query.where(DELIVERIES.c.state == state)
        if channel:
            query = query.where(DELIVERIES.c.channel == channel)
        if before_id is not None:
            query = query.where(DELIVERIES.c.id < before_id)
        rows = self._connection.execute(query).all()
        alert_ids = tuple({row.alert_id for row in rows})
        # The first one comes last and stays.
        titles = {row.alert_id: row.note for row in _NOTES.rows(self._connection, alert_ids)}
        titles |= {row.alert_id: row.title for row in _TITLES.rows(self._connection, alert_ids)}
        tries: defaultdict[int, list[SeenTry]] = defaultdict(list)
        for row in _TRIES.rows(self._connection, tuple(row.id for row in rows)):
            tries[row.delivery_id].append(SeenTry(row.started_at, row.duration_s, row.outcome, row.detail))
        return tuple(_delivery(row, titles.get(row.alert_id, ""), tries[row.id]) for row in rows)

    def totals(self) -> Totals:
        """How much is stored."""
        articles, hits, alerts = (
            self._connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (ARTICLES, HITS, ALERTS)
        )
        schema = self._connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        return Totals(articles, hits, alerts, schema)

    def pulse(self) -> Pulse:
        """The highest numbers of what pages show."""
        hit, delivery = (
            self._connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
            for table in (HITS, DELIVERIES)
        )
        return Pulse(hit, delivery)


def _delivery(row: Any, title: str, tries: Sequence[SeenTry]) -> SeenDelivery:
    return SeenDelivery(
        id=row.id,
        alert_id=row.alert_id,
        channel=row.channel,
        recipient=row.recipient,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        alert_reason=row.alert_reason,
        watchlist=row.watchlist,
        story_id=row.story_id,
        title=title,
        tries=tuple(tries),
    )
