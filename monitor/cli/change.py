"""What commands do to rows that are named by their numbers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.bootstrap import open_storage
from monitor.cli.output import say_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.pipeline.ports import Work


def change_rows(
    context: typer.Context, ids: Sequence[int], done: str, otherwise: str, do: Callable[[Work], tuple[int, ...]]
) -> None:
    """Do something to rows of the configured database; `do` gives the numbers of those that it was done to.

    `done` is said of these, `otherwise` of the others.

    Raises:
        typer.Exit: with 1, if there are others.
    """
    path = context.find_object(Path) or Path("config.yaml")

    async def change() -> tuple[int, ...]:
        async with open_storage(path) as opened:
            return await opened.storage.write(do)

    changed = asyncio.run(change())
    say_all([f"{done}: {', '.join(map(str, changed)) or 'none'}"])
    left = sorted(set(ids) - set(changed))
    if left:
        say_all([f"{otherwise}: {', '.join(map(str, left))}"])
        raise typer.Exit(1)
