"""`monitor backfill`: hits from history for a watchlist that is new or was changed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.bootstrap import definitions_of, open_app
from monitor.cli.bar import late_bar
from monitor.cli.output import print_json, say_all, since_time
from monitor.cli.show import Json
from monitor.config.asked import matcher_of
from monitor.config.values import did_you_mean
from monitor.pipeline.backfill import Backfill
from monitor.pipeline.backfill import backfill as fill

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.pipeline.backfill import Filled


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(backfill)


def backfill(
    context: typer.Context,
    watchlist: Annotated[str, typer.Argument(help="The name of a watchlist.")],
    since: Annotated[
        str, typer.Option(help="Only articles first seen from then on: a duration (30d) or a date (2026-01-31).")
    ] = "30d",
    alert: Annotated[bool, typer.Option("--alert", help="Tell the channels too.")] = False,
    as_json: Json = False,
) -> None:
    """Give a watchlist the hits that the stored articles hold for it; nobody is told, unless with --alert.

    With --alert, what is older than three days comes in one summary, as after a first poll.
    """
    path = context.find_object(Path) or Path("config.yaml")
    filled = asyncio.run(_fill(path, watchlist, since, alert=alert))
    if as_json:
        print_json(row(watchlist, filled))
        return
    told = f", {filled.alerts} alerts, which `monitor run` delivers" if alert else ""
    say_all([f"{watchlist}: {filled.hits} hits more in {filled.articles:,} articles{told}"])


def row(watchlist: str, filled: Filled) -> dict[str, object]:
    """What a program reads of it."""
    return {
        "watchlist": watchlist,
        "articles": filled.articles,
        "hits_new": filled.hits,
        "alerts": filled.alerts,
    }


async def _fill(path: Path, watchlist: str, since: str, *, alert: bool) -> Filled:
    async with open_app(path) as app:
        asked = _asked(app, watchlist, alert=alert)
        start = since_time(since, datetime.now(UTC), app.zone)
        total = await app.storage.read(lambda work: work.articles.count(start))
        with late_bar("looking back", total) as step:
            return await fill(app.storage, asked, app.clock, since=start, progress=step)


def _asked(app: App, watchlist: str, *, alert: bool) -> Backfill:
    definitions = definitions_of(app.compiled)
    if watchlist not in definitions:
        names = ", ".join(definitions) or "none"
        hint = did_you_mean(watchlist, definitions, f"the watchlists are: {names}")
        raise typer.BadParameter(f"there is no watchlist {watchlist}; {hint}")
    audience = app.poller.audience if alert else None
    return Backfill(watchlist, definitions[watchlist], matcher_of(app.compiled, [watchlist]), audience)
