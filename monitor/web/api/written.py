"""Our own feeds, written: RSS 2.0, Atom 1.0 and JSON Feed 1.1 from the same articles."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from monitor.pipeline.records import Carried

ATOM: Final = "http://www.w3.org/2005/Atom"
_ATOM: Final = f"{{{ATOM}}}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

ET.register_namespace("atom", ATOM)
ET.register_namespace("dc", "http://purl.org/dc/elements/1.1/")


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed of ours: its title, its own address without a token, the language of its words, and when it changed."""

    title: str
    address: str
    language: str
    updated_at: datetime


def name_of(article: Carried) -> str:
    """The id of an article for ever and everywhere: a name made of its identity."""
    return uuid.uuid5(uuid.NAMESPACE_URL, article.identity).urn


def rss(channel: Channel, articles: tuple[Carried, ...]) -> bytes:
    """RSS 2.0."""
    root = ET.Element("rss", version="2.0")
    top = ET.SubElement(root, "channel")
    _put(top, "title", channel.title)
    _put(top, "link", channel.address)
    _put(top, "description", channel.title)
    _put(top, "language", channel.language)
    _put(top, "lastBuildDate", format_datetime(channel.updated_at, usegmt=True))
    ET.SubElement(top, f"{_ATOM}link", rel="self", href=channel.address, type="application/rss+xml")
    for one in articles:
        entry = ET.SubElement(top, "item")
        _put(entry, "title", one.title)
        if one.url:
            _put(entry, "link", one.url)
        _put(entry, "description", one.summary)
        _put(entry, "guid", name_of(one)).set("isPermaLink", "false")
        _put(entry, "pubDate", format_datetime(one.published_at or one.first_seen_at, usegmt=True))
        if one.source:
            _put(entry, f"{_DC}creator", one.source)
        for watchlist in one.watchlists:
            _put(entry, "category", watchlist)
    return _written(root)


def atom(channel: Channel, articles: tuple[Carried, ...]) -> bytes:
    """Atom 1.0."""
    root = ET.Element(f"{_ATOM}feed", {"{http://www.w3.org/XML/1998/namespace}lang": channel.language})
    _put(root, f"{_ATOM}id", channel.address)
    _put(root, f"{_ATOM}title", channel.title)
    _put(root, f"{_ATOM}updated", channel.updated_at.isoformat())
    ET.SubElement(root, f"{_ATOM}link", rel="self", href=channel.address, type="application/atom+xml")
    for one in articles:
        entry = ET.SubElement(root, f"{_ATOM}entry")
        _put(entry, f"{_ATOM}id", name_of(one))
        _put(entry, f"{_ATOM}title", one.title)
        if one.url:
            ET.SubElement(entry, f"{_ATOM}link", rel="alternate", href=_safe(one.url))
        _put(entry, f"{_ATOM}updated", one.revised_at.isoformat())
        if one.published_at:
            _put(entry, f"{_ATOM}published", one.published_at.isoformat())
        _put(ET.SubElement(entry, f"{_ATOM}author"), f"{_ATOM}name", one.source or one.author or "?")
        _put(entry, f"{_ATOM}summary", one.summary)
        for watchlist in one.watchlists:
            ET.SubElement(entry, f"{_ATOM}category", term=_safe(watchlist))
    return _written(root)


def json_feed(channel: Channel, articles: tuple[Carried, ...]) -> bytes:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "feed_url": channel.address,
        "language": channel.language,
        "items": [_json_entry(one) for one in articles],
    }
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _json_entry(one: Carried) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": name_of(one),
        "title": one.title,
        "content_text": one.summary,
        "date_published": (one.published_at or one.first_seen_at).isoformat(),
        "date_modified": one.revised_at.isoformat(),
        "tags": list(one.watchlists),
    }
    if one.url:
        entry["url"] = one.url
    if one.source:
        entry["authors"] = [{"name": one.source}]
    return entry


def _put(parent: ET.Element, tag: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, tag)
    made.text = _safe(text)
    return made


def _safe(text: str) -> str:
    return _FORBIDDEN.sub("�", text)


def _written(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
