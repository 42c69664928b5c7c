"""Read models: rows as the command line and the API show them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, bindparam, func, select

from monitor.core.alerting import Reason
from monitor.storage.articles import carriers
from monitor.storage.carried import carried_articles
from monitor.storage.decisions import CONCERNS, decisions, passed, passed_of
from monitor.storage.listedfeeds import listed_feeds
from monitor.storage.listedstories import listed_stories
from monitor.storage.places import behind, below, iso, seen_since
from monitor.storage.statements import LookUp
from monitor.storage.tables import (
    ALERT_HITS,
    ALERTS,
    ARTICLES,
    ATTEMPTS,
    DELIVERIES,
    ENABLED,
    ENTRIES,
    FEEDS,
    GAPS,
    HITS,
    MARKS,
    PLACEMENTS,
    REVISIONS,
    WAITING,
)

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.article import Span
    from monitor.pipeline.records import Carried, Place

_REVISIONS: Final = LookUp(
    select(REVISIONS.c.article_id, REVISIONS.c.title, REVISIONS.c.summary, REVISIONS.c.replaced_at).order_by(
        REVISIONS.c.id
    ),
    REVISIONS.c.article_id,
)
_OLDEST_PENDING: Final = select(func.min(DELIVERIES.c.wanted_at)).where(
    WAITING, DELIVERIES.c.wanted_at <= bindparam("now")
)


_ALERTS_MADE: Final = select(func.count()).where(
    ALERTS.c.created_at >= bindparam("since"),
    ALERTS.c.created_at < bindparam("until"),
    ALERTS.c.reason.not_in([Reason.NOTICE.value, Reason.CANARY.value, Reason.BRIEFING.value]),
)

_LATELY: Final = (
    select(HITS.c.watchlist, func.count().label("hits"))
    .where(HITS.c.first_seen_at >= bindparam("since"))
    .group_by(HITS.c.watchlist)
)
_LAST_HITS: Final = select(HITS.c.watchlist, func.max(HITS.c.first_seen_at).label("last_hit_at")).group_by(
    HITS.c.watchlist
)


class SqlListings:
    """Implements `ports.Listings` inside one transaction. Values are what JSON can hold; times ISO 8601 UTC."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def feeds(self) -> list[dict[str, object]]:
        """Feeds, by name, the removed ones too; of each the newest gaps, newest first."""
        return listed_feeds(self._connection)

    def articles(
        self,
        *,
        since: datetime | None = None,
        feed: str = "",
        story_id: int | None = None,
        article_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Articles, newest first seen first; with `story_id` those of this story, with `article_id` only this one."""
        query: Select[Any] = select(
            ARTICLES.c.id,
            ARTICLES.c.url,
            ARTICLES.c.title,
            ARTICLES.c.summary,
            ARTICLES.c.published_at,
            ARTICLES.c.first_seen_at,
        ).order_by(ARTICLES.c.first_seen_at.desc(), ARTICLES.c.id.desc())
        if feed:
            carried = (
                select(ENTRIES.c.article_id).join(FEEDS, FEEDS.c.id == ENTRIES.c.feed_id).where(FEEDS.c.name == feed)
            )
            query = query.where(ARTICLES.c.id.in_(carried))
        if story_id is not None:
            members = select(PLACEMENTS.c.article_id).where(PLACEMENTS.c.story_id == story_id)
            query = query.where(ARTICLES.c.id.in_(members))
        if article_id is not None:
            query = query.where(ARTICLES.c.id == article_id)
        query = behind(query, ARTICLES.c.first_seen_at, ARTICLES.c.id, before)
        rows = self._connection.execute(seen_since(query, ARTICLES.c.first_seen_at, since).limit(limit)).all()
        article_ids = tuple(row.id for row in rows)
        feeds = carriers(self._connection, article_ids)
        revisions = self._revisions(article_ids)
        return [
            {
                "id": row.id,
                "url": row.url,
                "title": row.title,
                "summary": row.summary,
                "published_at": iso(row.published_at),
                "first_seen_at": iso(row.first_seen_at),
                "feeds": [name for name, _ in feeds.get(row.id, [])],
                "revisions": revisions[row.id],
            }
            for row in rows
        ]

    def _revisions(self, article_ids: tuple[int, ...]) -> dict[int, list[dict[str, object]]]:
        found: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
        for row in _REVISIONS.rows(self._connection, article_ids):
            found[row.article_id].append(
                {"title": row.title, "summary": row.summary, "replaced_at": iso(row.replaced_at)}
            )
        return found

    def hits(
        self,
        *,
        since: datetime | None = None,
        watchlist: str = "",
        alert_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Hits, newest first; with `alert_id` only those that this alert tells of."""
        query = (
            select(
                HITS,
                ARTICLES.c.url,
                ARTICLES.c.title,
                ARTICLES.c.summary,
                ARTICLES.c.content,
                PLACEMENTS.c.story_id,
                MARKS.c.verdict,
            )
            .join(ARTICLES, ARTICLES.c.id == HITS.c.article_id)
            .outerjoin(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
            .outerjoin(MARKS, MARKS.c.hit_id == HITS.c.id)
            .order_by(HITS.c.id.desc())
        )
        if watchlist:
            query = query.where(HITS.c.watchlist == watchlist)
        if alert_id is not None:
            told = select(ALERT_HITS.c.hit_id).where(ALERT_HITS.c.alert_id == alert_id)
            query = query.where(HITS.c.id.in_(told))
        query = below(query, HITS.c.id, before)
        rows = self._connection.execute(seen_since(query, HITS.c.first_seen_at, since).limit(limit))
        return [
            {
                "id": row.id,
                "watchlist": row.watchlist,
                "article_id": row.article_id,
                "article_url": row.url,
                "title": row.title,
                "spans": [_span(span, getattr(row, span.field)) for span in row.spans],
                "weak": row.weak,
                "story_id": row.story_id,
                "first_seen_at": iso(row.first_seen_at),
                "version": row.version,
                "mark": row.verdict,
            }
            for row in rows
        ]

    def stories(
        self,
        *,
        since: datetime | None = None,
        watchlist: str = "",
        story_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Stories, the one with the newest article first; of each the articles in the order in which they came."""
        return listed_stories(
            self._connection, since=since, watchlist=watchlist, story_id=story_id, limit=limit, before=before
        )

    def alerts(
        self,
        *,
        since: datetime | None = None,
        watchlist: str = "",
        article_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Alerts and what became of them, newest first."""
        query = select(ALERTS).order_by(ALERTS.c.id.desc())
        if watchlist:
            query = query.where(ALERTS.c.watchlist == watchlist)
        if article_id is not None:
            query = query.where(CONCERNS)
        query = below(query, ALERTS.c.id, before)
        wanted = seen_since(query, ALERTS.c.created_at, since).limit(limit)
        rows = self._connection.execute(wanted, {"article_id": article_id} if article_id is not None else {}).all()
        numbers = [row.id for row in rows]
        decided, passed_over = decisions(self._connection, numbers), passed(self._connection, numbers)
        return [
            {
                "id": row.id,
                "reason": row.reason,
                "why": row.why,
                "watchlist": row.watchlist,
                "story_id": row.story_id,
                "channels": sorted({str(one["channel"]) for one in decided.get(row.id, ())}),
                "created_at": iso(row.created_at),
                "decisions": decided.get(row.id, []),
                "passed": passed_over.get(row.id, []),
            }
            for row in rows
        ]

    def passed(self, article_id: int) -> list[dict[str, object]]:
        """The hits of an article that a channel is not told of, and why, in order."""
        return passed_of(self._connection, article_id)

    def deliveries(
        self,
        *,
        since: datetime | None = None,
        state: str = "",
        channel: str = "",
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Deliveries, newest first."""
        query = select(DELIVERIES).order_by(DELIVERIES.c.id.desc())
        if state:
            query = query.where(DELIVERIES.c.state == state)
        if channel:
            query = query.where(DELIVERIES.c.channel == channel)
        query = below(query, DELIVERIES.c.id, before)
        rows = self._connection.execute(seen_since(query, DELIVERIES.c.created_at, since).limit(limit))
        return [
            {
                "id": row.id,
                "alert_id": row.alert_id,
                "channel": row.channel,
                "recipient": row.recipient,
                "state": row.state,
                "reason": row.reason,
                "attempts": row.attempts,
                "created_at": iso(row.created_at),
                "sent_at": iso(row.sent_at),
            }
            for row in rows
        ]

    def carried(self, watchlist: str = "", limit: int = 50) -> tuple[Carried, ...]:
        """The articles with the newest hits, of one watchlist or of any, the newest hit first."""
        return carried_articles(self._connection, watchlist, limit)

    def totals(self) -> dict[str, int]:
        """How many articles, hits, alerts and gaps were ever stored; they never fall."""
        tables = (ARTICLES, HITS, ALERTS, GAPS)
        # The highest number is found at once; counting reads all of a table.
        highest = select(*(func.coalesce(select(func.max(one.c.id)).scalar_subquery(), 0) for one in tables))
        row = self._connection.execute(highest).one()
        return {table.name: int(number) for table, number in zip(tables, row, strict=True)}

    def feed_counts(self, now: datetime) -> tuple[dict[str, int], int]:
        """Enabled feeds by health, and how many of them are due."""
        counted = select(FEEDS.c.health, func.count()).where(ENABLED).group_by(FEEDS.c.health)
        due = select(func.count()).where(ENABLED, FEEDS.c.next_poll_at <= now)
        by_health = {health: int(number) for health, number in self._connection.execute(counted)}
        return by_health, int(self._connection.execute(due).scalar_one())

    def attempts(self, delivery_id: int) -> list[dict[str, object]]:
        """The tries at a delivery, in order."""
        query = select(ATTEMPTS).where(ATTEMPTS.c.delivery_id == delivery_id).order_by(ATTEMPTS.c.id)
        return [
            {
                "started_at": iso(row.started_at),
                "duration_s": round(row.duration_s, 3),
                "outcome": row.outcome,
                "detail": row.detail,
            }
            for row in self._connection.execute(query)
        ]

    def watchlists(self, since: datetime) -> dict[str, tuple[int, str]]:
        """Of each watchlist that ever hit: its hits from `since` on, and when the last one was stored (ISO 8601)."""
        lately = {row.watchlist: row.hits for row in self._connection.execute(_LATELY, {"since": since})}
        return {
            row.watchlist: (lately.get(row.watchlist, 0), row.last_hit_at.isoformat())
            for row in self._connection.execute(_LAST_HITS)
        }

    def alerts_made(self, since: datetime, until: datetime) -> int:
        """How many alerts about articles were made from `since` on and before `until`."""
        return int(self._connection.execute(_ALERTS_MADE, {"since": since, "until": until}).scalar_one())

    def oldest_pending_at(self, now: datetime) -> datetime | None:
        """When the delivery should have gone out that waits beyond its time for longest, or None.

        One that waits for its hour (a digest) does not count; one that waits after a failed try does, since its hour.
        """
        return self._connection.execute(_OLDEST_PENDING, {"now": now}).scalar()


def _span(span: Span, text: str) -> dict[str, object]:
    return {
        "field": span.field,
        "start": span.start,
        "end": span.end,
        "text": text[span.start : span.end],
        "term": span.term,
    }
