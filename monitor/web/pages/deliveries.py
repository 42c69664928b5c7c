"""The outbox: what was sent, what waits, what died; and another try."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.core.alerting import State
from monitor.web.desk import desk_of
from monitor.web.pages.login import safe_next
from monitor.web.pages.story import LARGEST_ID
from monitor.web.render import page

router: Final = APIRouter()

SHOWN: Final = 50


@router.get("/deliveries")
async def deliveries(
    request: Request,
    state: str = "",
    channel: str = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> HTMLResponse:
    """Deliveries with their tries, the newest first."""
    if state and state not in set(State):
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"state: one of {', '.join(State)}")
    app = desk_of(request).current()
    rows, counts = await app.storage.read(
        lambda work: (
            work.views.deliveries(state=state, channel=channel, before_id=before, limit=SHOWN),
            work.outbox.counts(),
        )
    )
    return page(
        request,
        "deliveries.html",
        rows=rows,
        counts=counts,
        states=list(State),
        state=state,
        channel=channel,
        channels=list(app.config.channels),
        older=rows[-1].id if len(rows) == SHOWN else None,
        again=frozenset({State.DEAD, State.SUPPRESSED}),
    )


@router.post("/deliveries/{delivery_id}/retry")
async def retry(
    request: Request,
    delivery_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    next: Annotated[str, Form(max_length=2000)] = "/deliveries",  # noqa: A002 - the field's name in the form
) -> RedirectResponse:
    """Put a dead or suppressed delivery back; the daemon sends it within a second."""
    app = desk_of(request).current()
    now = app.clock.now()
    await app.storage.write(lambda work: work.outbox.retry((delivery_id,), now))
    return RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)
