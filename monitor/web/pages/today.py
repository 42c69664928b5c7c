"""The first page: the stories, newest first."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.web.desk import desk_of
from monitor.web.render import page

router: Final = APIRouter()

SHOWN: Final = 50


@router.get("/")
async def today(request: Request) -> HTMLResponse:
    """The newest stories."""
    storage = desk_of(request).current().storage
    stories = await storage.read(lambda work: work.listings.stories(limit=SHOWN))
    return page(request, "today.html", stories=stories)
