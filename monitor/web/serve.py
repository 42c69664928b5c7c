"""Serves the dashboard in the process that polls; whatever goes wrong here stops neither polls nor alerts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import uvicorn

from monitor.config.values import split_listen
from monitor.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from fastapi import FastAPI

    from monitor.bootstrap import App

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""How often it is looked whether the configuration wants another address."""

AGAIN_S: Final = 10.0
"""How long after an address was found taken it is tried again."""

GRACE_S: Final = 2
"""How long answers under way may take at the end."""

MOST_AT_ONCE: Final = 200
"""Connections and answers under way; more get 503."""


class _Server(uvicorn.Server):
    """Leaves the signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Serving:
    """Where the dashboard can be reached: `http://host:port`, "" while it cannot."""

    address: str = ""


@contextlib.asynccontextmanager
async def serving(current: Callable[[], App], *, is_replica: bool = False) -> AsyncIterator[Serving]:
    """Serve the dashboard for the length of the block, on the address that the configuration in force names.

    `is_replica`: no scheduler runs in this process.
    """
    state = Serving()
    task = asyncio.create_task(_keep_serving(current, state, is_replica=is_replica), name="serve the dashboard")
    try:
        yield state
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_serving(current: Callable[[], App], state: Serving, *, is_replica: bool) -> None:
    app = create_app(current, is_replica=is_replica)
    trouble = ""
    while True:
        listen = _wanted(current)
        if not listen:
            await asyncio.sleep(LOOK_S)
            continue
        try:
            opened = _open(listen)
        except OSError as error:
            if trouble != str(error):
                trouble = str(error)
                log.error(  # noqa: TRY400 - the reason says all
                    "no dashboard: dashboard.listen %s: %s; choose another port, or it is tried again every %d s",
                    listen,
                    error,
                    AGAIN_S,
                )
            await asyncio.sleep(AGAIN_S)
            continue
        trouble = ""
        with opened:
            await _serve(app, opened, partial(_wants, current, listen), state)


def _wanted(current: Callable[[], App]) -> str:
    dashboard = current().config.dashboard
    return "" if dashboard is None else dashboard.listen


def _wants(current: Callable[[], App], listen: str) -> bool:
    return _wanted(current) == listen


def _open(listen: str) -> socket.socket:
    host, port = split_listen(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol left open, asyncio would not see that it is TCP, and each answer would wait for 40 ms (Nagle).
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
    except BaseException:
        opened.close()
        raise
    return opened


async def _serve(app: FastAPI, opened: socket.socket, is_wanted: Callable[[], bool], state: Serving) -> None:
    """Serve until the configuration wants another address, or the daemon ends."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    host, port = opened.getsockname()[:2]
    task = asyncio.create_task(server.serve([opened]), name="dashboard")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells it by an attribute
            await asyncio.sleep(0.01)
        state.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        log.info("dashboard on %s", state.address)
        while is_wanted() and not task.done():
            await asyncio.wait((task,), timeout=LOOK_S)
    finally:
        state.address = ""
        server.should_exit = True
        await task
