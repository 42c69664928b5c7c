"""Articles whose pages are still to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, delete, select, update

from monitor.pipeline.records import WantedText
from monitor.storage import pairs
from monitor.storage.statements import InsertUnlessKnown
from monitor.storage.tables import ARTICLES, FULLTEXTS, HITS

if TYPE_CHECKING:
    from datetime import datetime

_WANT: Final = InsertUnlessKnown(FULLTEXTS, ("article_id", "feed", "tries", "due_at"))
_DUE: Final = (
    select(FULLTEXTS.c.article_id, FULLTEXTS.c.feed, FULLTEXTS.c.tries, ARTICLES.c.url)
    .join(ARTICLES, ARTICLES.c.id == FULLTEXTS.c.article_id)
    .where(FULLTEXTS.c.due_at <= bindparam("now"))
    .order_by(FULLTEXTS.c.due_at, FULLTEXTS.c.article_id)
    .limit(bindparam("limit"))
)
_CLAIM: Final = (
    update(FULLTEXTS)
    .where(FULLTEXTS.c.article_id == bindparam("of_article"))
    .values(tries=FULLTEXTS.c.tries + 1, due_at=bindparam("again_at"))
)
_DONE: Final = delete(FULLTEXTS).where(FULLTEXTS.c.article_id == bindparam("of_article"))
_ADD_TEXT: Final = (
    update(ARTICLES).where(ARTICLES.c.id == bindparam("of_article")).values(content=bindparam("new_content"))
)
_FORGET_SPANS: Final = update(HITS).where(HITS.c.article_id == bindparam("of_article")).values(spans=())


class SqlFullTexts:
    """Implements `ports.FullTexts` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def want(self, article_id: int, feed: str, now: datetime) -> None:
        """Have an article's page read soon; harmless if it is waiting already."""
        _WANT.one(self._connection, {"article_id": article_id, "feed": feed, "tries": 0, "due_at": now})

    def waiting(self, now: datetime) -> bool:
        """Whether a page is due to be read."""
        return self._connection.execute(_DUE, {"now": now, "limit": 1}).first() is not None

    def claim(self, now: datetime, again_at: datetime, limit: int) -> tuple[WantedText, ...]:
        """Up to `limit` pages that are due; each counts as tried and is due again at `again_at`, if still wanted."""
        rows = self._connection.execute(_DUE, {"now": now, "limit": limit}).all()
        if rows:
            claims = [{"of_article": row.article_id, "again_at": again_at} for row in rows]
            self._connection.execute(_CLAIM, claims)
        return tuple(WantedText(row.article_id, row.feed, row.url, row.tries + 1) for row in rows)

    def done(self, article_id: int) -> None:
        """The page is not wanted any more."""
        self._connection.execute(_DONE, {"of_article": article_id})

    def add_text(self, article_id: int, content: str) -> None:
        """Give an article its full text. Its hits lose their spans; `add_hits` gives new ones to those that match."""
        pairs.add(self._connection, article_id, [content])
        self._connection.execute(_ADD_TEXT, {"of_article": article_id, "new_content": content})
        self._connection.execute(_FORGET_SPANS, {"of_article": article_id})
