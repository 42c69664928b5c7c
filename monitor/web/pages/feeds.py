"""How the feeds are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.core.schedule import Health
from monitor.web.desk import desk_of
from monitor.web.render import page

router: Final = APIRouter()

WELL: Final = frozenset({Health.OK, Health.NEW})
_TIMES: Final = ("last_polled_at", "next_poll_at", "failing_since", "last_ok_at", "last_new_at")


@router.get("/feeds")
async def feeds(request: Request) -> HTMLResponse:
    """Every feed with its health, rate, gaps and next poll; the sick ones first."""
    app = desk_of(request).current()
    rows = [_row(one) for one in await app.storage.read(lambda work: work.listings.feeds())]
    rows.sort(key=lambda row: (row["health"] == Health.REMOVED, row["is_well"], row["name"]))
    return page(request, "feeds.html", rows=rows, sick=sum(not row["is_well"] for row in rows if _counts(row)))


def _row(feed: dict[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(feed[name]) if feed[name] else None for name in _TIMES}
    gaps = [
        {"after": datetime.fromisoformat(gap["after"]), "before": datetime.fromisoformat(gap["before"])}
        | {"at_most": gap["at_most"]}
        for gap in feed["gaps"]
    ]
    return feed | times | {"gaps": gaps, "is_well": feed["health"] in WELL}


def _counts(row: dict[str, Any]) -> bool:
    return bool(row["health"] != Health.REMOVED)
