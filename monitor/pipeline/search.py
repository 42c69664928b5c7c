"""One query over the stored articles, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from datetime import datetime

    from monitor.core.article import Match
    from monitor.core.matching.needs import Need
    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.ports import Storage, Work
    from monitor.pipeline.records import SeenArticle

PAGE: Final = 500
"""Articles read in one transaction: each is short, so that a search holds up no writer."""

FIRST_PAGE: Final = 64
"""The first page is small, for most searches need no second; each one after it is twice as large."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article of the history that the query is true of."""

    seen: SeenArticle
    match: Match


@dataclass(frozen=True, slots=True)
class Results:
    """Part of what a search finds. The rest has numbers below `before_id`; None: there is no more."""

    found: tuple[Found, ...]
    before_id: int | None


async def search(
    storage: Storage,
    matcher: Matcher,
    *,
    need: Need | None = None,
    before_id: int | None = None,
    since: datetime | None = None,
    limit: int,
    progress: Callable[[int], None] = lambda _: None,
) -> AsyncGenerator[Found]:
    """The first `limit` articles, first seen from `since` on, that the one query of `matcher` is true of.

    `need` is what they must hold, so that others need not be looked at; None: all are. `before_id` bounds their
    numbers. `progress` is told of each page how many articles were looked at.
    """
    size, left = FIRST_PAGE, limit
    while True:
        size = min(size, PAGE)
        page = await _page(storage, before_id, size, since, need)
        for seen in page:
            for match in matcher.match(seen.article):
                yield Found(seen, match)
                left -= 1
            if not left:
                return
        progress(len(page))
        if len(page) < size:
            return
        before_id = page[-1].id
        size *= 2


async def search_some(
    storage: Storage,
    matcher: Matcher,
    *,
    need: Need | None,
    before_id: int | None,
    since: datetime | None,
    limit: int,
    patience: int,
) -> Results:
    """Up to `limit` articles, given up for now after looking at `patience` articles or a page more.

    So the answer to one request takes a bounded time, whatever is asked; the next one goes on.
    """
    found: list[Found] = []
    looked, size = 0, FIRST_PAGE
    while looked < patience:
        size = min(size, PAGE)
        # Matched where it is read, in a thread: whoever serves requests is not held up.
        page, matched = await storage.read(partial(_matched, matcher, before_id, size, since, need))
        if len(found) + len(matched) >= limit:
            found += matched[: limit - len(found)]
            return Results(tuple(found), found[-1].seen.id)
        found += matched
        if len(page) < size:
            return Results(tuple(found), None)
        before_id = page[-1].id
        looked += len(page)
        size *= 2
    return Results(tuple(found), before_id)


def _matched(
    matcher: Matcher, before_id: int | None, size: int, since: datetime | None, need: Need | None, work: Work
) -> tuple[tuple[SeenArticle, ...], list[Found]]:
    page = work.articles.page(before_id, size, since, need)
    return page, [Found(seen, match) for seen in page for match in matcher.match(seen.article)]


async def _page(
    storage: Storage, before_id: int | None, size: int, since: datetime | None, need: Need | None
) -> tuple[SeenArticle, ...]:
    return await storage.read(lambda work: work.articles.page(before_id, size, since, need))


def found_row(found: Found) -> dict[str, object]:
    """What a program reads of one article, with the places that match."""
    seen, article = found.seen, found.seen.article
    spans = [
        {
            "field": span.field,
            "start": span.start,
            "end": span.end,
            "text": article.field(span.field)[span.start : span.end],
            "term": span.term,
        }
        for span in found.match.spans
    ]
    return {
        "id": seen.id,
        "url": article.url,
        "title": article.title,
        "published_at": article.published_at and article.published_at.isoformat(),
        "first_seen_at": seen.first_seen_at.isoformat(),
        "feeds": list(article.feeds),
        "spans": spans,
        "weak": found.match.weak,
    }
