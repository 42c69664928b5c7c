"""`monitor backtest`: what an edited configuration gains and loses over the stored articles."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.bootstrap import compile_all, open_database, read_config
from monitor.cli.backtested import Labels, json_rows, lines
from monitor.cli.bar import late_bar
from monitor.cli.output import print_json, say_all, since_time
from monitor.cli.show import MOST, Json, Since
from monitor.config.load import load
from monitor.engines.backtest import Proved, Trial, count_articles, run_trial

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.engines.backtest import Outcome


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(backtest)


def backtest(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="An edited configuration; without it, the one in force."),
    ] = None,
    since: Since = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many titles a watchlist and sign.")] = MOST,
    as_json: Json = False,
) -> None:
    """Try an edited configuration on the stored articles: hits gained and lost, and alerts a day before and after.

    With --config, it is compared with the configuration in force (`monitor --config`). Without, the configuration
    in force is compared with the stored hits, which earlier ones have found. Nothing is changed.
    """
    home = context.find_object(Path) or Path("config.yaml")
    edited = Proved(*read_config(config or home))
    earlier = None
    if config is not None:
        in_force = load(home, os.environ)
        earlier = Proved(in_force, compile_all(in_force))
    names = Labels(str(home) if config else "stored hits", str(config or home))
    started_s = time.monotonic()
    database = earlier.config if earlier else edited.config
    trial = Trial(database, home.absolute().parent, earlier, edited)
    outcome, zone = asyncio.run(_run(trial, since))
    seconds = time.monotonic() - started_s
    if as_json:
        for row in json_rows(outcome, zone, seconds, limit):
            print_json(row)
        return
    for line in lines(outcome, zone, names, limit):
        sys.stdout.write(line + "\n")
    say_all([f"{outcome.articles:,} articles, {len(edited.config.watchlists)} watchlists, {seconds:.1f} s"])


async def _run(trial: Trial, since: str) -> tuple[Outcome, ZoneInfo]:
    async with open_database(trial.home, trial.base) as opened:
        start = since_time(since, datetime.now(UTC), opened.zone)
        trial = replace(trial, since=start)
        total = await count_articles(trial, opened.storage)
        with late_bar("looking back", total) as step:
            return await run_trial(trial, opened.storage, step), opened.zone
