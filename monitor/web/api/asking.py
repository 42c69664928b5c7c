"""Search over the history, and why a query is true of a text."""

from __future__ import annotations

import asyncio
from collections import Counter
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from monitor.config.compile import compile_query
from monitor.core.article import Article
from monitor.core.matching.explain import explain
from monitor.core.matching.report import json_row
from monitor.pipeline.search import found_row, search_some
from monitor.web.api import rows
from monitor.web.api.answers import (
    LONGEST_QUERY,
    MOST_ID,
    Cursor,
    Limit,
    Since,
    answer,
    cursor_of,
    number_of,
    results,
    start_of,
)
from monitor.web.api.problems import ProblemError
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.core.matching.model import Watchlist
    from monitor.pipeline.ports import Work

router: Final = APIRouter(tags=["asking"])

PATIENCE: Final = 2000
"""Articles that one answer to a search looks at; what it has not looked at comes with the next."""

_LONGEST_TEXT: Final = 200_000
Words = Annotated[str, Field(max_length=_LONGEST_TEXT)]


class Text(BaseModel):
    """A text, or the number of a stored article."""

    model_config = ConfigDict(extra="forbid")

    article: int | None = Field(default=None, ge=1, le=MOST_ID, description="A stored article, instead of a text.")
    title: Words = ""
    summary: Words = ""
    content: Words = ""


class Explain(Text):
    """A watchlist, and what to look at."""

    watchlist: str = Field(max_length=500)


class Try(Text):
    """A query as watchlists hold it, and what to look at."""

    query: str = Field(max_length=LONGEST_QUERY)


@router.get("/search", response_model=rows.Page[rows.Found])
async def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST_QUERY, description="A query as watchlists hold it.")],
    since: Since = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """Search the stored articles with the query language of the watchlists, the newest first.

    An answer looks at a bounded number of articles: it may hold fewer than `limit`, or none, and still have a `next`.
    """
    app, before_id = desk_of(request).current(), number_of(cursor)
    start = start_of(since, app.clock.now(), app.zone)
    matcher = await asyncio.to_thread(compile_query, app.compiled, q)
    found = await search_some(
        app.storage,
        matcher,
        need=matcher.need,
        before_id=before_id,
        since=start,
        limit=limit,
        patience=PATIENCE,
    )
    onward = None if found.before_id is None else cursor_of(app.clock.now().replace(microsecond=0), found.before_id)
    return results(request, [found_row(one) for one in found.found], onward)


@router.post("/explain", response_model=rows.Explained)
async def explain_watchlist(request: Request, wanted: Explain) -> Response:
    """Why a watchlist matches a text or a stored article, clause by clause, with what was nearly a match."""
    app = desk_of(request).current()
    named = {one.name: one for one in app.compiled.watchlists}
    if wanted.watchlist not in named:
        raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such watchlist", "see /api/v1/watchlists")
    asked = named[wanted.watchlist]
    return JSONResponse(await asyncio.to_thread(_explained, app, asked, await _about(app, wanted, asked)))


@router.post("/try", response_model=rows.Explained)
async def try_query(request: Request, wanted: Try) -> Response:
    """The same for a query that is no watchlist yet."""
    app = desk_of(request).current()
    (asked,) = (await asyncio.to_thread(compile_query, app.compiled, wanted.query)).watchlists
    return JSONResponse(await asyncio.to_thread(_explained, app, asked, await _about(app, wanted, asked)))


async def _about(app: App, wanted: Text, asked: Watchlist) -> Article:
    if wanted.article is None:
        # A text comes by no feed; it is looked at as if it came by the right one.
        feeds, feed_tags = tuple(asked.feeds), tuple(asked.feed_tags)
        texts = (wanted.title, wanted.summary, wanted.content)
        return Article("", "", *texts, feeds=feeds, feed_tags=feed_tags)
    number = wanted.article
    stored = await app.storage.read(lambda work: work.articles.get(number))
    if stored is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no article {number}")
    return stored.article


def _explained(app: App, asked: Watchlist, about: Article) -> dict[str, Any]:
    return json_row(asked, explain(app.compiled.lexicon.terms, asked, about, app.compiled.verifier))


@router.get("/status", response_model=rows.Status)
async def status(request: Request) -> Response:
    """How the program is doing."""
    app = desk_of(request).current()
    return answer(request, await app.storage.read(lambda work: _status(app, work)))


def _status(app: App, work: Work) -> dict[str, Any]:
    now, state = app.clock.now(), work.reloads.state()
    times = {
        "oldest_pending_at": work.listings.oldest_pending_at(now),
        "next_feed_due_at": work.feeds.next_due_at(),
        "config_read_at": state.read_at,
        "config_fault_since": state.fault_since,
    }
    return {
        "version": version("korean-news-monitor"),
        "now": now.isoformat(),
        "feeds": dict(Counter(str(feed["health"]) for feed in work.listings.feeds())),
        "deliveries": work.outbox.counts(),
        "config_fault": state.fault,
    } | {name: at and at.isoformat() for name, at in times.items()}
