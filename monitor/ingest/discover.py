"""From the address of a site to its feeds: what its page links to, then where Korean systems keep them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from monitor.core.errors import FetchError
from monitor.ingest.decode import decode
from monitor.pipeline.records import FeedSpec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from monitor.ingest.reader import HttpFeedReader, Inspection

COMMON_PATHS: Final = (
    "/rss/allArticle.xml",
    "/rss/S1N1.xml",
    "/rss.xml",
    "/feed",
    "/rss",
    "/rss/all.xml",
    "/atom.xml",
)
"""ndSoft's and other Korean systems' first, then WordPress and the rest of the world."""

_MOST_LINKED: Final = 20
_LONGEST_PAGE: Final = 1_000_000
_LINK: Final = re.compile(r"<link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""(rel|href|type)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEED_TYPE: Final = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json)", re.IGNORECASE)
_ANCHOR: Final = re.compile(r"""<a\s[^<>]{0,1000}?href\s*=\s*["']([^"'<>\s]{1,500})["']""", re.IGNORECASE)
_FEED_PATH: Final = re.compile(r"/rss/[^?#]*\.xml$|/(?:rss|feed|atom)(?:\.xml)?/?$|\.rss$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed, or with `failure` a link to one that could not be read. `newest_at` is aware UTC."""

    url: str
    title: str = ""
    entries: int = 0
    newest_at: datetime | None = None
    failure: str = ""


async def discover(reader: HttpFeedReader, url: str) -> AsyncIterator[Found]:
    """The feeds of a site, one by one as they are read: the address itself, what its page links to, common paths.

    A link of the page that is no feed is told with its failure; a common path without a feed is not told.

    Raises:
        FetchError: the address itself cannot be fetched.
    """
    spec = FeedSpec(urlsplit(url).netloc, url)
    page = await reader.page(spec, url)
    try:
        yield _found(await reader.inspect(spec))
    except FetchError:
        pass
    else:
        return
    text = decode((page.body or b"")[:_LONGEST_PAGE], page.charset).text
    stated = tuple(linked(text, page.url))
    guessed = tuple(urljoin(page.url, path) for path in COMMON_PATHS)
    seen: set[object] = set()
    for candidate in dict.fromkeys((*stated, *guessed)):
        try:
            inspection = await reader.inspect(FeedSpec(spec.name, candidate))
        except FetchError as error:
            if candidate in stated:
                yield Found(candidate, failure=str(error))
            continue
        # Several addresses often lead to one feed.
        marks = {inspection.url, tuple(entry.key for entry in inspection.parsed.entries)}
        if marks.isdisjoint(seen):
            yield _found(inspection)
        seen |= marks


def linked(page: str, url: str) -> Iterator[str]:
    """Addresses that a page calls its feeds, then those it links to that look like feeds; absolute, each once."""
    found: dict[str, None] = {}
    for link in _LINK.findall(page):
        stated = {name.lower(): "".join(values) for name, *values in _ATTRIBUTE.findall(link)}
        if "alternate" in stated.get("rel", "").lower().split() and _FEED_TYPE.match(stated.get("type", "")):
            found[_absolute(url, stated.get("href", ""))] = None
    for href in _ANCHOR.findall(page):
        address = _absolute(url, href)
        if _FEED_PATH.search(urlsplit(address).path):
            found[address] = None
    found.pop("", None)
    yield from list(found)[:_MOST_LINKED]


def _absolute(base: str, href: str) -> str:
    try:
        stated = html.unescape(href).strip()
        address = urljoin(base, stated) if stated else ""
        return address if urlsplit(address).scheme in {"http", "https"} and urlsplit(address).netloc else ""
    except ValueError:
        return ""


def _found(inspection: Inspection) -> Found:
    parsed = inspection.parsed
    return Found(inspection.url, parsed.channel.title, len(parsed.entries), parsed.newest_at)
