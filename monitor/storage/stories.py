"""The stories that articles belong to, and what grouping needs to go on after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from monitor.core.stories.model import Joined
from monitor.pipeline.records import PlacedArticle
from monitor.storage.articles import articles_of
from monitor.storage.statements import Prepared
from monitor.storage.tables import ARTICLES, FREQUENCIES, PLACEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.core.stories.model import Placement

OPENED: Final = "opened"
"""The kind of an article that opened its story."""

FREQUENCIES_KEPT: Final = 5
"""One is kept a day, and a window is two days: the one before the window is there, with a few to spare."""

_COLUMNS: Final = tuple(column.name for column in PLACEMENTS.columns)
_PLACE: Final = Prepared(lambda _: insert(PLACEMENTS), _COLUMNS)
_PLACED: Final = (
    select(ARTICLES, PLACEMENTS.c.story_id)
    .join(PLACEMENTS, PLACEMENTS.c.article_id == ARTICLES.c.id)
    .where(ARTICLES.c.id > bindparam("after_id"))
    .order_by(ARTICLES.c.id)
)
_OLDEST: Final = (
    select(func.min(PLACEMENTS.c.article_id))
    .join(ARTICLES, ARTICLES.c.id == PLACEMENTS.c.article_id)
    .where(ARTICLES.c.first_seen_at >= bindparam("since"))
)
_STORY_OF: Final = select(PLACEMENTS.c.story_id).where(PLACEMENTS.c.article_id == bindparam("article_id"))
_FREQUENCIES: Final = (
    select(FREQUENCIES)
    .where(FREQUENCIES.c.article_id < bindparam("before_id"))
    .order_by(FREQUENCIES.c.article_id.desc())
    .limit(1)
)
_SPARE: Final = select(FREQUENCIES.c.article_id).order_by(FREQUENCIES.c.article_id.desc()).offset(FREQUENCIES_KEPT)


class SqlStories:
    """Implements `ports.Stories` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def place(self, article_id: int, placement: Placement) -> None:
        """Store where an article belongs, and why."""
        reason = placement.reason
        values = {
            "article_id": article_id,
            "story_id": int(placement.story),
            "kind": OPENED,
            "why": "",
            "nearest_id": int(reason.nearest) if reason.nearest else None,
            "similarity": reason.similarity,
            "words": (),
            "numbers": (),
            "new": (),
        }
        if isinstance(reason, Joined):
            values |= {
                "kind": reason.kind.value,
                "why": reason.why.value,
                "words": reason.words,
                "numbers": reason.numbers,
                "new": reason.new,
            }
        _PLACE.run(self._connection, values)

    def story_of(self, article_id: int) -> int | None:
        """The story of an article, or None if it was never placed."""
        return self._connection.execute(_STORY_OF, {"article_id": article_id}).scalar()

    def placed(self, after_id: int) -> tuple[PlacedArticle, ...]:
        """The placed articles with higher numbers, in the order in which they came."""
        rows = self._connection.execute(_PLACED, {"after_id": after_id}).all()
        articles = articles_of(self._connection, rows)
        return tuple(PlacedArticle(row.id, articles[row.id], row.first_seen_at, row.story_id) for row in rows)

    def oldest(self, since: datetime) -> int | None:
        """The lowest number of a placed article that was first seen since then, or None."""
        return self._connection.execute(_OLDEST, {"since": since}).scalar()

    def keep_frequencies(self, article_id: int, packed: bytes) -> None:
        """Keep the frequencies as they were after an article; the oldest ones go."""
        self._connection.execute(insert(FREQUENCIES), {"article_id": article_id, "packed": packed})
        spare: Sequence[int] = self._connection.execute(_SPARE).scalars().all()
        if spare:
            self._connection.execute(delete(FREQUENCIES).where(FREQUENCIES.c.article_id.in_(spare)))

    def frequencies(self, before_id: int) -> tuple[int, bytes] | None:
        """The newest frequencies kept before an article, with the article they were kept after; None if none."""
        row = self._connection.execute(_FREQUENCIES, {"before_id": before_id}).one_or_none()
        return (row.article_id, row.packed) if row else None
