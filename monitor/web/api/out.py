"""Our own feeds, for feed readers: the articles that watchlists hit, of one watchlist or of all."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response

from monitor.web.api import written
from monitor.web.api.answers import tagged
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.bootstrap import App
    from monitor.pipeline.records import Carried

router: Final = APIRouter()

ENTRIES: Final = 50
MOST_ENTRIES: Final = 500
TITLE: Final = "korean-news-monitor"
Entries = Annotated[int, Query(alias="limit", ge=1, le=MOST_ENTRIES)]


class Form(StrEnum):
    """The form of a feed."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"


_TYPES: Final = {
    Form.RSS: "application/rss+xml",
    Form.ATOM: "application/atom+xml",
    Form.JSON: "application/feed+json",
}
_WRITERS: Final[dict[Form, Callable[[written.Channel, tuple[Carried, ...]], bytes]]] = {
    Form.RSS: written.rss,
    Form.ATOM: written.atom,
    Form.JSON: written.json_feed,
}


@router.get("/out/all.{form}")
async def everything(request: Request, form: Form, limit: Entries = ENTRIES) -> Response:
    """The articles that any watchlist hits, the newest hit first."""
    return await _feed(request, form, "", limit)


@router.get("/out/watchlist/{name:path}.{form}")
async def of_watchlist(request: Request, name: str, form: Form, limit: Entries = ENTRIES) -> Response:
    """The articles that a watchlist hits, the newest hit first."""
    app = desk_of(request).current()
    if name not in {one.name for one in app.config.watchlists}:
        return PlainTextResponse("there is no such watchlist\n", HTTPStatus.NOT_FOUND)
    return await _feed(request, form, name, limit)


async def _feed(request: Request, form: Form, watchlist: str, limit: int) -> Response:
    app: App = desk_of(request).current()
    articles = await app.storage.read(lambda work: work.listings.carried(watchlist, limit))
    title = f"{TITLE}: {watchlist}" if watchlist else TITLE
    # A token stands in the address that was asked, and must not be passed on with the feed.
    address = str(request.url.replace(query="", fragment=""))
    # An empty feed changed when the world began, so that it is the same each time it is asked for.
    updated_at = max((one.revised_at for one in articles), default=written.NEVER)
    channel = written.Channel(title, address, app.config.language, updated_at)
    return tagged(request, _WRITERS[form](channel, articles), _TYPES[form])
