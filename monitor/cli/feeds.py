"""`monitor feeds`: how they are doing, and finding, trying, adding, importing and exporting them."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer

from monitor.bootstrap import compile_all, open_reader
from monitor.cli.output import print_json, print_rows, say_all
from monitor.cli.show import Json, show_rows
from monitor.config.compile import feed_specs
from monitor.config.edit import NewFeed, add_feeds
from monitor.config.load import load
from monitor.config.model import Config
from monitor.config.opml import OpmlError, read_opml, write_opml
from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.decode import decode
from monitor.ingest.discover import discover as find_feeds
from monitor.pipeline.records import FeedSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.article import Article, Entry
    from monitor.ingest.discover import Found
    from monitor.ingest.reader import Inspection

app = typer.Typer(help="Feeds and their health; discover, test, add, import and export them.")


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="feeds")


COLUMNS: Final = {
    "name": "name",
    "health": "health",
    "last_polled_at": "polled",
    "next_poll_at": "next",
    "gaps": "gaps",
    "last_error": "error",
}
FOUND: Final = {"url": "address", "title": "title", "entries": "entries", "newest_at": "newest", "failure": "failure"}
ENTRIES: Final = {
    "published_at": "published",
    "precision": "exact to",
    "zone": "zone",
    "watchlists": "watchlists",
    "title": "title",
}
LONGEST_NAME: Final = 80
LARGEST_FILE_BYTES: Final = 20_000_000

Address = Annotated[str, typer.Argument(metavar="URL", help="An http or https address.")]


@app.callback(invoke_without_command=True)
def feeds(context: typer.Context, as_json: Json = False) -> None:
    """Feeds: how they are doing, when they are polled, what may have been missed."""
    if context.invoked_subcommand is None:
        show_rows(context, lambda work, _: work.listings.feeds(), COLUMNS, as_json=as_json)


@app.command()
def discover(context: typer.Context, url: Address, as_json: Json = False) -> None:
    """Find the feeds of a site: what its page links to, then where Korean news systems keep them.

    Exit 1 if there is none.
    """
    config = _config(context)

    async def find() -> list[Found]:
        found: list[Found] = []
        async with open_reader(config) as reader:
            async for one in find_feeds(reader, _with_scheme(url)):
                if sys.stderr.isatty():
                    say_all([f"{one.url}: {one.failure or f'{one.entries} entries'}"])
                found.append(one)
        return found

    found = asyncio.run(find())
    rows = [asdict(one) | {"newest_at": _iso(one.newest_at)} for one in found]
    print_rows(rows, FOUND, as_json=as_json, zone=ZoneInfo(config.timezone))
    if all(one.failure for one in found):
        say_all(["no feed found"])
        raise typer.Exit(1)


@app.command("test")
def try_feed(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(metavar="FEED", help="An address, or a feed's name in the configuration.")],
    as_json: Json = False,
) -> None:
    """Show what would be read of a feed, and which watchlists would hit. Nothing is stored."""
    config = _config(context)
    compiled = compile_all(config)
    spec = _spec(config, feed)
    inspection = asyncio.run(_inspect(config, spec))
    rows = [
        _entry_row(entry, inspection, [match.watchlist for match in compiled.matcher.match(entry.article)])
        for entry in inspection.parsed.entries
    ]
    summary = _summary(inspection, spec.zone)
    if as_json:
        print_json(summary | {"entries": [row | {"zone": row["zone"] or None} for row in rows]})
        return
    about = (f"{key.replace('_', ' ')}: {value}" for key, value in summary.items() if key != "warnings" and value)
    say_all(about)
    print_rows(rows, ENTRIES, as_json=False, zone=ZoneInfo(spec.zone))
    say_all(f"warning: {warning}" for warning in summary["warnings"])


@app.command()
def add(
    context: typer.Context,
    url: Address,
    name: Annotated[str, typer.Option(help="Its name; left out: the feed's own title.")] = "",
    tags: Annotated[str, typer.Option(help="Tags, with commas between.")] = "",
    untested: Annotated[bool, typer.Option("--untested", help="Add it without reading it first.")] = False,
) -> None:
    """Read a feed once and write it into the configuration, which keeps its comments and its order.

    Nothing is written if the feed cannot be read or the configuration would not pass its check.
    """
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    address = _with_scheme(url)
    title = urlsplit(address).netloc
    if not untested:
        inspection = asyncio.run(_inspect(config, FeedSpec(title, address)))
        address = inspection.answer.moved_to or address
        title = inspection.parsed.channel.title[:LONGEST_NAME].strip() or title
    # A name that was asked for and is taken is refused by the check; one of our own making is changed.
    chosen = name or _free(title, {feed.name for feed in config.feeds})
    parts = tuple(dict.fromkeys(filter(None, (part.strip() for part in tags.split(",")))))
    feed = NewFeed(chosen, address, parts)
    add_feeds(path, (feed,), os.environ)
    say_all([f"{path}: added {feed.line}"])


@app.command("import")
def import_feeds(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file; its groups become tags.")],
) -> None:
    """Write the feeds of an OPML file into the configuration; those it has already are left alone."""
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    try:
        with file.open("rb") as opened:
            listed = read_opml(decode(opened.read(LARGEST_FILE_BYTES), "").text)
    except (OSError, OpmlError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise typer.BadParameter(f"{file}: {reason}") from None
    known = {feed.url for feed in config.feeds}
    names = {feed.name for feed in config.feeds}
    new: list[NewFeed] = []
    for feed in listed:
        if feed.url not in known:
            new.append(replace(feed, name=_free(feed.name, names)))
            names.add(new[-1].name)
    if new:
        add_feeds(path, new, os.environ)
    say_all([f"{path}: added {len(new)}, there already: {len(listed) - len(new)}"])


@app.command("export")
def export_feeds(context: typer.Context) -> None:
    """Print the configured feeds as OPML 2.0, for other readers."""
    config = _config(context)
    listed: list[NewFeed] = []
    for place, feed in enumerate(config.feeds):
        # What the environment brings into an address is usually a key.
        if ("feeds", place, "url") in config.origin.filled:
            say_all([f"left out, as its address comes from the environment: {feed.name}"])
        else:
            listed.append(NewFeed(feed.name, feed.url, feed.tags))
    sys.stdout.write(write_opml(listed, "korean-news-monitor", datetime.now(UTC)))


def _config(context: typer.Context) -> Config:
    """The configuration, or the defaults where there is none yet and none was asked for."""
    path = context.find_object(Path) or Path("config.yaml")
    return Config() if path == Path("config.yaml") and not path.exists() else load(path, os.environ)


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"


def _spec(config: Config, feed: str) -> FeedSpec:
    for spec in feed_specs(config):
        if feed in {spec.name, spec.url}:
            return spec
    if "://" not in feed and "." not in feed:
        raise typer.BadParameter(f"there is no enabled feed {feed}; give its name or an address")
    address = _with_scheme(feed)
    return FeedSpec(urlsplit(address).netloc, address)


async def _inspect(config: Config, spec: FeedSpec) -> Inspection:
    try:
        async with open_reader(config) as reader:
            return await reader.inspect(spec)
    except FetchError as error:
        if error.failure is FetchFailure.NOT_A_FEED:
            say_all([f"{spec.url} is not a feed; `monitor feeds discover` looks for one on that site"])
        raise


def _summary(inspection: Inspection, zone: str) -> dict[str, Any]:
    answer, parsed = inspection.answer, inspection.parsed
    return {
        "url": answer.url,
        "title": parsed.channel.title,
        "encoding": parsed.codec,
        "stated_charset": answer.charset,
        "size_bytes": len(answer.body or b""),
        "ttl_s": parsed.channel.ttl_s,
        "older_url": parsed.channel.older_url,
        "newest_at": _iso(parsed.newest_at),
        "warnings": list(_warnings(inspection, zone)),
    }


def _entry_row(entry: Entry, inspection: Inspection, watchlists: Sequence[str]) -> dict[str, object]:
    article: Article = entry.article
    return {
        "key": entry.key,
        "title": article.title,
        "url": article.url,
        "published_at": _iso(article.published_at),
        "precision": str(article.published_precision or ""),
        "zone": ("stated" if entry.key in inspection.zoned else "the feed's") if article.published_at else "",
        "watchlists": list(watchlists),
    }


def _warnings(inspection: Inspection, zone: str) -> Iterator[str]:
    answer, parsed = inspection.answer, inspection.parsed
    articles = [entry.article for entry in parsed.entries]
    if answer.moved_to:
        yield f"moved for good to {answer.moved_to}: write that address"
    if not (answer.complete and parsed.complete):
        yield "it arrived cut off"
    if parsed.unreadable:
        yield f"{parsed.unreadable} characters could not be read as {parsed.codec}"
    undated = sum(article.published_at is None for article in articles)
    if undated:
        yield f"{undated} of {len(articles)} entries state no time that can be read: when they are first seen counts"
    zoneless = len(articles) - undated - len(inspection.zoned)
    if zoneless:
        yield f"{zoneless} of {len(articles)} entries state no zone: read as {zone}"
    nowhere = sum(not article.url for article in articles)
    if nowhere:
        yield f"{nowhere} of {len(articles)} entries have no address"


def _free(name: str, names: set[str]) -> str:
    """The name, with a number behind it if it is taken."""
    number = 1
    free = name
    while free in names:
        number += 1
        free = f"{name} {number}"
    return free


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
