"""`monitor explain`: why a watchlist matches an article, or why it does not."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from monitor.bootstrap import compile_all, open_storage
from monitor.cli.explained import json_row, show
from monitor.cli.output import print_json
from monitor.config.load import load
from monitor.config.values import did_you_mean
from monitor.core.article import Article
from monitor.core.matching.explain import explain as explain_watchlist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.matching.model import Watchlist

_LONGEST_FILE_BYTES = 10_000_000


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(explain)


def explain(
    context: typer.Context,
    watchlist: Annotated[str, typer.Argument(help="The name of a watchlist.")],
    text: Annotated[str | None, typer.Argument(help="A title.")] = None,
    article: Annotated[
        int | None, typer.Option(help="The number of a stored article, as `articles` lists it.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A text in UTF-8: a title, and the summary from line 2 on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line on standard output.")] = False,
) -> None:
    """Explain a watchlist on a title, a stored article or a file, clause by clause, with what was nearly a match.

    Exit 0: it matches. 1: it does not.
    """
    if sum(given is not None for given in (text, article, file)) != 1:
        raise typer.BadParameter("give one of TEXT, --article ID and --file FILE")
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    compiled = compile_all(config)
    asked = _watchlist(compiled.watchlists, watchlist)
    if article is not None:
        about = asyncio.run(_stored(path, article))
    else:
        title, body = (text or "", "") if file is None else _read(file)
        # A text comes by no feed; it is looked at as if it came by the right one.
        about = Article("", "", title, body, feeds=tuple(asked.feeds), feed_tags=tuple(asked.feed_tags))
    explained = explain_watchlist(compiled.lexicon.terms, asked, about, compiled.verifier)
    if as_json:
        print_json(json_row(asked, explained))
    else:
        show(Console(highlight=False, soft_wrap=True), asked, about, explained, config.language)
    if not explained.matches:
        raise typer.Exit(1)


def _watchlist(known: Sequence[Watchlist], name: str) -> Watchlist:
    """The watchlist of this name.

    Raises:
        typer.BadParameter: there is none.
    """
    by_name = {watchlist.name: watchlist for watchlist in known}
    if name not in by_name:
        names = ", ".join(by_name) or "none"
        hint = did_you_mean(name, by_name, f"the watchlists are: {names}")
        raise typer.BadParameter(f"there is no watchlist {name}; {hint}")
    return by_name[name]


async def _stored(path: Path, number: int) -> Article:
    async with open_storage(path) as opened:
        stored = await opened.storage.read(lambda work: work.articles.get(number))
    if stored is None:
        raise typer.BadParameter(f"there is no article {number}; `monitor articles` lists them")
    return stored.article


def _read(file: Path) -> tuple[str, str]:
    """The first line of a file, and the rest.

    Raises:
        typer.BadParameter: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_LONGEST_FILE_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file}: not UTF-8") from error
    title, _, body = content.strip().partition("\n")
    return title.strip(), body.strip()
