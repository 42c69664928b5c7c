"""Joins the routes, the guard before them and what they stand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from monitor.web import live, troubles
from monitor.web.api import app as api
from monitor.web.api import health, metrics, out
from monitor.web.desk import Desk
from monitor.web.guard import Guard
from monitor.web.pages import (
    briefing,
    configuration,
    deliveries,
    feeds,
    login,
    search,
    status,
    story,
    today,
    trying,
    watchlists,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.bootstrap import App

STATIC: Final = Path(__file__).parent / "static"

PAGES: Final = (
    login,
    today,
    story,
    briefing,
    watchlists,
    search,
    trying,
    feeds,
    deliveries,
    configuration,
    status,
    live,
)


def create_app(current: Callable[[], App], *, is_replica: bool = False) -> FastAPI:
    """The whole web application; `current` gives the parts of the program in force now.

    `is_replica`: no scheduler runs in this process.
    """
    app = FastAPI(title="korean-news-monitor", docs_url=None, redoc_url=None, openapi_url=None)
    desk = Desk(current, is_replica=is_replica)
    app.state.desk = desk
    for part in PAGES:
        app.include_router(part.router, include_in_schema=False)
    troubles.add_to(app)
    for machine in (out, health, metrics):
        app.include_router(machine.router, include_in_schema=False)
    app.mount(api.PREFIX, api.create_api(desk))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard, desk=desk)
    return app
