"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.channel import Channel
from monitor.ingest.clean import body_text, title_text
from monitor.ingest.dates import parse_date
from monitor.ingest.identity import canonical_url, link_url
from monitor.ingest.stated import Read, Stated, clean_tags, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION: Final = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_STATED_VERSION: Final = re.compile(r"\"version\"\s*:\s*\"(https?:[^\"]{1,60})\"")
_ITEMS: Final = re.compile(r"\"items\"\s*:\s*\[")
_SPACE: Final = re.compile(r"[\s,]*")
_TITLE_FROM_TEXT: Final = 100


def is_json(text: str) -> bool:
    """Whether a body is a JSON object rather than markup."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def read_json_feed(text: str, url: str, zone_name: str, max_entries: int) -> Read:
    """The entries of a JSON Feed; of one that was cut off, those that were whole.

    Raises:
        FetchError: NOT_A_FEED.
    """
    feed, complete = _load(text.strip("\ufeff \t\r\n"))
    items = feed.get("items")
    if not _VERSION.match(text_in(feed, "version").replace("\\/", "/")) or not isinstance(items, list):
        raise FetchError(FetchFailure.NOT_A_FEED, "JSON, but no JSON Feed")
    zone = ZoneInfo(zone_name)
    home = canonical_url(text_in(feed, "home_page_url"))
    shortened = len(items) > max_entries
    if shortened:
        last = max_entries // 2
        # As of other feeds, those at both ends: either can be the newest.
        items = items[: max_entries - last] + (items[-last:] if last else [])
    entries = [_stated(item, home or url, zone) for item in items if isinstance(item, dict)]
    channel = Channel(title_text(text_in(feed, "title")), home, older_url=text_in(feed, "next_url"))
    return Read(entries, channel, complete, shortened)


def _load(text: str) -> tuple[dict[str, Any], bool]:
    try:
        loaded = json.loads(text)
    except RecursionError as error:
        raise FetchError(FetchFailure.NOT_A_FEED, "JSON nested too deep") from error
    except ValueError:
        return _salvage(text), False
    return loaded, True


def _salvage(text: str) -> dict[str, Any]:
    """What was whole in a text that is no whole JSON."""
    start = _ITEMS.search(text)
    version = _STATED_VERSION.search(text.replace("\\/", "/"))
    items = list(_whole_items(text, start.end())) if start else []
    return {"version": version[1] if version else "", "items": items or None}


def _whole_items(text: str, place: int) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    while True:
        gap = _SPACE.match(text, place)
        place = gap.end() if gap else place
        try:
            item, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield item


def _stated(item: dict[str, Any], base: str, zone: ZoneInfo) -> Stated:
    number = dict.get(item, "id")
    guid = str(number) if isinstance(number, (int, float)) else text_in(item, "id")
    summary = body_text(text_in(item, "summary"))
    content = body_text(text_in(item, "content_html") or text_in(item, "content_text"))
    if not summary:
        summary, content = content, ""
    address = text_in(item, "url") or text_in(item, "external_url") or (guid if guid.startswith("http") else "")
    published = parse_date(text_in(item, "date_published"), zone) or parse_date(text_in(item, "date_modified"), zone)
    return Stated(
        guid=guid,
        url=canonical_url(address, base),
        link=link_url(address, base),
        title=title_text(text_in(item, "title")) or summary.split("\n", 1)[0][:_TITLE_FROM_TEXT],
        summary=summary,
        content="" if content == summary else content,
        author=title_text(", ".join(_authors(item))),
        source="",
        tags=clean_tags(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        at=published[0] if published else None,
        precision=published[1] if published else None,
    )


def _authors(item: dict[str, Any]) -> Iterator[str]:
    for author in (*_list(item, "authors"), dict.get(item, "author")):
        if isinstance(author, dict) and (name := text_in(author, "name")):
            yield name


def _list(item: dict[str, Any], name: str) -> list[Any]:
    value = dict.get(item, name)
    return value if isinstance(value, list) else []
