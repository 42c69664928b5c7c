"""Give a watchlist the hits that it would have had, had it been there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.decide import freshness
from monitor.core.alerting.model import NewHit
from monitor.pipeline.alert import tell_hits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.core.matching.version import Definition
    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.ports import Clock, Storage, Work
    from monitor.pipeline.records import PastArticle
    from monitor.pipeline.tell import Audience

PAGE: Final = 500
"""Article numbers in one transaction: each is short, so that no poll waits for long."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """What is to be done for which watchlist: the one of `matcher`. Nobody is told without an `audience`."""

    watchlist: str
    definition: Definition
    matcher: Matcher
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done: articles looked at, hits and alerts that are new."""

    articles: int = 0
    hits: int = 0
    alerts: int = 0


async def backfill(
    storage: Storage,
    asked: Backfill,
    clock: Clock,
    *,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Filled:
    """Look at the articles first seen from `since` on, the oldest first, and store the hits that are missing.

    What is told is decided as for a poll that brings the articles now: those of more than three days ago come in one
    summary. Doing it again changes nothing. `progress` is told how many articles each page had.

    Raises:
        StorageError: the database cannot be used; the pages before are done.
    """
    ends = await storage.read(lambda work: work.history.bounds(since))
    if ends is None:
        return Filled()
    articles = hits = alerts = 0
    for low in range(ends[0], ends[1] + 1, PAGE):
        past = await _page(storage, low, since)
        found = [
            one.seen.id for one in past if asked.watchlist not in one.hits and asked.matcher.match(one.seen.article)
        ]
        if found:
            more = await _store(storage, asked, found, clock.now())
            hits, alerts = hits + more.hits, alerts + more.alerts
        articles += len(past)
        progress(len(past))
    return Filled(articles, hits, alerts)


async def _page(storage: Storage, low: int, since: datetime | None) -> tuple[PastArticle, ...]:
    return await storage.read(lambda work: work.history.between(low, low + PAGE - 1, since))


async def _store(storage: Storage, asked: Backfill, article_ids: Sequence[int], now: datetime) -> Filled:
    return await storage.write(lambda work: _keep(work, asked, article_ids, now))


def _keep(work: Work, asked: Backfill, article_ids: Sequence[int], now: datetime) -> Filled:
    """Match once more what may have been revised meanwhile, and store it."""
    work.versions.sync({asked.watchlist: asked.definition}, now)
    versions = {asked.watchlist: asked.definition.version}
    hits: list[NewHit] = []
    for article_id in article_ids:
        stored = work.articles.get(article_id)
        if stored is None:
            continue
        story_id = work.stories.story_of(article_id) or article_id
        news = freshness(stored.article.published_at, now, revised=False)
        new = work.articles.add_hits(article_id, asked.matcher.match(stored.article), now, versions)
        hits += [NewHit(hit.id, story_id, hit.watchlist, news, bool(hit.weak)) for hit in new]
    alerts = tell_hits(work, hits, asked.audience, now) if asked.audience else 0
    return Filled(hits=len(hits), alerts=alerts)
