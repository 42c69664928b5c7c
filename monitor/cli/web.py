"""`monitor web`: the dashboard alone, as often as wanted, beside a scheduler and workers."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import typer

from monitor.bootstrap import open_member
from monitor.cli.run import stop_on_signals
from monitor.config.load import load

log = logging.getLogger(__name__)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(web)


def web(context: typer.Context) -> None:
    """Serve the dashboard and the API with the configuration that the database holds, until SIGTERM or Ctrl-C."""
    asyncio.run(_serve(context.find_object(Path) or Path("config.yaml")))


async def _serve(path: Path) -> None:
    from monitor.web.replica import Replica  # noqa: PLC0415 - a web framework would cost every command half a second
    from monitor.web.serve import serving  # noqa: PLC0415 - the same

    stop = asyncio.Event()
    stop_on_signals(stop)
    own = load(path, os.environ)
    async with open_member(path) as member:
        replica = Replica(member, own)
        log.info("serving configuration %d; stop with Ctrl-C", member.version)
        async with serving(lambda: replica.app, is_replica=True):
            await replica.follow(stop)
    log.info("stopped")
