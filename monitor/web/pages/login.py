"""Logging in and out."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.web import access
from monitor.web.access import address_of, is_open_to_all, stamp_of
from monitor.web.desk import desk_of
from monitor.web.guard import cookie, secret_of
from monitor.web.render import page

if TYPE_CHECKING:
    from monitor.web.access import Visitor

router: Final = APIRouter()

FORWARDED: Final = "x-forwarded-for"
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
    """Begin a session if the password, or a token, is right; who guesses must wait."""
    desk = desk_of(request)
    app, dashboard, clock = desk.current(), desk.dashboard, desk.current().clock
    onward = safe_next(next)
    if is_open_to_all(dashboard):
        return RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    before = secret_of(request.headers)
    # Where others guess from the same address, a browser that was logged in before has tries of its own.
    client = request.client.host if request.client else ""
    who = before if request.state.is_known else address_of(dashboard, client, request.headers.get(FORWARDED, ""))
    async with _CHECKING:
        wait_s = desk.tries.wait_s(who, clock.monotonic_s())
        if wait_s:
            refused = page(
                request, "login.html", HTTPStatus.TOO_MANY_REQUESTS, next=onward, wait_s=int(wait_s) + 1, wrong=False
            )
            refused.headers["retry-after"] = str(int(wait_s) + 1)
            return refused
        stamp = await asyncio.to_thread(stamp_of, dashboard, password)
        if not stamp:
            desk.tries.failed(who, clock.monotonic_s())
            return page(request, "login.html", HTTPStatus.FORBIDDEN, next=onward, wait_s=0, wrong=True)
    desk.tries.passed(who)
    secret = await access.begin(app.storage, stamp, clock.now(), before)
    return RedirectResponse(onward, HTTPStatus.SEE_OTHER, {"set-cookie": cookie(secret, request.headers)})


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    visitor: Visitor = request.state.visitor
    app = desk_of(request).current()
    if visitor.session:
        await access.end(app.storage, visitor.session, app.clock.now())
    return RedirectResponse("/login", HTTPStatus.SEE_OTHER)
