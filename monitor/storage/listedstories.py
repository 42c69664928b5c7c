"""Stories as the command line and the API show them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from monitor.core.stories.accounts import first_report, independent_accounts
from monitor.core.stories.headline import LETTERS_READ
from monitor.core.stories.model import GroupArticle, Kind
from monitor.storage.places import behind, iso
from monitor.storage.statements import LookUp
from monitor.storage.tables import ARTICLES, HITS, PLACEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.pipeline.records import Place

_MEMBERS: Final = LookUp(
    select(
        PLACEMENTS.c.story_id,
        PLACEMENTS.c.kind,
        ARTICLES.c.id,
        ARTICLES.c.title,
        ARTICLES.c.url,
        ARTICLES.c.source,
        ARTICLES.c.published_at,
        ARTICLES.c.first_seen_at,
        func.substr(ARTICLES.c.summary, 1, LETTERS_READ).label("summary"),
        func.substr(ARTICLES.c.content, 1, LETTERS_READ).label("content"),
    )
    .join(ARTICLES, ARTICLES.c.id == PLACEMENTS.c.article_id)
    .order_by(ARTICLES.c.id),
    PLACEMENTS.c.story_id,
)
_STORY_HITS: Final = LookUp(
    select(PLACEMENTS.c.story_id, HITS.c.watchlist)
    .join(HITS, HITS.c.article_id == PLACEMENTS.c.article_id)
    .order_by(HITS.c.id),
    PLACEMENTS.c.story_id,
)


def listed_stories(
    connection: Connection,
    *,
    since: datetime | None = None,
    watchlist: str = "",
    story_id: int | None = None,
    limit: int = 50,
    before: Place | None = None,
) -> list[dict[str, object]]:
    """Stories, the one with the newest article first; of each the articles in the order in which they came."""
    last_seen_at, in_story = ARTICLES.c.first_seen_at, PLACEMENTS.c.story_id
    query = (
        select(in_story)
        .join(ARTICLES, ARTICLES.c.id == PLACEMENTS.c.article_id)
        # Walking the articles from the newest one, a story is met first at its newest: no history is grouped.
        .where(~_has_newer_member())
        .order_by(last_seen_at.desc(), in_story.desc())
    )
    if watchlist:
        hit = select(in_story).join(HITS, HITS.c.article_id == PLACEMENTS.c.article_id)
        query = query.where(in_story.in_(hit.where(HITS.c.watchlist == watchlist)))
    if story_id is not None:
        query = query.where(in_story == story_id)
    query = behind(query, last_seen_at, in_story, before)
    if since is not None:
        query = query.where(last_seen_at >= since)
    story_ids = tuple(connection.execute(query.limit(limit)).scalars())
    members: defaultdict[int, list[Any]] = defaultdict(list)
    for row in _MEMBERS.rows(connection, story_ids):
        members[row.story_id].append(row)
    watchlists: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for row in _STORY_HITS.rows(connection, story_ids):
        watchlists[row.story_id][row.watchlist] = None
    return [_story(story_id, members[story_id], tuple(watchlists[story_id])) for story_id in story_ids]


def _has_newer_member() -> ColumnElement[bool]:
    """Whether the story of an article has an article that was seen later (or then, with a higher number)."""
    other_place, other = PLACEMENTS.alias(), ARTICLES.alias()
    at, number = ARTICLES.c.first_seen_at, ARTICLES.c.id
    later = or_(other.c.first_seen_at > at, and_(other.c.first_seen_at == at, other.c.id > number))
    return (
        select(other.c.id)
        .join(other_place, other_place.c.article_id == other.c.id)
        .where(other_place.c.story_id == PLACEMENTS.c.story_id, later)
        .correlate(PLACEMENTS, ARTICLES)
        .exists()
    )


def _story(story_id: int, members: Sequence[Any], watchlists: Sequence[str]) -> dict[str, object]:
    """The first reporter is the outlet of the earliest article by publication."""
    articles = [_group_article(row) for row in members]
    first = first_report(articles)
    kinds = Counter(row.kind for row in members)
    return {
        "id": story_id,
        "title": members[0].title,
        "articles": [row.url for row in members],
        "outlets": list(dict.fromkeys(row.source for row in members)),
        "independent_outlets": len(independent_accounts(articles)),
        "first_reporter": first.outlet,
        "first_published_at": iso(first.published_at),
        "copies": kinds[Kind.COPY.value],
        "updates": kinds[Kind.UPDATE.value],
        "new_angles": kinds[Kind.NEW_ANGLE.value],
        "watchlists": list(watchlists),
        "first_seen_at": iso(members[0].first_seen_at),
        "last_seen_at": iso(max(row.first_seen_at for row in members)),
    }


def _group_article(row: Any) -> GroupArticle:
    published_at = row.published_at or row.first_seen_at
    return GroupArticle(f"{row.id:020}", row.title, published_at, row.summary or row.content, row.source, row.url)
