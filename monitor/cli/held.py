"""`monitor held`: floods that are held, and what to do about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from monitor.cli.change import change_rows
from monitor.cli.show import Json, show_rows
from monitor.core.alerting.model import Withheld

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
    change_rows(context, ids, "released", "not held", lambda work: work.tellings.release_held(ids, now))


@app.command()
def drop(context: typer.Context, ids: Ids) -> None:
    """Do not send held floods; their hits stay. Exit 1 if one of the numbers is not held."""
    change_rows(
        context, ids, "dropped", "not held", lambda work: work.tellings.drop_held(ids, Withheld.DROPPED.value)
    )
