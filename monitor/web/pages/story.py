"""One story."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.web.desk import desk_of
from monitor.web.render import page

router: Final = APIRouter()

LARGEST_ID: Final = 2**62


@router.get("/stories/{story_id}")
async def story(request: Request, story_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> HTMLResponse:
    """The articles of a story in time, and what was told of it."""
    app = desk_of(request).current()
    found = await app.storage.read(lambda work: work.views.story(story_id))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    members = sorted(found.members, key=lambda one: (one.at, one.id))
    return page(request, "story.html", story=found, members=members)
