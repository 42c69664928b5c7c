"""`monitor hits`: what matched, and whether it was right to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.bootstrap import open_storage
from monitor.cli.change import change_rows
from monitor.cli.output import print_rows, since_time
from monitor.cli.show import MOST, Json, Limit, OnlyWatchlist, Since, show_rows
from monitor.pipeline.precision import Period
from monitor.pipeline.precision import precision as precision_of
from monitor.pipeline.records import Verdict

if TYPE_CHECKING:
    from monitor.pipeline.precision import Precision

app = typer.Typer(help="Stored hits, the newest first; `mark ID… right|wrong` says which are what was meant.")

HITS: Final = {
    "id": "id",
    "first_seen_at": "seen",
    "watchlist": "watchlist",
    "title": "title",
    "spans": "matched",
    "mark": "mark",
}
PRECISION: Final = {
    "watchlist": "watchlist",
    "term": "term",
    "period": "period",
    "right": "right",
    "wrong": "wrong",
    "precision": "precision",
}


class Said(StrEnum):
    """What can be said of a hit; `NONE` takes back what was said."""

    RIGHT = Verdict.RIGHT.value
    WRONG = Verdict.WRONG.value
    NONE = "none"


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="hits")


@app.callback(invoke_without_command=True)
def hits(
    context: typer.Context,
    since: Since = "",
    watchlist: OnlyWatchlist = "",
    alert: Annotated[int | None, typer.Option(min=1, max=2**62, help="All that this alert tells of.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Hits, the newest first; `mark ID… right|wrong` says which are what was meant."""
    if context.invoked_subcommand:
        return
    most = limit if alert is None else MOST
    show_rows(
        context,
        lambda work, start: work.listings.hits(since=start, watchlist=watchlist, alert_id=alert, limit=most),
        HITS,
        since=since,
        as_json=as_json,
    )


@app.command()
def mark(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(min=1, max=2**62, help="Numbers of hits.")],
    verdict: Annotated[Said, typer.Argument(help="What they are; `none` takes back what was said.")],
) -> None:
    """Say that hits are right or wrong; `precision` counts it, and `monitor suggest` learns from it.

    Exit 1 if one of the numbers is no hit.
    """
    said = None if verdict is Said.NONE else Verdict(verdict.value)
    now = datetime.now(UTC)
    change_rows(context, ids, f"marked {verdict.value}", "no hit", lambda work: work.marks.mark(ids, said, now))


@app.command()
def precision(
    context: typer.Context,
    since: Since = "",
    watchlist: OnlyWatchlist = "",
    by: Annotated[Period, typer.Option(help="What is counted together.")] = Period.MONTH,
    as_json: Json = False,
) -> None:
    """How many of the marked hits are right, by watchlist, term and time; a hit counts for each term in it."""
    path = context.find_object(Path) or Path("config.yaml")

    async def show() -> None:
        async with open_storage(path) as opened:
            start = since_time(since, datetime.now(UTC), opened.zone)
            marked = await opened.storage.read(lambda work: work.marks.marked(watchlist, start))
        rows = [row(one) for one in precision_of(marked, by, opened.zone)]
        print_rows(rows, PRECISION, as_json=as_json, zone=opened.zone)

    asyncio.run(show())


def row(one: Precision) -> dict[str, object]:
    """What a program reads of one count."""
    return {
        "watchlist": one.watchlist,
        "term": one.term,
        "period": one.period,
        "right": one.right,
        "wrong": one.wrong,
        "precision": round(one.share, 3),
    }
