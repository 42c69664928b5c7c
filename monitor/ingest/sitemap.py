"""Google News sitemaps: what publishers that ended RSS still keep for the search engines."""

from __future__ import annotations

import heapq
import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.channel import Channel
from monitor.ingest.clean import title_text
from monitor.ingest.dates import parse_date
from monitor.ingest.identity import canonical_url, link_url
from monitor.ingest.stated import Read, Stated, clean_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_AHEAD: Final = 65_536
_MOST_READ: Final = 5_000
_NAME: Final = re.compile(r"<(?:[\w.-]{1,30}:)?([A-Za-z][\w.-]{0,30})")
_URL: Final = re.compile(r"<url(?:\s[^<>]{0,500})?>")
_NEWS: Final = re.compile(r"<((?:[\w.-]{1,30}:)?)news(?:\s[^<>]{0,500})?>")
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_ENDS: Final = {"<?": "?>", "<!--": "-->", "<!": ">"}
_FIELDS: Final = {
    name: re.compile(rf"<(?!image:|video:)(?:[\w.-]{{1,30}}:)?{name}>([^<]*(?:<!\[CDATA\[[^\]]*\]\]>[^<]*)?)</")
    for name in ("loc", "title", "name", "publication_date", "keywords", "lastmod")
}


def is_sitemap(xml: str) -> bool:
    """Whether the root element is that of a sitemap, or of an index of sitemaps."""
    return _root(xml) in {"urlset", "sitemapindex"}


def _root(xml: str) -> str:
    place = xml.find("<", 0, _LOOK_AHEAD)
    while place >= 0:
        end = next((end for start, end in _ENDS.items() if xml.startswith(start, place)), "")
        if not end:
            found = _NAME.match(xml, place)
            return found[1].lower() if found else ""
        after = xml.find(end, place, _LOOK_AHEAD)
        place = xml.find("<", after, _LOOK_AHEAD) if after >= 0 else -1
    return ""


def read_sitemap(xml: str, url: str, zone_name: str, max_entries: int) -> Read:
    """The news of a sitemap in its order; of more than `max_entries`, the newest. Addresses without news are left.

    Raises:
        FetchError: NOT_A_FEED, if it is an index or holds no news.
    """
    if _root(xml) == "sitemapindex":
        raise FetchError(FetchFailure.NOT_A_FEED, "an index of sitemaps; give the address of its news sitemap")
    zone = ZoneInfo(zone_name)
    read = [entry for block in _blocks(xml) if (entry := _stated(block, url, zone))]
    if not read:
        raise FetchError(FetchFailure.NOT_A_FEED, "a sitemap without news")
    if len(read) > max_entries:
        newest = heapq.nlargest(
            max_entries, range(len(read)), key=lambda place: (read[place].at or _LONG_AGO, -place)
        )
        read = [read[place] for place in sorted(newest)]
    return Read(read, Channel(title=read[0].source), "</urlset" in xml)


def _blocks(xml: str) -> Iterator[str]:
    """What stands in each whole `<url>`."""
    for block in _URL.split(xml, _MOST_READ)[1 : _MOST_READ + 1]:
        end = block.find("</url")
        if end >= 0:
            yield _COMMENT.sub("", block[:end])


def _stated(block: str, base: str, zone: ZoneInfo) -> Stated | None:
    start = _NEWS.search(block)
    if not start:
        return None
    # Pictures have titles too, so only what stands inside the news counts.
    end = block.find(f"</{start[1]}news>", start.end())
    news = block[start.end() : end if end >= 0 else len(block)]
    title = title_text(_field(news, "title"))
    address = _field(block[: start.start()] + block[end:], "loc")
    published = parse_date(_field(news, "publication_date"), zone) or parse_date(_field(block, "lastmod"), zone)
    if not title:
        return None
    return Stated(
        guid="",
        url=canonical_url(address, base),
        link=link_url(address, base),
        title=title,
        summary="",
        content="",
        author="",
        source=title_text(_field(news, "name")),
        tags=clean_tags(_field(news, "keywords").split(",")),
        at=published[0] if published else None,
        precision=published[1] if published else None,
    )


def _field(markup: str, name: str) -> str:
    found = _FIELDS[name].search(markup)
    if not found:
        return ""
    text = found[1]
    return (_CDATA.sub(r"\1", text) if "<!" in text else html.unescape(text)).strip()
