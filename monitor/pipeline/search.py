"""One query over the stored articles, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from datetime import datetime

    from monitor.core.article import Match
    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.ports import Storage
    from monitor.pipeline.records import SeenArticle

PAGE: Final = 500
"""Articles read in one transaction: each is short, so that a search holds up no writer."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article of the history that the query is true of."""

    seen: SeenArticle
    match: Match


async def search(
    storage: Storage,
    matcher: Matcher,
    *,
    since: datetime | None = None,
    limit: int,
    progress: Callable[[int], None] = lambda _: None,
) -> AsyncGenerator[Found]:
    """The first `limit` articles, first seen from `since` on, that the one query of `matcher` is true of.

    `progress` is told of each page how many articles were looked at.
    """
    before_id: int | None = None
    left = limit
    while True:
        page = await _page(storage, before_id, since)
        for seen in page:
            for match in matcher.match(seen.article):
                yield Found(seen, match)
                left -= 1
            if not left:
                return
        progress(len(page))
        if len(page) < PAGE:
            return
        before_id = page[-1].id


async def _page(storage: Storage, before_id: int | None, since: datetime | None) -> tuple[SeenArticle, ...]:
    return await storage.read(lambda work: work.articles.page(before_id, PAGE, since))
