"""`monitor worker`: does what `monitor run --engine distributed` gives out."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import typer

from monitor.bootstrap import open_member
from monitor.cli.run import no_extra, stop_on_signals

log = logging.getLogger(__name__)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(worker)


def worker(context: typer.Context) -> None:
    """Poll and deliver what a scheduler gives out, until SIGTERM or Ctrl-C. Any number may run, on any hosts."""
    asyncio.run(_work(context.find_object(Path) or Path("config.yaml")))


async def _work(path: Path) -> None:
    try:
        from monitor.engines.queue import open_queue  # noqa: PLC0415 - an extra
        from monitor.engines.worker import Worker  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise no_extra(error) from error
    stop = asyncio.Event()
    stop_on_signals(stop)
    try:
        async with open_member(path) as member, open_queue(member.database, member.base) as queue:
            log.info("working with configuration %d; stop with Ctrl-C", member.version)
            await Worker(member, queue).run(stop)
    except asyncio.CancelledError:
        log.warning("stopped at once; what was under way is given to others within half a minute")
    else:
        log.info("stopped")
