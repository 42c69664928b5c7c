"""`monitor suggest`: what the stored articles suggest to write into config.yaml."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.bootstrap import open_database, read_config
from monitor.cli.bar import late_bar
from monitor.cli.output import print_json, since_time
from monitor.cli.show import Json, Since
from monitor.cli.suggested import json_row, yaml_lines
from monitor.config.asked import asked_about, matcher_of
from monitor.config.values import did_you_mean
from monitor.pipeline.suggest.survey import survey

if TYPE_CHECKING:
    from monitor.config.compile import Compiled
    from monitor.config.model import Config
    from monitor.pipeline.suggest.survey import Survey


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(suggest)


def suggest(
    context: typer.Context,
    watchlist: Annotated[str | None, typer.Argument(help="Only for this watchlist.")] = None,
    since: Since = "",
    as_json: Json = False,
) -> None:
    """Suggest spellings, names and exclusions from the stored articles, with their evidence, as YAML to paste."""
    path = context.find_object(Path) or Path("config.yaml")
    config, compiled = read_config(path)
    names = [one.name for one in compiled.watchlists]
    if watchlist is not None and watchlist not in names:
        hint = did_you_mean(watchlist, names, f"the watchlists are: {', '.join(names) or 'none'}")
        raise typer.BadParameter(f"there is no watchlist {watchlist}; {hint}")
    asked = names if watchlist is None else [watchlist]
    found = asyncio.run(_survey(config, path.absolute().parent, compiled, asked, since))
    if as_json:
        for one in found.suggestions:
            print_json(json_row(one))
        return
    for line in yaml_lines(found, compiled.lexicon.in_force):
        sys.stdout.write(line + "\n")


async def _survey(config: Config, base: Path, compiled: Compiled, names: list[str], since: str) -> Survey:
    async with open_database(config, base) as opened:
        start = since_time(since, datetime.now(UTC), opened.zone)
        total = await opened.storage.read(lambda work: work.articles.count(start))
        with late_bar("looking back", total) as step:
            asked = asked_about(compiled, names)
            matcher = matcher_of(compiled, names)
            return await survey(opened.storage, asked, matcher, since=start, progress=step)
