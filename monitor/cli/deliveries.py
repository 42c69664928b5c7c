"""`monitor deliveries`: the outbox, and another try for what died."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from monitor.bootstrap import open_storage
from monitor.cli.output import say_all
from monitor.cli.show import Json, Limit, Since, show_rows

app = typer.Typer(help="Deliveries and their state; `retry ID…` tries dead ones again.")


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="deliveries")


COLUMNS: Final = {
    "id": "id",
    "created_at": "created",
    "channel": "channel",
    "recipient": "recipient",
    "state": "state",
    "attempts": "tries",
    "sent_at": "sent",
    "reason": "reason",
}


ATTEMPTS: Final = {"started_at": "started", "duration_s": "seconds", "outcome": "outcome", "detail": "answer"}


@app.callback(invoke_without_command=True)
def deliveries(
    context: typer.Context,
    since: Since = "",
    state: Annotated[str, typer.Option(help="pending, leased, sent, dead or suppressed.")] = "",
    channel: Annotated[str, typer.Option(help="Only to this channel.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Deliveries, the newest first."""
    if context.invoked_subcommand:
        return
    show_rows(
        context,
        lambda work, start: work.listings.deliveries(since=start, state=state, channel=channel, limit=limit),
        COLUMNS,
        since=since,
        as_json=as_json,
    )


@app.command()
def attempts(
    context: typer.Context,
    delivery: Annotated[int, typer.Argument(metavar="ID", min=1, max=2**62, help="The number of a delivery.")],
    as_json: Json = False,
) -> None:
    """Tries at a delivery, in order: when, how long, and what was answered."""
    show_rows(context, lambda work, _: work.listings.attempts(delivery), ATTEMPTS, as_json=as_json)


@app.command()
def retry(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(min=1, max=2**62, help="Numbers of dead or suppressed deliveries.")],
) -> None:
    """Put dead or suppressed deliveries back into the outbox; the daemon sends them within a second."""
    path = context.find_object(Path) or Path("config.yaml")

    async def put_back() -> tuple[int, ...]:
        async with open_storage(path) as opened:
            now = datetime.now(UTC)
            return await opened.storage.write(lambda work: work.outbox.retry(ids, now))

    changed = asyncio.run(put_back())
    say_all([f"put back: {', '.join(map(str, changed)) or 'none'}"])
    left = sorted(set(ids) - set(changed))
    if left:
        say_all([f"not dead or suppressed, or unknown: {', '.join(map(str, left))}"])
        raise typer.Exit(1)
