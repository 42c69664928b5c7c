"""Tells open pages that there is something new, by server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from monitor.core.errors import StorageError
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from monitor.web.desk import Desk

router: Final = APIRouter()

LOOK_S: Final = 3.0
"""How often the database is asked for its highest numbers."""
ALIVE_S: Final = 25.0
"""A comment is sent at least so often, so that proxies and browsers keep the line."""
MOST_LINES: Final = 50


@router.get("/live")
async def live(request: Request) -> Response:
    """A stream that says `news` with the number of the newest hit whenever there is a new one."""
    desk = desk_of(request)
    if len(desk.lines) >= MOST_LINES:
        return Response(status_code=503, headers={"retry-after": "60"})
    return StreamingResponse(_news(desk), media_type="text/event-stream")


async def _news(desk: Desk) -> AsyncIterator[str]:
    line = object()
    desk.lines.add(line)
    try:
        newest = await _newest(desk)
        yield f"retry: 10000\nevent: hello\ndata: {newest}\n\n"
        silent_s = 0.0
        while True:
            await asyncio.sleep(LOOK_S)
            before, newest = newest, await _newest(desk)
            silent_s += LOOK_S
            if newest != before:
                yield f"event: news\ndata: {newest}\n\n"
                silent_s = 0.0
            elif silent_s >= ALIVE_S:
                yield ": alive\n\n"
                silent_s = 0.0
    finally:
        desk.lines.discard(line)


async def _newest(desk: Desk) -> int:
    try:
        return (await desk.current().storage.read(lambda work: work.views.pulse())).hit
    except StorageError:
        return 0
