"""`monitor watchlists`: what is watched for and how it hits; and adding one to the configuration."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from monitor.bootstrap import check_all, open_storage, read_config
from monitor.cli.output import print_rows, say_all
from monitor.cli.show import Json
from monitor.config.edit import NewWatchlist, add_watchlist
from monitor.config.policy import routes_of
from monitor.config.warn import warnings_of
from monitor.core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.config.model import Config
    from monitor.config.wanted import WatchlistConfig

app = typer.Typer(help="Watchlists and how they hit; adding one.")

COLUMNS: Final = {
    "name": "name",
    "query": "query",
    "channels": "channels",
    "hits_7d": "hits in 7 days",
    "last_hit_at": "last hit",
}
LATELY: Final = timedelta(days=7)


def add_to(main: typer.Typer) -> None:
    """Register the group."""
    main.add_typer(app, name="watchlists")


@app.callback(invoke_without_command=True)
def watchlists(context: typer.Context, as_json: Json = False) -> None:
    """Watchlists of the configuration: query, channels, hits in the last seven days, the last hit."""
    if context.invoked_subcommand is None:
        path = _path(context)
        config, _ = read_config(path)
        found = asyncio.run(_hits(path))
        routes = routes_of(config)
        rows = [row(one, routes[one.name], found.get(one.name, (0, None))) for one in config.watchlists]
        print_rows(rows, COLUMNS, as_json=as_json, zone=ZoneInfo(config.timezone))


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name in alerts and lists.")],
    query: Annotated[str, typer.Argument(help="What to watch for, in the query language.")],
    channel: Annotated[
        list[str] | None, typer.Option(help="Only this channel; may be repeated. Left out: every channel.")
    ] = None,
) -> None:
    """Write a watchlist into the configuration, which keeps its comments and its order.

    Nothing is written if the configuration would not pass its check.
    """
    path = _path(context)
    new = NewWatchlist(name, query, tuple(dict.fromkeys(channel)) if channel else None)
    written(path, f"watchlist {name}", lambda: add_watchlist(path, new, os.environ, check_all))


def written(path: Path, what: str, write: Callable[[], Config]) -> None:
    """Write an addition and say so, with what the check warns of now; or say that nothing was written.

    Raises:
        ConfigurationError: what is wrong with the file, or would be.
    """
    try:
        config = write()
    except ConfigurationError:
        say_all([f"{path}: nothing was written; with {what} in it, it would not do:"])
        raise
    say_all([f"{path}: added {what}", *warnings_of(config, check_all(config))])


def row(one: WatchlistConfig, channels: tuple[str, ...], found: tuple[int, str | None]) -> dict[str, object]:
    """What a program reads of one watchlist."""
    hits, last_hit_at = found
    query = one.query if one.any is None else " OR ".join(_grouped(text) for text in one.any)
    return {
        "name": one.name,
        "query": query,
        "channels": list(channels),
        "hits_7d": hits,
        "last_hit_at": last_hit_at,
    }


def _grouped(text: str) -> str:
    return text if " " not in text else f"({text})"


async def _hits(path: Path) -> dict[str, tuple[int, str]]:
    since = datetime.now(UTC) - LATELY
    async with open_storage(path) as opened:
        return await opened.storage.read(lambda work: work.listings.watchlists(since))


def _path(context: typer.Context) -> Path:
    return context.find_object(Path) or Path("config.yaml")
