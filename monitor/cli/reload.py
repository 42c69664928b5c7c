"""`monitor reload`: have the daemon read its configuration now."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from monitor.bootstrap import open_storage, read_config
from monitor.cli.output import say_all
from monitor.config.warn import warnings_of

if TYPE_CHECKING:
    from monitor.pipeline.ports import Storage
    from monitor.pipeline.records import Reload

PATIENCE_S: Final = 15.0
"""A daemon looks every second; a large configuration takes a few to be proved."""

LOOK_AGAIN_S: Final = 0.1


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(reload)


def reload(context: typer.Context) -> None:
    """Have the daemon read its configuration now, and tell what came of it.

    It follows edits by itself; this waits for the outcome. Exit 1 if it was refused, or if no daemon answers.
    """
    path = context.find_object(Path) or Path("config.yaml")
    say_all(warnings_of(*read_config(path)))
    answer = asyncio.run(_ask(path))
    if answer is None:
        todo = "start it with `monitor run`; after a change of `database` it must be started anew"
        say_all([f"no daemon has answered within {PATIENCE_S:g} s; {todo}"])
        raise typer.Exit(1)
    if answer.fault:
        say_all([f"refused, the earlier configuration goes on: {answer.fault}"])
        raise typer.Exit(1)
    say_all([f"{path}: in force"])


async def _ask(path: Path) -> Reload | None:
    """The daemon's answer, or None if none came."""
    async with open_storage(path) as opened:
        asked_at = datetime.now(UTC)
        await opened.storage.write(lambda work: work.reloads.ask(asked_at))
        return await _answer(opened.storage, asked_at)


async def _answer(storage: Storage, asked_at: datetime) -> Reload | None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        state = await storage.read(lambda work: work.reloads.state())
        if state.read_at is not None and state.read_at >= asked_at:
            return state
        await asyncio.sleep(LOOK_AGAIN_S)
    return None
