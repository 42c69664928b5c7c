"""The stored articles from the first on, as looking back over all of them needs them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, func, select

from monitor.pipeline.records import PastArticle, SeenArticle
from monitor.storage.articles import articles_of
from monitor.storage.statements import Prepared
from monitor.storage.tables import ARTICLES, HITS, PLACEMENTS

if TYPE_CHECKING:
    from datetime import datetime

_ID: Final = ARTICLES.c.id
_BETWEEN: Final = Prepared(
    lambda _: (
        select(ARTICLES, PLACEMENTS.c.story_id, PLACEMENTS.c.new)
        .outerjoin(PLACEMENTS, PLACEMENTS.c.article_id == _ID)
        .where(_ID.between(bindparam("low"), bindparam("high")))
        .order_by(_ID)
    )
)
_HITS: Final = Prepared(
    lambda _: select(HITS.c.article_id, HITS.c.watchlist, HITS.c.weak).where(
        HITS.c.article_id.between(bindparam("low"), bindparam("high"))
    )
)


class SqlHistory:
    """Implements `ports.History` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def bounds(self, since: datetime | None = None) -> tuple[int, int] | None:
        """The lowest and the highest number of an article first seen from `since` on; None if there is none."""
        query = select(func.min(_ID), func.max(_ID))
        if since is not None:
            query = query.where(ARTICLES.c.first_seen_at >= since)
        low, high = self._connection.execute(query).one()
        return None if low is None else (low, high)

    def between(self, low: int, high: int, since: datetime | None = None) -> tuple[PastArticle, ...]:
        """The articles numbered from `low` to `high`, both with it, of those first seen from `since` on."""
        ends = {"low": low, "high": high}
        rows = _BETWEEN.rows(self._connection, ends)
        wanted = [row for row in rows if since is None or row.first_seen_at >= since]
        articles = articles_of(self._connection, wanted)
        hits: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for hit in _HITS.rows(self._connection, ends):
            hits[hit.article_id][hit.watchlist] = hit.weak
        return tuple(
            PastArticle(
                SeenArticle(row.id, articles[row.id], row.first_seen_at),
                row.story_id,
                hits.get(row.id, {}),
                row.new or (),
            )
            for row in wanted
        )

    def watchlists(self) -> tuple[str, ...]:
        """The names of all watchlists that have stored hits, sorted."""
        return tuple(sorted(self._connection.execute(select(HITS.c.watchlist).distinct()).scalars()))
