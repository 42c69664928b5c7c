"""`monitor deliveries`: the outbox, and another try for what died."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from monitor.cli.change import change_rows
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
    now = datetime.now(UTC)
    unknown = "not dead or suppressed, or unknown"
    change_rows(context, ids, "put back", unknown, lambda work: work.outbox.retry(ids, now))
