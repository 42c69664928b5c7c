"""`monitor explain`: why a watchlist matches an article, or why it does not."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from monitor.bootstrap import compile_all, definitions_of, open_storage
from monitor.cli.explained import json_row, show
from monitor.cli.outcomes import show_told
from monitor.cli.output import print_json, say_all
from monitor.config.load import load
from monitor.config.values import did_you_mean
from monitor.core.article import Article
from monitor.core.matching.explain import explain as explain_watchlist
from monitor.core.matching.version import restored
from monitor.core.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.config.compile import Compiled
    from monitor.core.matching.model import Term, Watchlist
    from monitor.core.matching.version import Definition
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import StoredHit

_LONGEST_FILE_BYTES = 10_000_000


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(explain)


def explain(
    context: typer.Context,
    watchlist: Annotated[str | None, typer.Argument(help="The name of a watchlist.")] = None,
    text: Annotated[str | None, typer.Argument(help="A title.")] = None,
    article: Annotated[
        int | None, typer.Option(help="The number of a stored article, as `articles` lists it.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A text in UTF-8: a title, and the summary from line 2 on.")
    ] = None,
    hit: Annotated[
        int | None, typer.Option(help="The number of a hit: by what its watchlist was when it was found.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line on standard output.")] = False,
) -> None:
    """Explain a watchlist on a title, a stored article or a file, clause by clause, with what was nearly a match.

    Of a stored article, also the alerts that tell of it or of its story, and what became of them.

    Exit 0: it matches. 1: it does not.
    """
    given = sum(one is not None for one in (text, article, file, hit))
    if given != 1 or (watchlist is None and hit is None):
        raise typer.BadParameter("give one of TEXT, --article ID and --file FILE, after a WATCHLIST; or --hit ID")
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    compiled = compile_all(config)
    if hit is not None:
        found = asyncio.run(_found(path, hit))
        article = found.hit.article_id
        asked, terms, about = _as_found(compiled, found)
    else:
        asked, terms = _watchlist(compiled.watchlists, watchlist or ""), compiled.lexicon.terms
        about = _about(path, asked, text or "", article, file)
    explained = explain_watchlist(terms, asked, about, compiled.verifier)
    told = [] if article is None else asyncio.run(_told(path, article))
    if as_json:
        print_json({**json_row(asked, explained), "alerts": told})
    else:
        console = Console(highlight=False, soft_wrap=True)
        show(console, asked, about, explained, config.language)
        if article is not None:
            show_told(console, told, ZoneInfo(config.timezone), config.language)
    if not explained.matches:
        raise typer.Exit(1)


def _about(path: Path, asked: Watchlist, text: str, article: int | None, file: Path | None) -> Article:
    """What is to be looked at. A text comes by no feed; it is looked at as if it came by the right one."""
    if article is not None:
        return asyncio.run(_stored(path, article))
    title, body = (text, "") if file is None else _read(file)
    return Article("", "", title, body, feeds=tuple(asked.feeds), feed_tags=tuple(asked.feed_tags))


@dataclass(frozen=True, slots=True)
class _Found:
    """A stored hit, its article, and the definition that found it, if that is known."""

    hit: StoredHit
    article: Article
    definition: Definition | None


async def _found(path: Path, number: int) -> _Found:
    def look(work: Work) -> _Found | None:
        hit = work.articles.hit(number)
        stored = work.articles.get(hit.article_id) if hit else None
        if hit is None or stored is None:
            return None
        return _Found(hit, stored.article, work.versions.definition(hit.watchlist, hit.version))

    async with open_storage(path) as opened:
        found = await opened.storage.read(look)
    if found is None:
        raise typer.BadParameter(f"there is no hit {number}; `monitor hits` lists them")
    return found


def _as_found(compiled: Compiled, found: _Found) -> tuple[Watchlist, Mapping[str, Term], Article]:
    """The watchlist and its terms as they were when the hit was found; as they are now if that is not known."""
    name, then = found.hit.watchlist, found.definition
    now = definitions_of(compiled).get(name)
    if then is not None and then != now:
        try:
            watchlist, terms = restored(name, then)
        except QueryError:
            say_all([f"{name} was too long to be read again; this is how it is now"])
        else:
            say_all([f"{name} has changed since; this is how it was when the hit was found"])
            return watchlist, terms, found.article
    if then is None:
        say_all([f"how {name} was when the hit was found is not known; this is how it is now"])
    return _watchlist(compiled.watchlists, name), compiled.lexicon.terms, found.article


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


async def _told(path: Path, number: int) -> list[dict[str, object]]:
    """The alerts of an article and of its story, the first one first."""
    async with open_storage(path) as opened:
        return (await opened.storage.read(lambda work: work.listings.alerts(article_id=number)))[::-1]


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
