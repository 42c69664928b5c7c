"""The first page: the stories of a day, newest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.web.ask import bounds, day_of, today_of
from monitor.web.desk import desk_of
from monitor.web.render import page

router: Final = APIRouter()

SHOWN: Final = 30
"""Stories of one page."""


@router.get("/")
async def today(
    request: Request,
    day: str = "",
    watchlist: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The stories that watchlists hit on a day."""
    app = desk_of(request).current()
    shown = day_of(day, app)
    start, end = bounds(shown, app.zone)
    skip = (number - 1) * SHOWN
    found = await app.storage.read(
        lambda work: work.views.stories(start, end, watchlist=watchlist, limit=SHOWN, skip=skip)
    )
    return page(
        request,
        "today.html",
        found=found,
        day=shown,
        is_today=shown == today_of(app),
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1) if shown < today_of(app) else None,
        watchlist=watchlist,
        watchlists=[one.name for one in app.config.watchlists],
        number=number,
        pages=-(-found.total // SHOWN),
    )
