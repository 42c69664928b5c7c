"""`monitor search`: the language of the watchlists over the history."""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.bootstrap import compile_all, open_storage
from monitor.cli.bar import late_bar
from monitor.cli.output import print_json, print_rows, since_time
from monitor.cli.show import Json, Limit, Since
from monitor.config.compile import compile_query
from monitor.config.load import load
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.query.errors import QueryError
from monitor.pipeline.search import found_row
from monitor.pipeline.search import search as search_articles

if TYPE_CHECKING:
    from monitor.config.compile import Compiled
    from monitor.core.matching.engine import Matcher
    from monitor.core.query.explain import Language

COLUMNS: Final = {"id": "id", "first_seen_at": "seen", "spans": "matched", "title": "title", "feeds": "feeds"}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(search)


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A query as watchlists hold it: words, @terms, OR, NEAR/n, title:…")],
    since: Since = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Search the stored articles with the query language of the watchlists, the newest first."""
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    matcher = _matcher(compile_all(config), query, config.language)
    asyncio.run(_search(path, matcher, since=since, limit=limit, as_json=as_json))


def _matcher(compiled: Compiled, query: str, language: Language) -> Matcher:
    try:
        return compile_query(compiled, query)
    except QueryError as error:
        raise ConfigurationError((Problem("", *error.said(language), excerpt=error.excerpt()),)) from error


async def _search(path: Path, matcher: Matcher, *, since: str, limit: int, as_json: bool) -> None:
    rows: list[dict[str, object]] = []
    async with open_storage(path) as opened:
        start = since_time(since, datetime.now(UTC), opened.zone)
        need = matcher.need
        # How many articles the index names is not known before they are read.
        total = None if need else await opened.storage.read(lambda work: work.articles.count(start))
        with late_bar("searching", total) as step:
            found = search_articles(opened.storage, matcher, need=need, since=start, limit=limit, progress=step)
            async with aclosing(found):
                async for one in found:
                    if as_json:
                        print_json(found_row(one))
                    else:
                        rows.append(found_row(one))
        if not as_json:
            print_rows(rows, COLUMNS, as_json=False, zone=opened.zone)
