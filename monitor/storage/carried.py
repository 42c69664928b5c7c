"""The articles that go into our own feeds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from monitor.pipeline.records import Carried
from monitor.storage.statements import LookUp
from monitor.storage.tables import ARTICLES, HITS, REVISIONS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_COLUMNS: Final = (
    *("id", "identity", "url", "title", "summary", "author", "source"),
    *("published_at", "first_seen_at"),
)
_MOST_WATCHLISTS: Final = 20
"""Hits that one article is thought to have: so many more hits are looked at, and not all there ever were."""

_ARTICLES: Final = LookUp(select(*(ARTICLES.c[name] for name in _COLUMNS)), ARTICLES.c.id)
_HITS: Final = LookUp(select(HITS.c.article_id, HITS.c.watchlist).order_by(HITS.c.id), HITS.c.article_id)
_REVISED: Final = LookUp(
    select(REVISIONS.c.article_id, REVISIONS.c.replaced_at).order_by(REVISIONS.c.id), REVISIONS.c.article_id
)


def carried_articles(connection: Connection, watchlist: str, limit: int) -> tuple[Carried, ...]:
    """The articles with the newest hits, of one watchlist or (if "") of any, the newest hit first."""
    query = select(HITS.c.article_id).group_by(HITS.c.article_id).order_by(func.max(HITS.c.id).desc()).limit(limit)
    if watchlist:
        query = query.where(HITS.c.watchlist == watchlist)
    else:
        newest = select(func.max(HITS.c.id)).scalar_subquery()
        query = query.where(HITS.c.id > newest - limit * _MOST_WATCHLISTS)
    article_ids = tuple(connection.execute(query).scalars())
    watchlists: defaultdict[int, list[str]] = defaultdict(list)
    for row in _HITS.rows(connection, article_ids):
        watchlists[row.article_id].append(row.watchlist)
    revised = {row.article_id: row.replaced_at for row in _REVISED.rows(connection, article_ids)}
    rows = {row.id: row for row in _ARTICLES.rows(connection, article_ids)}
    return tuple(
        Carried(
            **{name: getattr(rows[number], name) for name in _COLUMNS},
            watchlists=tuple(watchlists[number]),
            revised_at=revised.get(number, rows[number].first_seen_at),
        )
        for number in article_ids
    )
