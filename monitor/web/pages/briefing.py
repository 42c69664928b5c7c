"""What happened since yesterday morning: by watchlist, story and outlet, for paper and for mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time as TimeOfDay  # noqa: N812 - a type, called as the configuration calls it
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.bootstrap import KOREA
from monitor.web.ask import bounds, day_of, today_of
from monitor.web.desk import desk_of
from monitor.web.render import page

if TYPE_CHECKING:
    from datetime import date, datetime

    from monitor.bootstrap import App
    from monitor.pipeline.views import StoryView

router: Final = APIRouter()

BEGINS: Final = TimeOfDay(7)
"""A briefing covers the day up to seven in the morning in Korea, when its readers come to work."""

MOST_STORIES: Final = 500
"""Stories of one page, those hit last; what is left is on the next ones."""
STYLE: Final = Path(__file__).parent.parent / "static" / "briefing.css"


@dataclass(frozen=True, slots=True)
class Chapter:
    """The stories of one watchlist, those that most outlets carry first."""

    watchlist: str
    stories: tuple[StoryView, ...]


@router.get("/briefing")
async def briefing(
    request: Request,
    day: str = "",
    mail: bool = False,  # noqa: FBT001, FBT002 - a flag in the address
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The briefing of a day; with `mail` as a file that needs nothing else."""
    app = desk_of(request).current()
    shown = day_of(day, app)
    start, end = (moment - timedelta(days=1) for moment in bounds(shown, KOREA, BEGINS))
    chapters, total = await _chapters(app, start, end, number)
    values: dict[str, Any] = {
        "chapters": chapters,
        "day": shown,
        "start": start,
        "end": end,
        "stories": total,
        "number": number,
        "pages": max(1, -(-total // MOST_STORIES)),
        "before": shown - timedelta(days=1),
        "after": _after(shown, app),
    }
    if not mail:
        return page(request, "briefing.html", **values)
    answer = page(request, "briefing-mail.html", style=STYLE.read_text(encoding="utf-8"), **values)
    answer.headers["content-disposition"] = f'attachment; filename="briefing-{shown}.html"'
    return answer


def _after(shown: date, app: App) -> date | None:
    return shown + timedelta(days=1) if shown < today_of(app) else None


async def _chapters(app: App, start: datetime, end: datetime, number: int) -> tuple[tuple[Chapter, ...], int]:
    """The chapters of one page, and how many stories there are on all."""
    skip = (number - 1) * MOST_STORIES
    found = await app.storage.read(lambda work: work.views.stories(start, end, limit=MOST_STORIES, skip=skip))
    chapters = []
    for one in app.config.watchlists:
        stories = [story for story in found.stories if one.name in story.watchlists]
        stories.sort(key=lambda story: (-len(story.outlets), -len(story.members), story.id))
        if stories:
            chapters.append(Chapter(one.name, tuple(stories)))
    return tuple(chapters), found.total
