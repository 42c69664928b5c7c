"""How often watchlists hit, when anyone looked, and what was told of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from monitor.core.article import Precision, news_at
from monitor.core.matching.version import Definition
from monitor.core.spikes.model import Judgement, Turn, TurnKind
from monitor.pipeline.records import HitStory
from monitor.storage.statements import InsertUnlessKnown, Prepared
from monitor.storage.tables import (
    ARTICLES,
    ENTRIES,
    FEEDS,
    HITS,
    PLACEMENTS,
    TURNS,
    WATCHED_HOURS,
    WATCHLIST_VERSIONS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


_BEAT: Final = InsertUnlessKnown(WATCHED_HOURS, ("hour",))
_FORGET: Final = delete(WATCHED_HOURS).where(WATCHED_HOURS.c.hour < bindparam("before"))
_WATCHED: Final = (
    select(WATCHED_HOURS.c.hour).where(WATCHED_HOURS.c.hour >= bindparam("since")).order_by(WATCHED_HOURS.c.hour)
)
_BEGAN: Final = Prepared(
    lambda _: (
        select(
            ARTICLES.c.id,
            PLACEMENTS.c.story_id,
            ARTICLES.c.published_at,
            ARTICLES.c.published_precision,
            ARTICLES.c.first_seen_at,
        )
        .join(PLACEMENTS, PLACEMENTS.c.article_id == ARTICLES.c.id)
        .where(ARTICLES.c.id > bindparam("after_id"), ARTICLES.c.first_seen_at >= bindparam("since"))
        .order_by(ARTICLES.c.id)
    )
)
_HITS: Final = (
    select(
        HITS.c.id,
        HITS.c.watchlist,
        HITS.c.first_seen_at.label("hit_at"),
        PLACEMENTS.c.story_id,
        ARTICLES.c.published_at,
        ARTICLES.c.published_precision,
        ARTICLES.c.first_seen_at,
    )
    .join(ARTICLES, ARTICLES.c.id == HITS.c.article_id)
    .join(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
    .where(HITS.c.first_seen_at >= bindparam("since"))
    .order_by(HITS.c.id)
)
_CARRIERS: Final = (
    select(FEEDS.c.name)
    .join(ENTRIES, ENTRIES.c.feed_id == FEEDS.c.id)
    .join(HITS, HITS.c.article_id == ENTRIES.c.article_id)
    .where(HITS.c.watchlist == bindparam("watchlist"), HITS.c.first_seen_at >= bindparam("since"))
    .group_by(FEEDS.c.name)
    .order_by(func.count().desc(), FEEDS.c.name)
)
_OPEN: Final = select(TURNS).where(TURNS.c.ended_at.is_(None)).order_by(TURNS.c.id)
_LAST_SPIKE: Final = select(func.max(TURNS.c.began_at)).where(
    TURNS.c.watchlist == bindparam("watchlist"), TURNS.c.kind == TurnKind.SPIKE.value
)
_BEGIN: Final = InsertUnlessKnown(
    TURNS, ("kind", "watchlist", "began_at", "window_s", "count", "expected", "chance", "ended_at")
)
_END: Final = (
    update(TURNS)
    .where(TURNS.c.id == bindparam("turn_id"), TURNS.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_VERSIONS: Final = select(WATCHLIST_VERSIONS).order_by(WATCHLIST_VERSIONS.c.in_force_at, WATCHLIST_VERSIONS.c.id)
_ADD_VERSION: Final = InsertUnlessKnown(
    WATCHLIST_VERSIONS, ("watchlist", "version", "definition", "first_seen_at", "in_force_at")
)
_AGAIN: Final = (
    update(WATCHLIST_VERSIONS)
    .where(
        WATCHLIST_VERSIONS.c.watchlist == bindparam("which"), WATCHLIST_VERSIONS.c.version == bindparam("now_version")
    )
    .values(in_force_at=bindparam("now"))
)
_DEFINITION: Final = select(WATCHLIST_VERSIONS.c.definition).where(
    WATCHLIST_VERSIONS.c.watchlist == bindparam("which"), WATCHLIST_VERSIONS.c.version == bindparam("wanted")
)


class SqlRates:
    """Implements `ports.Rates` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, hour: datetime, forget_before: datetime) -> None:
        """Remember that feeds were watched in this clock hour; older hours than `forget_before` go."""
        _BEAT.many(self._connection, [{"hour": hour}])
        self._connection.execute(_FORGET, {"before": forget_before})

    def watched(self, since: datetime) -> tuple[datetime, ...]:
        """The clock hours that were watched from `since` on, ascending."""
        return tuple(self._connection.execute(_WATCHED, {"since": since}).scalars())

    def began(self, after_id: int, since: datetime) -> Iterator[tuple[int, int, datetime]]:
        """Articles with higher numbers, first seen from `since` on, as (number, story, when it began to be news)."""
        for row in _BEGAN.rows(self._connection, {"after_id": after_id, "since": since}):
            yield row.id, row.story_id, _time_of(row)

    def hit_stories(self, since: datetime) -> tuple[HitStory, ...]:
        """The stories of each watchlist with a hit first seen from `since` on, by when their first hit began."""
        found: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
        for row in self._connection.execute(_HITS, {"since": since}):
            found[row.watchlist, row.story_id].append(row)
        stories = (
            HitStory(watchlist, story_id, min(map(_time_of, rows)), rows[0].id, len(rows), rows[-1].hit_at)
            for (watchlist, story_id), rows in found.items()
        )
        return tuple(sorted(stories, key=lambda story: (story.began_at, story.story_id)))

    def carriers(self, watchlist: str, since: datetime) -> tuple[str, ...]:
        """The feeds that carried its hits first seen from `since` on, the one with the most first."""
        return tuple(self._connection.execute(_CARRIERS, {"watchlist": watchlist, "since": since}).scalars())

    def open_turns(self) -> tuple[Turn, ...]:
        """The turns that have not ended."""
        return tuple(map(turn_of, self._connection.execute(_OPEN)))

    def last_spike_at(self, watchlist: str) -> datetime | None:
        """When its last spike began, or None."""
        return self._connection.execute(_LAST_SPIKE, {"watchlist": watchlist}).scalar()

    def begin(self, turn: Turn) -> int | None:
        """Store a turn; None if one of its kind is open for its watchlist (nothing is stored)."""
        judged = turn.judgement
        row = {
            "kind": turn.kind.value,
            "watchlist": turn.watchlist,
            "began_at": turn.began_at,
            "window_s": int(judged.window.total_seconds()),
            "count": judged.count,
            "expected": judged.expected,
            "chance": judged.chance,
            "ended_at": None,
        }
        return _BEGIN.one(self._connection, row)

    def end(self, turn_id: int, now: datetime) -> bool:
        """End a turn; whether it was open."""
        return self._connection.execute(_END, {"turn_id": turn_id, "now": now}).rowcount == 1


class SqlVersions:
    """Implements `ports.Versions` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sync(self, definitions: Mapping[str, Definition], now: datetime) -> None:
        """Remember the definition that each watchlist has now, and since when, if that is new."""
        last = self.in_force()
        for watchlist, definition in definitions.items():
            if watchlist in last and last[watchlist][0] == definition.version:
                continue
            row = {
                "watchlist": watchlist,
                "version": definition.version,
                "definition": definition.text,
                "first_seen_at": now,
                "in_force_at": now,
            }
            _ADD_VERSION.many(self._connection, [row])
            again = {"which": watchlist, "now_version": definition.version, "now": now}
            self._connection.execute(_AGAIN, again)

    def definition(self, watchlist: str, version: str) -> Definition | None:
        """The definition that a watchlist had under this version; None if it is not known."""
        text = self._connection.execute(_DEFINITION, {"which": watchlist, "wanted": version}).scalar()
        return None if text is None else Definition(text)

    def in_force(self) -> dict[str, tuple[str, datetime]]:
        """Of each watchlist that ever was: the version it had last, and since when."""
        return {row.watchlist: (row.version, row.in_force_at) for row in self._connection.execute(_VERSIONS)}


def _time_of(row: Any) -> datetime:
    precision = row.published_precision and Precision(row.published_precision)
    return news_at(row.published_at, precision, row.first_seen_at)


def turn_of(row: Any) -> Turn:
    """A turn as a row of its table holds it."""
    judgement = Judgement(timedelta(seconds=row.window_s), row.count, row.expected, row.chance)
    return Turn(TurnKind(row.kind), row.watchlist, row.began_at, judgement, row.ended_at, row.id)
