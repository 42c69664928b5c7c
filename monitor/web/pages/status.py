"""Is all well."""

from __future__ import annotations

import platform
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.pipeline.checkup import check_up
from monitor.pipeline.ports import Work  # noqa: TC001 - as above
from monitor.web.desk import desk_of
from monitor.web.render import page

router: Final = APIRouter()


@router.get("/status")
async def status(request: Request) -> HTMLResponse:
    """What the doctor finds, the last backup, versions, how much is stored."""
    app = desk_of(request).current()
    now = app.clock.now()

    def look(work: Work) -> dict[str, Any]:
        return {
            "totals": work.views.totals(),
            "seen": check_up(work, now),
            "silences": len(work.silences.live(now)),
        }

    return page(
        request,
        "status.html",
        **await app.storage.read(look),
        python=platform.python_version(),
        names={"watchlists": len(app.compiled.watchlists), "channels": len(app.config.channels)},
    )
