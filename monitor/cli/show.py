"""`monitor articles`, `stories` and `alerts`: what the database holds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.bootstrap import open_storage
from monitor.cli.outcomes import outcomes
from monitor.cli.output import print_rows, since_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar
    from zoneinfo import ZoneInfo

    from monitor.pipeline.ports import Work

    Found = TypeVar("Found")

MOST: Final = 1_000_000
Since = Annotated[str, typer.Option(help="Only from then on: a duration (30m, 12h, 3d) or a date (2026-01-31).")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest.")]
Json = Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")]
OnlyWatchlist = Annotated[str, typer.Option("--watchlist", help="Only of this watchlist.")]

ARTICLES: Final = {"id": "id", "published_at": "published", "title": "title", "feeds": "feeds", "url": "address"}
ALERTS: Final = {
    "id": "id",
    "created_at": "created",
    "reason": "reason",
    "why": "why",
    "watchlist": "watchlist",
    "decided": "what became of it",
}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (articles, alerts):
        app.command()(command)


def show_rows(
    context: typer.Context,
    select: Callable[[Work, datetime | None], list[dict[str, object]]],
    columns: Mapping[str, str],
    *,
    since: str = "",
    as_json: bool,
) -> None:
    """Print the rows that `select` finds in the configured database from `since` on."""
    rows, zone = read_rows(context, select, since=since)
    print_rows(rows, columns, as_json=as_json, zone=zone)


def read_rows(
    context: typer.Context, select: Callable[[Work, datetime | None], Found], *, since: str = ""
) -> tuple[Found, ZoneInfo]:
    """What `select` finds in the configured database from `since` on, and the zone in which to show it."""
    path = context.find_object(Path) or Path("config.yaml")

    async def read() -> tuple[Found, ZoneInfo]:
        async with open_storage(path) as opened:
            start = since_time(since, datetime.now(UTC), opened.zone)
            return await opened.storage.read(lambda work: select(work, start)), opened.zone

    return asyncio.run(read())


def articles(
    context: typer.Context,
    since: Since = "",
    feed: Annotated[str, typer.Option(help="Only those that came by this feed.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Articles, the newest first."""
    show_rows(
        context,
        lambda work, start: work.listings.articles(since=start, feed=feed, limit=limit),
        ARTICLES,
        since=since,
        as_json=as_json,
    )


def alerts(
    context: typer.Context,
    since: Since = "",
    watchlist: OnlyWatchlist = "",
    article: Annotated[
        int | None, typer.Option(min=1, max=2**62, help="Only those of this article and its story.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Alerts, why they exist, and what became of them on each channel; the newest first."""
    rows, zone = read_rows(
        context,
        lambda work, start: work.listings.alerts(since=start, watchlist=watchlist, article_id=article, limit=limit),
        since=since,
    )
    shown = rows if as_json else [{**row, "decided": outcomes(row, zone)} for row in rows]
    print_rows(shown, ALERTS, as_json=as_json, zone=zone)
