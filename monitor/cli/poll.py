"""`monitor poll`: every feed once, now."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from monitor.bootstrap import open_app
from monitor.cli.output import people, print_json, say_all
from monitor.core.errors import ConfigurationError, Problem
from monitor.pipeline import fulltext, sweep, watch

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.pipeline.records import PollSummary


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(poll)


def poll(
    context: typer.Context,
    feed: Annotated[list[str] | None, typer.Option(help="Only this feed; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line on standard output.")] = False,
) -> None:
    """Poll every feed once, now; deliver; print a summary. Exit 1 if a feed or a delivery failed."""
    path = context.find_object(Path) or Path("config.yaml")
    summary = asyncio.run(_poll(path, tuple(feed or ()), sys.stderr if as_json else None))
    if as_json:
        print_json(summary)
    else:
        say_all([" ".join(f"{key} {value}" for key, value in summary.items())])
    if summary["failed"] or summary["deliveries_dead"]:
        raise typer.Exit(1)


async def _poll(path: Path, names: tuple[str, ...], console: TextIO | None) -> dict[str, int]:
    async with open_app(path, console) as app:
        _refuse_unknown(app, path, names)
        before = await app.storage.read(lambda work: work.outbox.counts())
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=people(), transient=True
        ) as bar:
            task = bar.add_task("polling", total=len(names) or len(app.poller.specs))
            polled = await sweep.poll_all(app.poller, names or tuple(app.poller.specs), lambda _: bar.advance(task))
        while await fulltext.read_pages(app.poller, app.pages):
            pass
        alerts = await watch.watch(app.watcher, watch.BRIDGE)
        # Twice, since a delivery that dies in the first round leaves a notice for another channel.
        for _ in range(2):
            await app.storage.write(lambda work: sweep.release_summaries(app.poller, work))
            await app.courier.drain()
        after = await app.storage.read(lambda work: work.outbox.counts())
    return _summary(replace(polled, alerts=polled.alerts + alerts), before, after)


def _refuse_unknown(app: App, path: Path, names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in app.poller.specs]
    if unknown:
        raise ConfigurationError(
            tuple(
                Problem(f"--feed {name}", f"no enabled feed in {path} has this name", "see `monitor feeds`")
                for name in unknown
            )
        )


def _summary(polled: PollSummary, before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    counts = {key: value for key, value in asdict(polled).items() if key != "failures"}
    return {
        **{key: counts[key] for key in ("feeds", "fetched", "not_modified", "failed")},
        **{key: counts[key] for key in ("articles_new", "hits_new", "alerts")},
        "deliveries_sent": after.get("sent", 0) - before.get("sent", 0),
        "deliveries_pending": after.get("pending", 0) + after.get("leased", 0),
        "deliveries_dead": after.get("dead", 0) - before.get("dead", 0),
        "gaps": counts["gaps"],
    }
