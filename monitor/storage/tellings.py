"""Who was told of which story, read from alerts, hits and deliveries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update

from monitor.core.alerting import Reason, State
from monitor.core.alerting.model import FLOODED, TELLING, TOLD, Member, StoryState, Telling
from monitor.pipeline.records import HitPlace
from monitor.storage.newest import NEWEST_READ
from monitor.storage.statements import InsertUnlessKnown, LookUp
from monitor.storage.tables import (
    ALERT_HITS,
    ALERTS,
    ARTICLES,
    DELIVERIES,
    ENTRIES,
    HITS,
    PASSES,
    PLACEMENTS,
    WAITING,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_FIRST: Final = ALERTS.c.reason == Reason.FIRST_REPORT.value
_MEMBERS: Final = LookUp(
    select(PLACEMENTS.c.story_id, PLACEMENTS.c.new, ARTICLES.c.id, ARTICLES.c.source, ARTICLES.c.first_seen_at)
    .join(ARTICLES, ARTICLES.c.id == PLACEMENTS.c.article_id)
    .order_by(PLACEMENTS.c.article_id),
    PLACEMENTS.c.story_id,
)
_TELLINGS: Final = LookUp(
    select(
        PLACEMENTS.c.story_id,
        HITS.c.watchlist,
        DELIVERIES.c.channel,
        DELIVERIES.c.state,
        DELIVERIES.c.reason.label("withheld"),
        DELIVERIES.c.due_at,
        DELIVERIES.c.sent_at,
        DELIVERIES.c.read_article_id,
        DELIVERIES.c.read_hit_id,
        ALERTS.c.id,
        ALERTS.c.reason,
        ALERTS.c.watchlist.label("teller"),
    )
    .join(HITS, HITS.c.article_id == PLACEMENTS.c.article_id)
    .join(ALERT_HITS, ALERT_HITS.c.hit_id == HITS.c.id)
    .join(ALERTS, ALERTS.c.id == ALERT_HITS.c.alert_id)
    .join(DELIVERIES, DELIVERIES.c.alert_id == ALERTS.c.id)
    .where(or_(*(ALERTS.c.reason == reason.value for reason in sorted(TOLD))))
    .distinct()
    .order_by(ALERTS.c.id),
    PLACEMENTS.c.story_id,
)
_COUNTS: Final = LookUp(
    select(ALERTS.c.story_id, ALERTS.c.watchlist, func.count().label("alerts"))
    .where(or_(*(ALERTS.c.reason == reason.value for reason in sorted(TELLING))))
    .group_by(ALERTS.c.story_id, ALERTS.c.watchlist),
    ALERTS.c.story_id,
)
_UNTOLD: Final = (
    select(HITS.c.id)
    .join(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
    .where(
        PLACEMENTS.c.story_id == bindparam("story_id"),
        HITS.c.watchlist == bindparam("name"),
        HITS.c.id > bindparam("since"),
    )
    .order_by(HITS.c.id)
)
_ADD_PASSES: Final = InsertUnlessKnown(PASSES, ("hit_id", "channel", "reason", "alert_id", "decided_at"))
_PLACE: Final = select(
    HITS.c.id, HITS.c.watchlist, HITS.c.article_id, PLACEMENTS.c.story_id.label("story_id")
).outerjoin(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
_ALERT_HITS: Final = (
    _PLACE.join(ALERT_HITS, ALERT_HITS.c.hit_id == HITS.c.id)
    .where(ALERT_HITS.c.alert_id == bindparam("alert_id"))
    .order_by(ALERT_HITS.c.id)
)
_PLACES: Final = LookUp(_PLACE.order_by(HITS.c.id), HITS.c.id)
_PENDING: Final = and_(WAITING, DELIVERIES.c.state == State.PENDING.value)
_WITHHOLD: Final = (
    update(DELIVERIES)
    .where(
        _PENDING,
        DELIVERIES.c.alert_id == bindparam("wanted_id"),
        DELIVERIES.c.channel == bindparam("wanted_channel"),
    )
    .values(state=State.SUPPRESSED.value, reason=bindparam("new_reason"), **NEWEST_READ)
)
_OF_WATCHLIST: Final = select(ALERTS.c.created_at).where(
    _FIRST, ALERTS.c.watchlist == bindparam("name"), ALERTS.c.created_at >= bindparam("since")
)
_OF_FEED: Final = (
    select(ALERTS.c.id, ALERTS.c.created_at)
    .join(ALERT_HITS, ALERT_HITS.c.alert_id == ALERTS.c.id)
    .join(HITS, HITS.c.id == ALERT_HITS.c.hit_id)
    .join(ENTRIES, ENTRIES.c.article_id == HITS.c.article_id)
    .where(_FIRST, ENTRIES.c.feed_id == bindparam("feed_id"), ALERTS.c.created_at >= bindparam("since"))
    .distinct()
)
_HELD_SINCE: Final = (
    select(func.count(PLACEMENTS.c.story_id.distinct()))
    .join(HITS, HITS.c.article_id == PLACEMENTS.c.article_id)
    .join(ALERT_HITS, ALERT_HITS.c.hit_id == HITS.c.id)
    .join(ALERTS, ALERTS.c.id == ALERT_HITS.c.alert_id)
    .where(
        ALERTS.c.reason.in_([reason.value for reason in sorted(FLOODED)]),
        ALERTS.c.about == bindparam("wanted"),
        HITS.c.first_seen_at > bindparam("since"),
    )
)
_IS_HOLD: Final = exists().where(ALERTS.c.id == DELIVERIES.c.alert_id, ALERTS.c.reason == Reason.FLOOD.value)
_HOLDS: Final = (
    select(
        ALERTS.c.id,
        ALERTS.c.about,
        ALERTS.c.why,
        ALERTS.c.created_at,
        DELIVERIES.c.channel,
        func.min(DELIVERIES.c.due_at).label("due_at"),
    )
    .join(DELIVERIES, DELIVERIES.c.alert_id == ALERTS.c.id)
    .where(_PENDING, DELIVERIES.c.attempts == 0, ALERTS.c.reason == Reason.FLOOD.value)
    .group_by(ALERTS.c.id, ALERTS.c.about, ALERTS.c.why, ALERTS.c.created_at, DELIVERIES.c.channel)
    .order_by(ALERTS.c.id)
)
_SIZES: Final = LookUp(
    select(ALERT_HITS.c.alert_id, func.count(PLACEMENTS.c.story_id.distinct()).label("stories"))
    .join(HITS, HITS.c.id == ALERT_HITS.c.hit_id)
    .join(PLACEMENTS, PLACEMENTS.c.article_id == HITS.c.article_id)
    .group_by(ALERT_HITS.c.alert_id),
    ALERT_HITS.c.alert_id,
)
_HELD: Final = and_(_PENDING, _IS_HOLD, DELIVERIES.c.alert_id == bindparam("wanted_id"))
_RELEASE: Final = update(DELIVERIES).where(_HELD).values(due_at=bindparam("now"), wanted_at=bindparam("now"))
_DROP: Final = (
    update(DELIVERIES)
    .where(_HELD)
    .values(state=State.SUPPRESSED.value, reason=bindparam("new_reason"), **NEWEST_READ)
)
_OF_KEY: Final = select(ALERTS.c.id).where(ALERTS.c.key == bindparam("wanted"))


class SqlTellings:
    """Implements `ports.Tellings` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stories(self, story_ids: Sequence[int]) -> dict[int, StoryState]:
        """What is known of these stories: their articles in order, and who was told of them."""
        wanted = tuple(dict.fromkeys(story_ids))
        members: defaultdict[int, list[Member]] = defaultdict(list)
        for row in _MEMBERS.rows(self._connection, wanted):
            members[row.story_id].append(Member(row.source, row.first_seen_at, row.new, row.id))
        rows: defaultdict[int, list[Any]] = defaultdict(list)
        for row in _TELLINGS.rows(self._connection, wanted):
            rows[row.story_id].append(row)
        counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for row in _COUNTS.rows(self._connection, wanted):
            counts[row.story_id][row.watchlist] = row.alerts
        return {
            story_id: StoryState(tuple(members[story_id]), _tellings(rows[story_id]), counts[story_id])
            for story_id in wanted
        }

    def untold(self, watchlist: str, story_id: int, since: int) -> tuple[int, ...]:
        """The watchlist's hits of a story that are numbered above `since`, in order."""
        place = {"name": watchlist, "story_id": story_id, "since": since}
        return tuple(self._connection.execute(_UNTOLD, place).scalars())

    def pass_over(self, hit_ids: Sequence[int], channel: str, why: str, alert_id: int, now: datetime) -> None:
        """Store why a channel is not told of hits; the first reason stays."""
        rows = [
            {"hit_id": hit_id, "channel": channel, "reason": why, "alert_id": alert_id or None, "decided_at": now}
            for hit_id in hit_ids
        ]
        _ADD_PASSES.many(self._connection, rows)

    def hits(self, alert_id: int) -> tuple[HitPlace, ...]:
        """The hits of an alert in the order in which they were attached."""
        return _places(self._connection.execute(_ALERT_HITS, {"alert_id": alert_id}))

    def places(self, hit_ids: Sequence[int]) -> tuple[HitPlace, ...]:
        """Where these hits stand."""
        return _places(_PLACES.rows(self._connection, tuple(hit_ids)))

    def withhold(self, alert_id: int, channel: str, why: str) -> int:
        """Suppress what of an alert is pending on a channel; how many deliveries that were."""
        place = {"wanted_id": alert_id, "wanted_channel": channel, "new_reason": why}
        return self._connection.execute(_WITHHOLD, place).rowcount

    def first_at(self) -> datetime | None:
        """When the first alert about a story was made, or None."""
        return self._connection.execute(select(func.min(ALERTS.c.created_at)).where(_FIRST)).scalar()

    def of_watchlist(self, watchlist: str, since: datetime) -> tuple[datetime, ...]:
        """When first reports were made for a watchlist since then."""
        return tuple(self._connection.execute(_OF_WATCHLIST, {"name": watchlist, "since": since}).scalars())

    def of_feed(self, feed_id: int, since: datetime) -> tuple[datetime, ...]:
        """When first reports were made since then of articles that this feed carried."""
        rows = self._connection.execute(_OF_FEED, {"feed_id": feed_id, "since": since})
        return tuple(row.created_at for row in rows)

    def held_since(self, about: str, since: datetime) -> int:
        """How many stories were held for this flood since then."""
        return int(self._connection.execute(_HELD_SINCE, {"wanted": about, "since": since}).scalar_one())

    def holds(self) -> list[dict[str, object]]:
        """The floods that are held now: `id`, `about`, `why`, `channel`, `stories`, `created_at`, `released_at`."""
        rows = self._connection.execute(_HOLDS).all()
        found = _SIZES.rows(self._connection, tuple({row.id for row in rows}))
        sizes = {row.alert_id: row.stories for row in found}
        return [
            {
                "id": row.id,
                "about": row.about,
                "why": row.why,
                "channel": row.channel,
                "stories": sizes.get(row.id, 0),
                "created_at": row.created_at.isoformat(),
                "released_at": row.due_at.isoformat(),
            }
            for row in rows
        ]

    def release_held(self, alert_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
        """Send held floods now; the numbers that were released."""
        return tuple(
            alert_id
            for alert_id in dict.fromkeys(alert_ids)
            if self._connection.execute(_RELEASE, {"wanted_id": alert_id, "now": now}).rowcount
        )

    def drop_held(self, alert_ids: Sequence[int], why: str) -> tuple[int, ...]:
        """Suppress held floods; the numbers that were dropped."""
        return tuple(
            alert_id
            for alert_id in dict.fromkeys(alert_ids)
            if self._connection.execute(_DROP, {"wanted_id": alert_id, "new_reason": why}).rowcount
        )

    def of_key(self, key: str) -> int:
        """The alert of this key; there must be one."""
        return int(self._connection.execute(_OF_KEY, {"wanted": key}).scalar_one())


def _places(rows: Iterable[Any]) -> tuple[HitPlace, ...]:
    return tuple(HitPlace(row.id, row.watchlist, row.article_id, row.story_id or row.article_id) for row in rows)


def _tellings(rows: Iterable[Any]) -> tuple[Telling, ...]:
    """One telling for all recipients of a channel; it is withheld if it is for all of them.

    It waits while none of them has it or is being sent it: what joins it later would be shown to no one who has it.
    """
    found: defaultdict[tuple[int, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.id, row.watchlist, row.channel].append(row)
    return tuple(_telling(same) for same in found.values())


def _telling(rows: Sequence[Any]) -> Telling:
    states = {row.state for row in rows}
    sent_at = [row.sent_at for row in rows if row.sent_at is not None]
    read = [row for row in rows if row.state != State.PENDING.value and row.read_article_id is not None]
    first = rows[0]
    return Telling(
        watchlist=first.watchlist,
        channel=first.channel,
        alert_id=first.id,
        reason=Reason(first.reason),
        teller=first.teller,
        at=min(sent_at) if sent_at else max(row.due_at for row in rows),
        waiting=states - {State.SUPPRESSED.value, State.DEAD.value} == {State.PENDING.value},
        withheld=first.withheld if states == {State.SUPPRESSED.value} else "",
        unsent=bool(states & {State.PENDING.value, State.LEASED.value}),
        article_id=min((row.read_article_id for row in read), default=0),
        hit_id=min((row.read_hit_id or 0 for row in read), default=0),
    )
