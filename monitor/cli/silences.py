"""`monitor silence` and `monitor silences`: mutes for a while."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.bootstrap import compile_all, open_storage
from monitor.cli.output import say_all
from monitor.cli.show import Json, Limit, Since, show_rows
from monitor.config.compile import compile_query
from monitor.config.load import load
from monitor.config.values import duration
from monitor.core.alerting.silence import Matchers, SilenceError, parse_matchers, written
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.query.errors import QueryError

if TYPE_CHECKING:
    from datetime import timedelta

    from monitor.core.alerting.silence import Silence
    from monitor.pipeline.ports import Work

app = typer.Typer(help="Mute a watchlist, story, channel or query for a while: `add`, `expire`.")

WATCHLISTS: Final = {"ko": "감시 목록 이름도 됩니다: {names}", "en": "or name a watchlist: {names}"}

COLUMNS: Final = {
    "id": "id",
    "matchers": "silences",
    "created_at": "made",
    "ends_at": "ends",
    "live": "live",
    "why": "why",
}


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="silence")
    root.command()(silences)


@app.command()
def add(
    context: typer.Context,
    matchers: Annotated[str, typer.Argument(help="A watchlist, story:NUMBER, channel:NAME or a query: all true.")],
    lasting: Annotated[str, typer.Option("--for", help="How long: 30m, 2h, 1d.")],
    why: Annotated[str, typer.Option(help="Why; shown in lists.")] = "",
) -> None:
    """Silence alerts for a while; those that it covers are stored as suppressed."""
    path = context.find_object(Path) or Path("config.yaml")
    found = _read(path, matchers)
    span = _span(lasting)

    async def store() -> int:
        async with open_storage(path) as opened:
            now = datetime.now(UTC)
            return await opened.storage.write(lambda work: work.silences.add(found, why, now, now + span))

    said = [f"silence {asyncio.run(store())}: {written(found)} for {lasting}"]
    if found.query:
        said.append(
            f"no watchlist is called {found.query}: it is a query, and silences the articles that it is true of"
        )
    say_all(said)


@app.command()
def expire(
    context: typer.Context,
    id: Annotated[int, typer.Argument(min=1, max=2**62, help="Number of the silence.")],  # noqa: A002 - as it is called
) -> None:
    """End a silence now. Exit 1 if there is no live one of this number."""
    path = context.find_object(Path) or Path("config.yaml")

    async def end() -> bool:
        async with open_storage(path) as opened:
            now = datetime.now(UTC)
            return await opened.storage.write(lambda work: work.silences.expire(id, now))

    if not asyncio.run(end()):
        say_all([f"there is no live silence {id}, see `monitor silences`"])
        raise typer.Exit(1)
    say_all([f"expired: {id}"])


def silences(
    context: typer.Context,
    since: Since = "",
    live: Annotated[bool, typer.Option("--live", help="Only those that last.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Silences, the newest first."""
    now = datetime.now(UTC)

    def rows(work: Work, start: datetime | None) -> list[dict[str, object]]:
        found = work.silences.all(since=start, limit=limit)
        return [_row(one, now) for one in found if one.ends_at > now or not live]

    show_rows(context, rows, COLUMNS, since=since, as_json=as_json)


def _row(one: Silence, now: datetime) -> dict[str, object]:
    return {
        "id": one.id,
        "matchers": written(one.matchers),
        "why": one.why,
        "created_at": one.created_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "live": one.ends_at > now,
    }


def _read(path: Path, text: str) -> Matchers:
    """What a silence covers; a query is compiled here, so that a faulty one is refused."""
    config = load(path, os.environ)
    try:
        found = parse_matchers(text, [one.name for one in config.watchlists], tuple(config.channels))
        if found.query:
            compile_query(compile_all(config), found.query)
    except SilenceError as error:
        raise typer.BadParameter(str(error)) from error
    except QueryError as error:
        what, todo = error.said(config.language)
        known = WATCHLISTS[config.language].format(names=", ".join(one.name for one in config.watchlists))
        raise ConfigurationError((Problem("", what, f"{todo} ({known})", excerpt=error.excerpt()),)) from error
    return found


def _span(text: str) -> timedelta:
    found = duration(text)
    if not found:
        raise typer.BadParameter(f"{text} is not a duration, write 30m, 2h or 1d")
    return found
