"""Is all well."""

from __future__ import annotations

import platform
from collections import Counter
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.core.alerting import State
from monitor.core.schedule import Health
from monitor.pipeline.ports import Work  # noqa: TC001 - as above
from monitor.web.desk import desk_of
from monitor.web.pages.feeds import WELL
from monitor.web.render import page

router: Final = APIRouter()

STUCK_AFTER: Final = timedelta(minutes=30)
"""A delivery that should have gone out so long ago shows that a channel is down."""
OVERDUE_AFTER: Final = timedelta(minutes=5)


@router.get("/status")
async def status(request: Request) -> HTMLResponse:
    """Versions, queues, the oldest pending delivery, feeds, configuration."""
    app = desk_of(request).current()
    now = app.clock.now()

    def look(work: Work) -> dict[str, Any]:
        return {
            "totals": work.views.totals(),
            "counts": work.outbox.counts(),
            "oldest_at": work.listings.oldest_pending_at(now),
            "health": Counter(str(feed["health"]) for feed in work.listings.feeds()),
            "state": work.reloads.state(),
            "due_at": work.feeds.next_due_at(),
            "next_delivery_at": work.outbox.next_due_at(),
            "silences": len(work.silences.live(now)),
        }

    seen = await app.storage.read(look)
    oldest_at, due_at, health = seen["oldest_at"], seen["due_at"], seen["health"]
    sick = sum(count for name, count in health.items() if name not in {*WELL, Health.REMOVED})
    return page(
        request,
        "status.html",
        **seen,
        sick=sick,
        is_stuck=oldest_at is not None and now - oldest_at > STUCK_AFTER,
        is_overdue=due_at is not None and now - due_at > OVERDUE_AFTER,
        waiting=seen["counts"].get(State.PENDING, 0) + seen["counts"].get(State.LEASED, 0),
        dead=seen["counts"].get(State.DEAD, 0),
        python=platform.python_version(),
        names={"watchlists": len(app.compiled.watchlists), "channels": len(app.config.channels)},
    )
