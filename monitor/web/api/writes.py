"""What changes something: deliveries tried again, silences made and ended."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from monitor.config.compile import compile_query
from monitor.config.values import duration
from monitor.core.alerting.silence import Matchers, Silence, SilenceError, parse_matchers, written
from monitor.web.api import rows
from monitor.web.api.answers import (
    LONGEST_QUERY,
    MOST_ID,
    NO_NUL,
    Cursor,
    Limit,
    Since,
    cursor_of,
    number_of,
    results,
    start_of,
)
from monitor.web.api.problems import ProblemError
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.bootstrap import App

router: Final = APIRouter(tags=["changes"])

_MOST_AT_ONCE: Final = 1000


class Retry(BaseModel):
    """Deliveries to be tried again."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[int, Field(ge=1, le=MOST_ID)]] = Field(min_length=1, max_length=_MOST_AT_ONCE)


class NewSilence(BaseModel):
    """A mute to be."""

    model_config = ConfigDict(extra="forbid")

    matchers: str = Field(
        max_length=LONGEST_QUERY,
        pattern=NO_NUL,
        description="A watchlist, story:NUMBER, channel:NAME or a query; all that is stated must be true.",
    )
    lasting: str = Field(pattern=r"^[0-9]{1,6}[smhd]$", description="How long: 30m, 2h, 1d.")
    why: str = Field(default="", max_length=1000, pattern=NO_NUL)


@router.post("/deliveries/retry", response_model=rows.Retried)
async def retry(request: Request, wanted: Retry) -> Response:
    """Put dead or suppressed deliveries back into the outbox; they are sent within a second."""
    app = desk_of(request).current()
    now = app.clock.now()
    changed = await app.storage.write(lambda work: work.outbox.retry(wanted.ids, now))
    refused = sorted(set(wanted.ids) - set(changed))
    return JSONResponse({"retried": sorted(changed), "refused": refused})


@router.get("/silences", response_model=rows.Page[rows.Silence])
async def silences(
    request: Request,
    since: Since = "",
    live: Annotated[bool, Query(description="Only those that last.")] = False,  # noqa: FBT002 - a parameter of an address
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """Silences, the newest first."""
    app, before_id = desk_of(request).current(), number_of(cursor)
    now = app.clock.now()
    start = start_of(since, now, app.zone)
    found = await app.storage.read(lambda work: work.silences.all(since=start, limit=limit, before_id=before_id))
    shown = [_row(one, now) for one in found if one.ends_at > now or not live]
    onward = cursor_of(found[-1].created_at, found[-1].id) if len(found) == limit else None
    return results(request, shown, onward)


LONGEST: Final = timedelta(days=366)
"""A silence of years is a slip of the hand."""


@router.post("/silences", status_code=HTTPStatus.CREATED, response_model=rows.Silence)
async def silence(request: Request, wanted: NewSilence) -> Response:
    """Silence alerts for a while; those that it covers are stored as suppressed."""
    app = desk_of(request).current()
    matchers = await asyncio.to_thread(_matchers, app, wanted.matchers)
    lasting = duration(wanted.lasting)
    if not lasting or lasting > LONGEST:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "this is no duration", "write 30m, 2h or 1d; a year at most"
        )
    now = app.clock.now()
    number = await app.storage.write(lambda work: work.silences.add(matchers, wanted.why, now, now + lasting))
    made = Silence(number, matchers, wanted.why, now, now + lasting)
    return JSONResponse(_row(made, now), HTTPStatus.CREATED)


@router.post("/silences/{number}/expire", status_code=HTTPStatus.NO_CONTENT)
async def expire(request: Request, number: Annotated[int, Path(ge=1, le=MOST_ID)]) -> Response:
    """End a silence now."""
    app = desk_of(request).current()
    now = app.clock.now()
    if not await app.storage.write(lambda work: work.silences.expire(number, now)):
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no live silence {number}")
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _matchers(app: App, text: str) -> Matchers:
    """What a silence covers; a query is compiled here, so that a faulty one is refused."""
    try:
        found = parse_matchers(text, [one.name for one in app.config.watchlists], tuple(app.config.channels))
    except SilenceError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    if found.story_id > MOST_ID:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"there is no story {found.story_id}")
    if found.query:
        compile_query(app.compiled, found.query)
    return found


def _row(one: Silence, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "matchers": written(one.matchers),
        "why": one.why,
        "created_at": one.created_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "live": one.ends_at > now,
    }
