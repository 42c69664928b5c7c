"""Whether the daemon lives and is ready, for whoever restarts it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from monitor.core.errors import StorageError
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from monitor.bootstrap import App

router: Final = APIRouter()

DATABASE_S: Final = 5.0
"""How long the database may take to answer one small question."""

BEAT_S: Final = 120.0
"""The scheduler looks every second for feeds that are due, unless sixteen polls are under way."""

OVERDUE_AFTER: Final = timedelta(minutes=5)
WELL: Final = "ok"


@router.get("/healthz")
async def lives() -> Response:
    """The process answers."""
    return PlainTextResponse(f"{WELL}\n")


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """The database answers, the scheduler beats, and no feed waits for long; 503 if not. Names nothing of yours.

    A replica looks at the database alone: it can show what is stored, whatever became of the scheduler.
    """
    desk = desk_of(request)
    checks = await checks_of(desk.current(), is_replica=desk.is_replica)
    well = all(said == WELL for said in checks.values())
    return JSONResponse({"ready": well, "checks": checks}, HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)


async def checks_of(app: App, *, is_replica: bool = False) -> dict[str, Any]:
    """What was looked at, and `ok` or what is wrong."""
    try:
        async with asyncio.timeout(DATABASE_S):
            due_at = await app.storage.read(lambda work: work.feeds.next_due_at())
    except (StorageError, TimeoutError):
        database, feeds = "does not answer", "unknown"
    else:
        late = app.clock.now() - due_at if due_at else timedelta()
        database = WELL
        feeds = f"one has been due for {late.total_seconds():.0f} s" if late > OVERDUE_AFTER else WELL
    if is_replica:
        return {"database": database}
    return {"database": database, "scheduler": _beat(app), "feeds": feeds}


def _beat(app: App) -> str:
    beat_s = app.poller.tally.beat_s
    if beat_s is None:
        return "has not begun"
    silent_s = app.clock.monotonic_s() - beat_s
    return WELL if silent_s <= BEAT_S else f"silent for {silent_s:.0f} s"
