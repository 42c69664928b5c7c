"""`monitor held`: floods that are held, and what to do about them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.bootstrap import open_storage
from monitor.cli.output import say_all
from monitor.cli.show import Json, show_rows
from monitor.core.alerting.model import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.pipeline.ports import Work

app = typer.Typer(help="Floods that are held; `release ID…` sends them now, `drop ID…` never.")
Ids = Annotated[list[int], typer.Argument(min=1, max=2**62, help="Numbers of held floods.")]

COLUMNS: Final = {
    "id": "id",
    "created_at": "held",
    "about": "of",
    "stories": "stories",
    "channel": "channel",
    "why": "why",
    "released_at": "sent",
}


@app.callback(invoke_without_command=True)
def held(context: typer.Context, as_json: Json = False) -> None:
    """Floods that are held: of what, how much, and when they are sent if nobody says otherwise."""
    if not context.invoked_subcommand:
        show_rows(context, lambda work, _: work.tellings.holds(), COLUMNS, as_json=as_json)


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="held")


@app.command()
def release(context: typer.Context, ids: Ids) -> None:
    """Send held floods now, each as one list. Exit 1 if one of the numbers is not held."""
    now = datetime.now(UTC)
    _change(context, ids, "released", lambda work: work.tellings.release_held(ids, now))


@app.command()
def drop(context: typer.Context, ids: Ids) -> None:
    """Do not send held floods; their hits stay. Exit 1 if one of the numbers is not held."""
    _change(context, ids, "dropped", lambda work: work.tellings.drop_held(ids, Withheld.DROPPED.value))


def _change(context: typer.Context, ids: list[int], done: str, do: Callable[[Work], tuple[int, ...]]) -> None:
    path = context.find_object(Path) or Path("config.yaml")

    async def change() -> tuple[int, ...]:
        async with open_storage(path) as opened:
            return await opened.storage.write(do)

    changed = asyncio.run(change())
    say_all([f"{done}: {', '.join(map(str, changed)) or 'none'}"])
    left = sorted(set(ids) - set(changed))
    if left:
        say_all([f"not held: {', '.join(map(str, left))}"])
        raise typer.Exit(1)
