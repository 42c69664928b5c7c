"""`monitor explain`: why a watchlist matches an article or not, and why the article is in its story."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from monitor.bootstrap import ALMANAC, compile_all, definitions_of, open_storage
from monitor.cli.explained import json_row, show
from monitor.cli.outcomes import show_passed, show_told
from monitor.cli.output import print_json, say_all
from monitor.cli.placed import json_story, show_account
from monitor.config.load import load
from monitor.config.values import did_you_mean
from monitor.core.article import Article
from monitor.core.matching.explain import explain as explain_watchlist
from monitor.core.matching.version import restored
from monitor.core.query.errors import QueryError
from monitor.core.spikes.model import HOUR
from monitor.core.spikes.wording import no_habit_sentence, spike_sentence
from monitor.pipeline.placed import account_of
from monitor.pipeline.watch import rates_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.config.compile import Compiled
    from monitor.config.model import Config
    from monitor.core.matching.explain import Explanation
    from monitor.core.matching.model import Term, Watchlist
    from monitor.core.matching.version import Definition
    from monitor.core.spikes.model import Judgement
    from monitor.pipeline.placed import Account
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import StoredHit

_LONGEST_FILE_BYTES = 10_000_000


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(explain)


def explain(
    context: typer.Context,
    watchlist: Annotated[
        str | None, typer.Argument(help="The name of a watchlist; not needed with --article")
    ] = None,
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

    Of a watchlist alone it says how many stories there are now, and how many are usual.
    Of a stored article it also says why it is in its story, and lists the alerts of it and of its story.
    Exit 0: it matches, or no watchlist was named. 1: it does not.
    """
    given = sum(one is not None for one in (text, article, file, hit))
    if given == 0 and watchlist is not None:
        _explain_rate(context, watchlist, as_json=as_json)
        return
    if given != 1 or (watchlist is None and hit is None and article is None):
        raise typer.BadParameter("give one of TEXT, --article ID and --file FILE, after a WATCHLIST; or --hit ID")
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    stored = None if article is None else asyncio.run(_stored(path, article))
    say = _Say(config, {} if as_json else None)
    matches = True
    if watchlist is not None or hit is not None:
        compiled = compile_all(config)
        if hit is not None:
            found = asyncio.run(_found(path, hit))
            article = found.hit.article_id
            asked, terms, about = _as_found(compiled, found)
        else:
            asked, terms = _watchlist(compiled.watchlists, watchlist or ""), compiled.lexicon.terms
            about = stored.article if stored is not None else _given(asked, text or "", file)
        explained = explain_watchlist(terms, asked, about, compiled.verifier)
        say.watchlist(asked, about, explained)
        matches = explained.matches
    if stored is not None:
        say.story(stored)
    alerts, passed = ([], []) if article is None else asyncio.run(_told(path, article))
    say.told(alerts, passed, listed=article is not None)
    if say.row is not None:
        print_json(say.row)
    if not matches:
        raise typer.Exit(1)


def _explain_rate(context: typer.Context, watchlist: str, *, as_json: bool) -> None:
    """How many stories of a watchlist there are now, and how many are usual."""
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    asked = _watchlist(compile_all(config).watchlists, watchlist)

    async def read() -> tuple[Judgement, ...] | None:
        async with open_storage(path) as opened:
            now = datetime.now(UTC)
            return await opened.storage.read(lambda work: rates_of(work, asked.name, ALMANAC, now))

    rates = asyncio.run(read())
    if as_json:
        print_json({"watchlist": asked.name, "rates": None if rates is None else list(map(_rate, rates))})
        return
    for one in rates or ():
        _console().print(Text(spike_sentence(asked.name, one, config.language)))
    if rates is None:
        _console().print(Text(no_habit_sentence(asked.name, config.language)))


def _rate(one: Judgement) -> dict[str, object]:
    return {"hours": one.window // HOUR, "count": one.count, "usual": round(one.expected, 1), "chance": one.chance}


def _given(asked: Watchlist, text: str, file: Path | None) -> Article:
    """A text comes by no feed; it is looked at as if it came by the right one."""
    title, body = (text, "") if file is None else _read(file)
    return Article("", "", title, body, feeds=tuple(asked.feeds), feed_tags=tuple(asked.feed_tags))


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored article, with why it is in its story if it was placed."""

    id: int
    article: Article
    account: Account | None


@dataclass(frozen=True, slots=True)
class _Say:
    """Says it to people, or into a row for programs."""

    config: Config
    row: dict[str, Any] | None

    def watchlist(self, asked: Watchlist, about: Article, explained: Explanation) -> None:
        """Why it matches or not."""
        if self.row is not None:
            self.row.update(json_row(asked, explained))
            return
        show(_console(), asked, about, explained, self.config.language)

    def story(self, stored: _Stored) -> None:
        """Why it is in its story."""
        if self.row is not None:
            story = None if stored.account is None else json_story(stored.account)
            self.row.update({"article_id": stored.id, "story": story})
        elif stored.account is not None:
            show_account(_console(), stored.account, self.config.language, ZoneInfo(self.config.timezone))

    def told(self, alerts: list[dict[str, object]], passed: list[dict[str, object]], *, listed: bool) -> None:
        """The alerts of the article and of its story, and of which hits a channel is not told."""
        if self.row is not None:
            self.row.update({"alerts": alerts, "passed": passed})
        elif listed:
            show_told(_console(), alerts, ZoneInfo(self.config.timezone), self.config.language)
            show_passed(_console(), passed, self.config.language)


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


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


async def _stored(path: Path, number: int) -> _Stored:
    async with open_storage(path) as opened:
        stored, account = await opened.storage.read(
            lambda work: (work.articles.get(number), account_of(work, number))
        )
    if stored is None:
        raise typer.BadParameter(f"there is no article {number}; `monitor articles` lists them")
    return _Stored(number, stored.article, account)


async def _told(path: Path, number: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The alerts of an article and of its story, the first one first; the hits that a channel is not told of."""
    async with open_storage(path) as opened:
        return await opened.storage.read(
            lambda work: (work.listings.alerts(article_id=number)[::-1], work.listings.passed(number))
        )


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
