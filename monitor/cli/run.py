"""`monitor run`: the daemon."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.bootstrap import open_app
from monitor.engines.embedded import EmbeddedEngine
from monitor.engines.reload import Reloader

if TYPE_CHECKING:
    from monitor.bootstrap import App

log = logging.getLogger(__name__)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(run)


def run(context: typer.Context) -> None:
    """Poll, match, store and alert until SIGTERM or Ctrl-C; an edited config.yaml takes effect within two seconds."""
    asyncio.run(_run(context.find_object(Path) or Path("config.yaml")))


async def _run(path: Path) -> None:
    # Not above: a web framework would cost every other command half a second.
    from monitor.web.serve import serving  # noqa: PLC0415

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    running = asyncio.current_task()

    def end() -> None:
        if stop.is_set() and running is not None:
            running.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        async with open_app(path) as app:
            _greet(app)
            engine = EmbeddedEngine(app.poller, app.courier, app.pages, app.watcher)
            reloader = Reloader(app, engine, path)
            loop.add_signal_handler(signal.SIGHUP, reloader.ask)
            async with reloader.running(), serving(lambda: reloader.app):
                await engine.run(stop)
    except asyncio.CancelledError:
        log.warning("stopped at once; tries under way are repeated when their leases run out, within a minute")
    else:
        log.info("stopped")


def _greet(app: App) -> None:
    log.info(
        "watching %d feeds for %d watchlists, alerts go to %s; stop with Ctrl-C",
        len(app.poller.specs),
        len(app.compiled.watchlists),
        ", ".join(app.config.channels) or "nobody (config.yaml names no channel)",
    )
