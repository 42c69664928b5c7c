"""One story."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.pipeline.records import Verdict
from monitor.web.desk import desk_of
from monitor.web.pages.login import safe_next
from monitor.web.render import page

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from monitor.pipeline.views import StoryView

router: Final = APIRouter()

LARGEST_ID: Final = 2**62


@router.get("/stories/{story_id}")
async def story(request: Request, story_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> HTMLResponse:
    """The articles of a story in time, and what was told of it."""
    app = desk_of(request).current()

    def look(work: Work) -> tuple[StoryView, dict[int, Verdict]] | None:
        found = work.views.story(story_id)
        if found is None:
            return None
        since = min((hit.first_seen_at for one in found.members for hit in one.hits), default=None)
        marked = work.marks.marked(since=since) if since else ()
        return found, {one.id: one.verdict for one in marked}

    seen = await app.storage.read(look)
    if seen is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found, verdicts = seen
    members = sorted(found.members, key=lambda one: (one.at, one.id))
    return page(request, "story.html", story=found, members=members, verdicts=verdicts)


@router.post("/hits/{hit_id}/mark")
async def mark(
    request: Request,
    hit_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    verdict: Annotated[Literal["right", "wrong", ""], Form()] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name in the form
) -> RedirectResponse:
    """Say that a hit is right or wrong, or take that back."""
    app = desk_of(request).current()
    now = app.clock.now()
    said = Verdict(verdict) if verdict else None
    if not await app.storage.write(lambda work: work.marks.mark((hit_id,), said, now)):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)
