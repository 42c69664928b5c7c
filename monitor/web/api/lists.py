"""What is stored, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from monitor.core.alerting import State
from monitor.core.query.printer import print_query
from monitor.pipeline.records import Place
from monitor.web.api import rows
from monitor.web.api.answers import (
    MOST_ID,
    Cursor,
    Limit,
    Named,
    Since,
    answer,
    page,
    place_of,
    results,
    start_of,
)
from monitor.web.api.problems import ProblemError
from monitor.web.desk import desk_of

router: Final = APIRouter(tags=["stored"])

Number = Annotated[int, Path(ge=1, le=MOST_ID)]
SomeNumber = Annotated[int | None, Query(ge=1, le=MOST_ID)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a list that is asked for: from `since` on, behind `before`, at most `limit` rows."""

    since: datetime | None
    limit: int
    before: Place | None

    async def page(self, request: Request, at: str, ask: Callable[..., Sequence[Mapping[str, object]]]) -> Response:
        """What `ask(listings, since=, limit=, before=)` finds; `at` is the key of the time it is sorted by."""
        found = (
            await desk_of(request)
            .current()
            .storage.read(lambda work: ask(work.listings, since=self.since, limit=self.limit, before=self.before))
        )
        return page(request, found, at, self.limit)


def stretch(request: Request, since: Since = "", limit: Limit = 50, cursor: Cursor = "") -> Stretch:
    """What the address says of it."""
    app = desk_of(request).current()
    return Stretch(start_of(since, app.clock.now(), app.zone), limit, place_of(cursor))


Asked = Annotated[Stretch, Depends(stretch)]


@router.get("/stories", response_model=rows.Page[rows.Story])
async def stories(request: Request, asked: Asked, watchlist: Named = "") -> Response:
    """Stories, the one with the newest article first."""
    return await asked.page(
        request, "last_seen_at", lambda listings, **part: listings.stories(watchlist=watchlist, **part)
    )


@router.get("/stories/{number}", response_model=rows.Story)
async def story(request: Request, number: Number) -> Response:
    """One story."""
    app = desk_of(request).current()
    found = await app.storage.read(lambda work: work.listings.stories(story_id=number, limit=1))
    if not found:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no story {number}")
    return answer(request, found[0])


@router.get("/articles", response_model=rows.Page[rows.Article])
async def articles(request: Request, asked: Asked, feed: Named = "", story: SomeNumber = None) -> Response:
    """Articles, the newest first seen first; of one feed or story."""
    return await asked.page(
        request, "first_seen_at", lambda listings, **part: listings.articles(feed=feed, story_id=story, **part)
    )


@router.get("/articles/{number}", response_model=rows.WholeArticle)
async def article(request: Request, number: Number) -> Response:
    """One article with its text."""
    app = desk_of(request).current()
    row, stored, story = await app.storage.read(
        lambda work: (
            work.listings.articles(article_id=number, limit=1),
            work.articles.get(number),
            work.stories.story_of(number),
        )
    )
    if not row or stored is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no article {number}")
    whole = stored.article
    rest = {"content": whole.content, "author": whole.author, "source": whole.source, "tags": list(whole.tags)}
    return answer(request, row[0] | rest | {"story_id": story})


@router.get("/hits", response_model=rows.Page[rows.Hit])
async def hits(request: Request, asked: Asked, watchlist: Named = "", alert: SomeNumber = None) -> Response:
    """Hits, the newest first; all that an alert tells of, if it is named."""
    return await asked.page(
        request, "first_seen_at", lambda listings, **part: listings.hits(watchlist=watchlist, alert_id=alert, **part)
    )


@router.get("/alerts", response_model=rows.Page[rows.Alert])
async def alerts(request: Request, asked: Asked, watchlist: Named = "") -> Response:
    """Alerts and why they exist, the newest first."""
    return await asked.page(
        request, "created_at", lambda listings, **part: listings.alerts(watchlist=watchlist, **part)
    )


@router.get("/deliveries", response_model=rows.Page[rows.Delivery])
async def deliveries(request: Request, asked: Asked, state: State | None = None, channel: Named = "") -> Response:
    """Deliveries, the newest first."""
    wanted = "" if state is None else state.value
    return await asked.page(
        request, "created_at", lambda listings, **part: listings.deliveries(state=wanted, channel=channel, **part)
    )


@router.get("/deliveries/{number}/attempts", response_model=rows.Page[rows.Attempt])
async def attempts(request: Request, number: Number) -> Response:
    """The tries at a delivery, in order."""
    app = desk_of(request).current()
    return results(request, await app.storage.read(lambda work: work.listings.attempts(number)))


@router.get("/feeds", response_model=rows.Page[rows.Feed])
async def feeds(request: Request) -> Response:
    """All feeds with their health, by name, the removed ones too."""
    app = desk_of(request).current()
    return results(request, await app.storage.read(lambda work: work.listings.feeds()))


@router.get("/watchlists", response_model=rows.Page[rows.Watchlist])
async def watchlists(request: Request) -> Response:
    """The watchlists in force, in the order of the configuration."""
    app = desk_of(request).current()
    compiled = {one.name: one for one in app.compiled.watchlists}
    return results(
        request,
        [
            {
                "name": one.name,
                "query": print_query(compiled[one.name].query),
                "feeds": list(one.feeds),
                "tags": list(one.tags),
                "channels": list(app.compiled.routes[one.name]),
                "severity": one.severity.value,
                "labels": list(one.labels),
                "version": app.watcher.definitions[one.name].version,
            }
            for one in app.config.watchlists
        ],
    )
