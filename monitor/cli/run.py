"""`monitor run`: the daemon."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.bootstrap import open_app
from monitor.core.errors import ConfigurationError, Problem
from monitor.engines.embedded import EmbeddedEngine
from monitor.engines.reload import Reloader

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from monitor.bootstrap import App
    from monitor.engines.embedded import Crew

log = logging.getLogger(__name__)


class Kind(StrEnum):
    """Where polls and deliveries are done."""

    EMBEDDED = "embedded"
    DISTRIBUTED = "distributed"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(run)


def run(
    context: typer.Context,
    engine: Annotated[
        Kind | None,
        typer.Option(help="Instead of `engine` in config.yaml: where the work is done."),
    ] = None,
) -> None:
    """Poll, match, store and alert until SIGTERM or Ctrl-C; an edited config.yaml takes effect within two seconds."""
    asyncio.run(_run(context.find_object(Path) or Path("config.yaml"), engine))


async def _run(path: Path, kind: Kind | None) -> None:
    # Not above: a web framework would cost every other command half a second.
    from monitor.web.serve import serving  # noqa: PLC0415

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    stop_on_signals(stop)
    # Without this, a SIGHUP before the configuration is open would end the program.
    loop.add_signal_handler(signal.SIGHUP, lambda: None)
    try:
        async with open_app(path) as app, _crew(app, path, kind) as crew:
            _greet(app)
            engine = EmbeddedEngine(
                app.poller, app.courier, app.pages, app.watcher, heartbeat=app.heartbeat, crew=crew
            )
            reloader = Reloader(app, engine, path)
            loop.add_signal_handler(signal.SIGHUP, reloader.ask)
            async with reloader.running(), serving(lambda: reloader.app):
                await engine.run(stop)
    except asyncio.CancelledError:
        log.warning("stopped at once; tries under way are repeated when their leases run out, within a minute")
    else:
        log.info("stopped")


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM or Ctrl-C; the second time, cancel this task."""
    running = asyncio.current_task()

    def end() -> None:
        if stop.is_set() and running is not None:
            running.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)


def _crew(app: App, path: Path, kind: Kind | None) -> AbstractAsyncContextManager[Crew | None]:
    """The workers that do what is due, or None: this process does it."""
    if (kind.value if kind else app.config.engine) != Kind.DISTRIBUTED.value:
        return contextlib.nullcontext()
    try:
        from monitor.engines.crew import open_crew  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise no_extra(error) from error
    return open_crew(app, path)


def no_extra(error: ModuleNotFoundError) -> ConfigurationError:
    """What to do where workers' libraries are missing."""
    todo = "install it: pip install 'korean-news-monitor[postgres]'"
    return ConfigurationError((Problem("engine", f"the extra [postgres] is not installed ({error.name})", todo),))


def _greet(app: App) -> None:
    log.info(
        "watching %d feeds for %d watchlists, alerts go to %s; stop with Ctrl-C",
        len(app.poller.specs),
        len(app.compiled.watchlists),
        ", ".join(app.config.channels) or "nobody (config.yaml names no channel)",
    )
