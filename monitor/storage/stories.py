"""The stories that articles belong to, and what grouping needs to go on after a restart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from monitor.core.stories.model import Joined, Kind, Why
from monitor.pipeline.records import PlacedArticle, PlacementView
from monitor.storage.articles import articles_of
from monitor.storage.statements import LookUp, Prepared
from monitor.storage.tables import ALERTS, ARTICLES, FREQUENCIES, MERGES, PLACEMENTS, REVISIONS, SILENCES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.core.article import Article
    from monitor.core.stories.model import Placement

OPENED: Final = "opened"
"""The kind of an article that opened its story."""

SPARE: Final = 1
"""Frequencies that are kept although newer ones from before the window are there: clocks are put back."""

_COLUMNS: Final = tuple(column.name for column in PLACEMENTS.columns)
_PLACE: Final = Prepared(lambda _: insert(PLACEMENTS), _COLUMNS)
_ALL_PLACED: Final = select(ARTICLES, PLACEMENTS.c.story_id, PLACEMENTS.c.lead).join(
    PLACEMENTS, PLACEMENTS.c.article_id == ARTICLES.c.id
)
_PLACED: Final = _ALL_PLACED.where(ARTICLES.c.id > bindparam("after_id")).order_by(ARTICLES.c.id)
_PLACED_BY_ID: Final = LookUp(_ALL_PLACED, ARTICLES.c.id)
_PLACEMENT: Final = select(PLACEMENTS).where(PLACEMENTS.c.article_id == bindparam("article_id"))
_SHOWN_BY: Final = (
    select(MERGES.c.younger_id).where(MERGES.c.article_id == bindparam("article_id")).order_by(MERGES.c.younger_id)
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
_MOVED: Final = tuple(
    update(table).where(table.c.story_id == bindparam("younger")).values(story_id=bindparam("into"))
    for table in (PLACEMENTS, ALERTS, SILENCES, MERGES)
)
_MERGED: Final = (
    select(MERGES)
    .where(MERGES.c.article_id > bindparam("after_id"))
    .order_by(MERGES.c.article_id, MERGES.c.younger_id)
)
_CURRENT: Final = select(MERGES.c.story_id).where(MERGES.c.younger_id == bindparam("story_id"))
_NEWEST_ID: Final = 2**31 - 1
_KEPT_AT: Final = (
    select(ARTICLES.c.first_seen_at)
    .join(FREQUENCIES, FREQUENCIES.c.article_id == ARTICLES.c.id)
    .order_by(ARTICLES.c.id.desc())
    .limit(1)
)
_NOT_NEEDED: Final = (
    select(FREQUENCIES.c.article_id)
    .where(FREQUENCIES.c.article_id < bindparam("before_id"))
    .order_by(FREQUENCIES.c.article_id.desc())
    .offset(1 + SPARE)
)
_FIRST_TEXTS: Final = LookUp(
    select(REVISIONS.c.article_id, REVISIONS.c.title, REVISIONS.c.summary).order_by(REVISIONS.c.id.desc()),
    REVISIONS.c.article_id,
)


class SqlStories:
    """Implements `ports.Stories` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def place(self, article_id: int, placement: Placement, lead: str | None = None) -> None:
        """Store where an article belongs, and why; `lead` are the first lines that were read if not the summary."""
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
            "lead": lead,
            "other_id": None,
            "other_similarity": None,
        }
        if isinstance(reason, Joined):
            values |= {
                "kind": reason.kind.value,
                "why": reason.why.value,
                "words": reason.words,
                "numbers": reason.numbers,
                "new": reason.new,
            }
            if reason.other:
                values |= {"other_id": int(reason.other), "other_similarity": reason.other_similarity}
        _PLACE.run(self._connection, values)

    def story_of(self, article_id: int) -> int | None:
        """The story of an article, or None if it was never placed."""
        return self._connection.execute(_STORY_OF, {"article_id": article_id}).scalar()

    def placement(self, article_id: int) -> PlacementView | None:
        """Why an article is in its story; None if there is no such article or it was never placed."""
        row = self._connection.execute(_PLACEMENT, {"article_id": article_id}).one_or_none()
        if row is None:
            return None
        ids = tuple(one for one in (article_id, row.nearest_id, row.other_id) if one is not None)
        placed = {one.id: one for one in self._as_placed(list(_PLACED_BY_ID.rows(self._connection, ids)))}
        joined = row.kind != OPENED
        return PlacementView(
            placed=placed[article_id],
            kind=Kind(row.kind) if joined else None,
            why=Why(row.why) if joined else None,
            similarity=row.similarity,
            nearest=placed.get(row.nearest_id),
            words=row.words,
            numbers=row.numbers,
            new=row.new,
            other=placed.get(row.other_id),
            other_similarity=row.other_similarity or 0.0,
            absorbed=tuple(self._connection.execute(_SHOWN_BY, {"article_id": article_id}).scalars()),
        )

    def merge(self, younger_id: int, story_id: int, article_id: int) -> None:
        """Make a story part of an older one, with its alerts and silences, as an article showed."""
        for statement in _MOVED:
            self._connection.execute(statement, {"younger": younger_id, "into": story_id})
        row = {"younger_id": younger_id, "story_id": story_id, "article_id": article_id}
        self._connection.execute(insert(MERGES), row)

    def merged(self, after_id: int) -> tuple[tuple[int, int], ...]:
        """Merges that articles with higher numbers showed, as (younger, the story it is part of now), in order."""
        rows = self._connection.execute(_MERGED, {"after_id": after_id})
        return tuple((row.younger_id, row.story_id) for row in rows)

    def current(self, story_id: int) -> int:
        """The story that this one is part of by now; itself if it was never merged."""
        into = self._connection.execute(_CURRENT, {"story_id": story_id}).scalar()
        return story_id if into is None else into

    def placed(self, after_id: int) -> tuple[PlacedArticle, ...]:
        """The placed articles with higher numbers, in the order in which they came, with the texts they had then."""
        return self._as_placed(self._connection.execute(_PLACED, {"after_id": after_id}).all())

    def _as_placed(self, rows: Sequence[Any]) -> tuple[PlacedArticle, ...]:
        articles = articles_of(self._connection, rows)
        first = {row.article_id: row for row in _FIRST_TEXTS.rows(self._connection, tuple(articles))}
        then = {row.id: _with_texts(articles[row.id], first.get(row.id), row.lead) for row in rows}
        return tuple(PlacedArticle(row.id, then[row.id], row.first_seen_at, row.story_id) for row in rows)

    def oldest(self, since: datetime) -> int | None:
        """The lowest number of a placed article that was first seen since then, or None."""
        return self._connection.execute(_OLDEST, {"since": since}).scalar()

    def keep_frequencies(self, article_id: int, packed: bytes, before_id: int) -> None:
        """Keep the frequencies as they were after an article.

        Those go that are not needed to begin with the article `before_id`, but for one to spare.
        """
        self._connection.execute(insert(FREQUENCIES), {"article_id": article_id, "packed": packed})
        gone: Sequence[int] = self._connection.execute(_NOT_NEEDED, {"before_id": before_id}).scalars().all()
        if gone:
            self._connection.execute(delete(FREQUENCIES).where(FREQUENCIES.c.article_id.in_(gone)))

    def frequencies(self, before_id: int | None) -> tuple[int, bytes] | None:
        """The newest frequencies kept before an article (None: of all), and after which they were kept; or None."""
        before = _NEWEST_ID if before_id is None else before_id
        row = self._connection.execute(_FREQUENCIES, {"before_id": before}).one_or_none()
        return (row.article_id, row.packed) if row else None

    def frequencies_kept_at(self) -> datetime | None:
        """When the article was first seen after which frequencies were kept last, or None."""
        return self._connection.execute(_KEPT_AT).scalar()


def _with_texts(article: Article, first: Any, lead: str | None) -> Article:
    """An article with the title and the first lines it had at first; `first` is its oldest revision or None."""
    if first is not None:
        article = replace(article, title=first.title, summary=first.summary)
    return article if lead is None else replace(article, content=lead)
