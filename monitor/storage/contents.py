"""What an alert tells, as a renderer needs it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from monitor.core.alerting import Reason
from monitor.pipeline.records import AlertContent, HitView
from monitor.storage.articles import articles_of
from monitor.storage.statements import LookUp
from monitor.storage.tables import ALERT_HITS, ALERT_NOTES, ALERTS, ARTICLES, HITS, PLACEMENTS

_ARTICLES: Final = LookUp(select(ARTICLES), ARTICLES.c.id)
_ALERT: Final = select(ALERTS).where(ALERTS.c.id == bindparam("alert_id"))
_HITS: Final = (
    select(HITS.c.watchlist, HITS.c.article_id, HITS.c.spans, HITS.c.weak, PLACEMENTS.c.story_id)
    .join(ALERT_HITS, ALERT_HITS.c.hit_id == HITS.c.id)
    .outerjoin(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
    .where(ALERT_HITS.c.alert_id == bindparam("alert_id"))
    .order_by(ALERT_HITS.c.id)
)
_NOTES: Final = (
    select(ALERT_NOTES.c.note).where(ALERT_NOTES.c.alert_id == bindparam("alert_id")).order_by(ALERT_NOTES.c.id)
)
_OUTLETS: Final = (
    select(func.count(ARTICLES.c.source.distinct()))
    .join(PLACEMENTS, PLACEMENTS.c.article_id == ARTICLES.c.id)
    .where(PLACEMENTS.c.story_id == bindparam("story_id"))
)


def content(connection: Connection, alert_id: int) -> AlertContent:
    """What to render, hits in the order they were attached."""
    alert = connection.execute(_ALERT, {"alert_id": alert_id}).one()
    hits = connection.execute(_HITS, {"alert_id": alert_id}).all()
    article_ids = tuple({hit.article_id for hit in hits})
    rows = _ARTICLES.rows(connection, article_ids)
    articles = articles_of(connection, rows)
    return AlertContent(
        alert_id=alert_id,
        reason=Reason(alert.reason),
        watchlist=alert.watchlist,
        created_at=alert.created_at,
        hits=tuple(
            HitView(hit.watchlist, articles[hit.article_id], hit.spans, hit.weak, hit.story_id or 0) for hit in hits
        ),
        outlets=_outlets(connection, alert.story_id),
        notes=tuple(connection.execute(_NOTES, {"alert_id": alert_id}).scalars()),
    )


def _outlets(connection: Connection, story_id: int | None) -> int:
    return connection.execute(_OUTLETS, {"story_id": story_id}).scalar_one() if story_id else 0
