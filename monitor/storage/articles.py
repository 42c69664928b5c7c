"""Articles, the entries they came by, and their hits."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, insert, select, update

from monitor.core.article import Article, Precision
from monitor.pipeline.records import SeenArticle, StoredArticle, StoredHit
from monitor.storage import pairs
from monitor.storage.statements import InsertUnlessKnown, LookUp, Prepared
from monitor.storage.tables import ARTICLES, ENTRIES, FEEDS, HITS, REVISIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.core.article import Entry, Match
    from monitor.core.matching.needs import Need

_ADD: Final = InsertUnlessKnown(ARTICLES, tuple(name for name in ARTICLES.c.keys() if name != "id"))  # noqa: SIM118 - its values are columns
_ADD_HIT: Final = InsertUnlessKnown(HITS, ("watchlist", "article_id", "spans", "weak", "first_seen_at", "version"))
_LINK: Final = InsertUnlessKnown(ENTRIES, ("feed_id", "key", "article_id", "first_seen_at"))
_RELINK: Final = Prepared(
    lambda _: (
        update(ENTRIES)
        .where(
            ENTRIES.c.feed_id == bindparam("of_feed"),
            ENTRIES.c.key == bindparam("of_key"),
            ENTRIES.c.article_id != bindparam("to_article"),
        )
        .values(article_id=bindparam("to_article"))
    )
)
_BY_IDENTITY: Final = LookUp(select(ARTICLES), ARTICLES.c.identity)
_BY_ID: Final = select(ARTICLES).where(ARTICLES.c.id == bindparam("article_id"))
_BY_KEY: Final = LookUp(
    select(ENTRIES.c.key, ARTICLES)
    .join(ARTICLES, ARTICLES.c.id == ENTRIES.c.article_id)
    .where(ENTRIES.c.feed_id == bindparam("feed_id")),
    ENTRIES.c.key,
)
_CARRIERS: Final = LookUp(
    select(ENTRIES.c.article_id, FEEDS.c.name, FEEDS.c.tags)
    .join(FEEDS, FEEDS.c.id == ENTRIES.c.feed_id)
    .order_by(ENTRIES.c.id),
    ENTRIES.c.article_id,
)
_TITLES: Final = LookUp(
    select(REVISIONS.c.article_id, REVISIONS.c.title).order_by(REVISIONS.c.id), REVISIONS.c.article_id
)
_ID_OF: Final = select(ARTICLES.c.id).where(ARTICLES.c.identity == bindparam("identity"))
_KEEP_OLD_TEXTS: Final = insert(REVISIONS).from_select(
    ["article_id", "title", "summary", "content", "replaced_at"],
    select(
        ARTICLES.c.id,
        ARTICLES.c.title,
        ARTICLES.c.summary,
        ARTICLES.c.content,
        bindparam("replaced_at", type_=REVISIONS.c.replaced_at.type),
    ).where(ARTICLES.c.id == bindparam("article_id")),
)
_REPLACE_TEXTS: Final = (
    update(ARTICLES)
    .where(ARTICLES.c.id == bindparam("article_id"))
    .values(
        title=bindparam("new_title"),
        summary=bindparam("new_summary"),
        content=bindparam("new_content"),
        author=bindparam("new_author"),
        tags=bindparam("new_tags"),
    )
)
_FORGET_SPANS: Final = update(HITS).where(HITS.c.article_id == bindparam("of_article")).values(spans=())
_RENEW_SPANS: Final = (
    update(HITS)
    .where(and_(HITS.c.watchlist == bindparam("of_watchlist"), HITS.c.article_id == bindparam("of_article")))
    .values(spans=bindparam("new_spans"), weak=bindparam("new_weak"), version=bindparam("new_version"))
)
_HIT: Final = select(HITS).where(HITS.c.id == bindparam("hit_id"))
_SEEN_AT: Final = func.coalesce(ARTICLES.c.first_seen_at, ARTICLES.c.first_seen_at)
_LOWEST: Final = func.min(ARTICLES.c.id + 0)
"""Of the bare number SQLite would look for the lowest by walking all articles from the first on."""
_STEPPED: Final = timedelta(days=1)
_OLDEST: Final = select(ARTICLES.c.first_seen_at).order_by(ARTICLES.c.first_seen_at).limit(1)
_FIRST_FROM: Final = (
    select(ARTICLES.c.id)
    .where(ARTICLES.c.first_seen_at >= bindparam("since"))
    .order_by(ARTICLES.c.first_seen_at, ARTICLES.c.id)
    .limit(1)
)
"""Where the clock was stepped, times and numbers differ in order, and a count between numbers is that much off."""
_UNKNOWN: Final[Mapping[str, str]] = MappingProxyType({})


class SqlArticles:
    """Implements `ports.Articles` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, feed_id: int, entries: Sequence[Entry]) -> dict[str, StoredArticle]:
        """The stored articles of these entries by entry key: known by this feed's key, else by identity."""
        keys = tuple({entry.key for entry in entries})
        named = {entry.key: entry.article for entry in entries}
        rows = {
            row.key: row
            for row in _BY_KEY.rows(self._connection, keys, {"feed_id": feed_id})
            if _is_same(row, named[row.key])
        }
        unknown = [entry for entry in entries if entry.key not in rows]
        identities = tuple({entry.article.identity for entry in unknown})
        known = {row.identity: row for row in _BY_IDENTITY.rows(self._connection, identities)}
        rows |= {entry.key: known[entry.article.identity] for entry in unknown if entry.article.identity in known}
        articles = articles_of(self._connection, rows.values())
        titles = self._earlier_titles(tuple(articles))
        linked = set(rows) - {entry.key for entry in unknown}
        return {
            key: StoredArticle(row.id, articles[row.id], key in linked, tuple(titles[row.id]))
            for key, row in rows.items()
        }

    def get(self, article_id: int) -> StoredArticle | None:
        """The article of this number with the feeds that carried it; None if there is none."""
        row = self._connection.execute(_BY_ID, {"article_id": article_id}).one_or_none()
        if row is None:
            return None
        (article,) = articles_of(self._connection, [row]).values()
        return StoredArticle(row.id, article, earlier_titles=tuple(self._earlier_titles((row.id,))[row.id]))

    def _earlier_titles(self, article_ids: Sequence[int]) -> dict[int, list[str]]:
        titles: defaultdict[int, list[str]] = defaultdict(list)
        for row in _TITLES.rows(self._connection, article_ids):
            titles[row.article_id].append(row.title)
        return titles

    def add(self, article: Article, now: datetime) -> tuple[int, bool]:
        """Store an article; its number, and whether it is new (false: the identity was there already)."""
        values = {
            "identity": article.identity,
            "url": article.url,
            "title": article.title,
            "summary": article.summary,
            "content": article.content,
            "author": article.author,
            "source": article.source,
            "tags": article.tags,
            "published_at": article.published_at,
            "published_precision": article.published_precision and article.published_precision.value,
            "first_seen_at": now,
        }
        article_id = _ADD.one(self._connection, values)
        if article_id is not None:
            pairs.add(self._connection, article_id, _texts(article))
            return article_id, True
        return self._connection.execute(_ID_OF, {"identity": article.identity}).scalar_one(), False

    def link(self, feed_id: int, links: Mapping[str, int], now: datetime) -> None:
        """Remember that this feed carried these articles (entry key to article number); repeating is harmless."""
        rows = [
            {"feed_id": feed_id, "key": key, "article_id": article_id, "first_seen_at": now}
            for key, article_id in links.items()
        ]
        if rows:
            _LINK.many(self._connection, rows)
            _RELINK.run_many(
                self._connection,
                [{"of_feed": feed_id, "of_key": key, "to_article": article_id} for key, article_id in links.items()],
            )

    def revise(self, article_id: int, article: Article, now: datetime) -> None:
        """Replace the texts of an article; what was there becomes a revision. Url and first-seen time stay.

        The hits of the article stay too, but lose their spans, which pointed into the old texts; `add_hits`
        gives new ones to those that still match.
        """
        old = self._connection.execute(_BY_ID, {"article_id": article_id}).one()
        pairs.add(self._connection, article_id, _texts(article), _texts(old))
        self._connection.execute(_KEEP_OLD_TEXTS, {"article_id": article_id, "replaced_at": now})
        self._connection.execute(
            _REPLACE_TEXTS,
            {
                "article_id": article_id,
                "new_title": article.title,
                "new_summary": article.summary,
                "new_content": article.content,
                "new_author": article.author,
                "new_tags": article.tags,
            },
        )
        self._connection.execute(_FORGET_SPANS, {"of_article": article_id})

    def add_hits(
        self, article_id: int, matches: Sequence[Match], now: datetime, versions: Mapping[str, str] = _UNKNOWN
    ) -> tuple[StoredHit, ...]:
        """Store matches as hits; only those that are new for (watchlist, article) come back.

        `versions`: of the definition by which each watchlist matched.
        """
        new: list[StoredHit] = []
        for match in matches:
            version = versions.get(match.watchlist, "")
            values = {
                "watchlist": match.watchlist,
                "article_id": article_id,
                "spans": match.spans,
                "weak": match.weak,
                "first_seen_at": now,
                "version": version,
            }
            hit_id = _ADD_HIT.one(self._connection, values)
            if hit_id is not None:
                new.append(StoredHit(hit_id, article_id, match.watchlist, match.spans, match.weak, version))
                continue
            self._connection.execute(
                _RENEW_SPANS,
                {
                    "of_watchlist": match.watchlist,
                    "of_article": article_id,
                    "new_spans": match.spans,
                    "new_weak": match.weak,
                    "new_version": version,
                },
            )
        return tuple(new)

    def hit(self, hit_id: int) -> StoredHit | None:
        """The hit of this number, or None."""
        row = self._connection.execute(_HIT, {"hit_id": hit_id}).one_or_none()
        if row is None:
            return None
        return StoredHit(row.id, row.article_id, row.watchlist, row.spans, row.weak, row.version)

    def page(
        self, before_id: int | None, limit: int, since: datetime | None = None, need: Need | None = None
    ) -> tuple[SeenArticle, ...]:
        """Up to `limit` articles numbered below `before_id` (None: the newest), the highest number first.

        Only those first seen from `since` on; with `need`, only those that may meet it.
        """
        query = select(ARTICLES)
        number: ColumnElement[int] = ARTICLES.c.id
        if need is not None:
            query, number = pairs.meeting(query, ARTICLES.c.id, need, self._connection.dialect.name)
        if before_id is not None:
            query = query.where(number < before_id)
        if since is not None:
            # Numbers are walked. Of the bare time the index of times would be walked instead, all of the span.
            first = self._first_number(since)
            if first is None:
                return ()
            query = query.where(number >= first, since <= _SEEN_AT)
        query = query.order_by(number.desc()).limit(limit)
        rows = self._connection.execute(query).all()
        articles = articles_of(self._connection, rows)
        return tuple(SeenArticle(row.id, articles[row.id], row.first_seen_at) for row in rows)

    def _first_number(self, since: datetime) -> int | None:
        """The lowest number of an article first seen from then on; None if none was.

        It holds if no clock was ever stepped back by over a day.
        Where it was stepped, times and numbers differ in order; so all of the first day are looked at.
        """
        first_at = self._connection.execute(_from(select(func.min(ARTICLES.c.first_seen_at)), since)).scalar()
        if first_at is None:
            return None
        lowest = select(_LOWEST).where(ARTICLES.c.first_seen_at.between(first_at, first_at + _STEPPED))
        return int(self._connection.execute(lowest).scalar_one())

    def count(self, since: datetime | None = None) -> int:
        """How many articles were first seen from `since` on."""
        counted = self._connection.execute(_from(select(func.count()).select_from(ARTICLES), since)).scalar_one()
        return int(counted)

    def oldest_at(self) -> datetime | None:
        """When the first article was first seen; None if there is none."""
        return self._connection.execute(_OLDEST).scalar()

    def count_meeting(self, need: Need, moments: Sequence[datetime], before_id: int) -> tuple[int, ...]:
        """How many articles numbered below `before_id` may meet the need, by the index alone.

        Of each of the growing `moments` those first seen from then until the next.
        """
        firsts = [
            self._connection.execute(_FIRST_FROM, {"since": moment}).scalar() or before_id for moment in moments
        ]
        bounds = [min(first, before_id) for first in (*firsts, before_id)]
        return pairs.count_between(self._connection, need, bounds)


def _is_same(row: Any, article: Article) -> bool:
    """Whether a key still means the article it meant: some feeds number their entries by rank, and reuse numbers."""
    return bool(row.identity == article.identity or row.title == article.title)


def carriers(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[tuple[str, tuple[str, ...]]]]:
    """The feeds that carried each article as (name, tags), the first to carry it first."""
    found: defaultdict[int, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for row in _CARRIERS.rows(connection, article_ids):
        if (row.name, row.tags) not in found[row.article_id]:
            found[row.article_id].append((row.name, row.tags))
    return found


def articles_of(connection: Connection, rows: Iterable[Any]) -> dict[int, Article]:
    """Articles by number, made of rows that hold all columns of the articles table."""
    by_id = {row.id: row for row in rows}
    feeds = carriers(connection, tuple(by_id))
    return {article_id: _article(row, feeds.get(article_id, [])) for article_id, row in by_id.items()}


def _texts(article: Any) -> tuple[str, str, str]:
    return article.title, article.summary, article.content


def _from(query: Select[Any], since: datetime | None) -> Select[Any]:
    return query if since is None else query.where(ARTICLES.c.first_seen_at >= since)


def _article(row: Any, feeds: Sequence[tuple[str, tuple[str, ...]]]) -> Article:
    return Article(
        identity=row.identity,
        url=row.url,
        title=row.title,
        summary=row.summary,
        content=row.content,
        author=row.author,
        source=row.source,
        tags=row.tags,
        feeds=tuple(name for name, _ in feeds),
        feed_tags=tuple(dict.fromkeys(tag for _, tags in feeds for tag in tags)),
        published_at=row.published_at,
        published_precision=row.published_precision and Precision(row.published_precision),
    )
