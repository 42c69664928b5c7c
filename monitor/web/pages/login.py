"""Logging in and out."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.web.access import SESSION_S, is_password
from monitor.web.desk import desk_of
from monitor.web.guard import COOKIE
from monitor.web.render import page

if TYPE_CHECKING:
    from monitor.web.access import Visitor

router: Final = APIRouter()

_LONGEST_PASSWORD: Final = 1000
_CHECKING: Final = asyncio.Semaphore(1)
"""A hash takes 64 MB and 50 ms on purpose; one at a time is enough for people."""


def safe_next(wanted: str) -> str:
    """Where to go after logging in: a page of ours, else the first one."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if ours and wanted.isprintable() and "\\" not in wanted else "/"


@router.get("/login")
async def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the parameter's name in the address
    """The page to log in; whoever is in goes on."""
    if request.state.visitor is not None:
        return RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)
    return page(request, "login.html", next=safe_next(next), wait_s=0, wrong=False)


@router.post("/login")
async def log_in(
    request: Request,
    password: Annotated[str, Form(max_length=_LONGEST_PASSWORD)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - as above
) -> Response:
    """Begin a session if the password is right; an address that guesses must wait."""
    desk = desk_of(request)
    dashboard, clock = desk.dashboard, desk.current().clock
    onward = safe_next(next)
    if dashboard.password is None:
        return RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    address = request.client.host if request.client else ""
    async with _CHECKING:
        wait_s = desk.tries.wait_s(address, clock.monotonic_s())
        if wait_s:
            refused = page(
                request, "login.html", HTTPStatus.TOO_MANY_REQUESTS, next=onward, wait_s=int(wait_s) + 1, wrong=False
            )
            refused.headers["retry-after"] = str(int(wait_s) + 1)
            return refused
        if not await asyncio.to_thread(is_password, dashboard, password):
            desk.tries.failed(address, clock.monotonic_s())
            return page(request, "login.html", HTTPStatus.FORBIDDEN, next=onward, wait_s=0, wrong=True)
    desk.tries.passed(address)
    answer = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        desk.sessions.begin(dashboard, clock.monotonic_s()),
        max_age=int(SESSION_S),
        httponly=True,
        samesite="lax",
        # Behind a proxy that speaks TLS, only the browser knows.
        secure=request.headers.get("origin", "").startswith("https://"),
    )
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    visitor: Visitor = request.state.visitor
    desk_of(request).sessions.end(visitor.session)
    answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE)
    return answer
