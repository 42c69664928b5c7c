"""Lists of feeds as other readers write and read them: OPML 2.0, its groups as tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import escape

from monitor.config.edit import NewFeed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_MOST_FEEDS: Final = 10_000
_LONGEST_NAME: Final = 80
_DEEPEST: Final = 50
_QUOTE: Final = {'"': "&quot;"}


class OpmlError(ValueError):
    """The text is no OPML that we read."""


@dataclass(slots=True)
class _Reading:
    """Feeds found so far, the groups that are open (None: an outline that is no group), and how deep we are."""

    feeds: dict[str, NewFeed] = field(default_factory=dict)
    open: list[str | None] = field(default_factory=list)
    is_opml: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.lower()
        if not self.open and not self.is_opml:
            self.is_opml = tag == "opml"
            if not self.is_opml:
                raise OpmlError(f"this is not OPML: it begins with <{name[:30]}>")
        if tag != "outline":
            return
        stated = {key.lower(): value for key, value in attributes.items()}
        title = _name(stated.get("text") or stated.get("title") or "")
        url = stated.get("xmlurl", "").strip()
        if url.startswith(("http://", "https://")):
            tags = tuple(dict.fromkeys([*filter(None, self.open), *_categories(stated.get("category", ""))]))
            self.feeds.setdefault(url, NewFeed(title or urlsplit(url).netloc, url, tags))
        self.open.append(None if url else title or None)
        if len(self.open) > _DEEPEST or len(self.feeds) > _MOST_FEEDS:
            raise OpmlError(f"more than {_MOST_FEEDS} feeds, or nested more than {_DEEPEST} deep")

    def end(self, name: str) -> None:
        if name.lower() == "outline":
            self.open.pop()


def read_opml(text: str) -> tuple[NewFeed, ...]:
    """The feeds of an OPML document, each address once, with the groups they stand in as tags.

    Raises:
        OpmlError: it is not OPML, or it holds a DTD, which no list of feeds needs.
    """
    reading = _Reading()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        parser.Parse(text.lstrip("\ufeff").lstrip().encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise OpmlError(f"this is not XML, line {error.lineno}, column {error.offset + 1}") from error
    return tuple(reading.feeds.values())


def write_opml(feeds: Iterable[NewFeed], title: str, now: datetime) -> str:
    """An OPML 2.0 document, each feed once, grouped by its first tag and with all of its tags as categories."""
    groups: dict[str, list[NewFeed]] = {}
    for feed in feeds:
        groups.setdefault(feed.tags[0] if feed.tags else "", []).append(feed)
    created = now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head>"]
    lines += [f"<title>{escape(title)}</title>", f"<dateCreated>{created}</dateCreated>", "</head>", "<body>"]
    for group, members in groups.items():
        if group:
            lines.append(f"<outline text={_attribute(group)}>")
        lines += [_outline(feed) for feed in members]
        if group:
            lines.append("</outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _outline(feed: NewFeed) -> str:
    categories = f" category={_attribute(','.join(feed.tags))}" if feed.tags else ""
    return f'<outline type="rss" text={_attribute(feed.name)} xmlUrl={_attribute(feed.url)}{categories}/>'


def _attribute(text: str) -> str:
    return f'"{escape(text, _QUOTE)}"'


def _refuse_dtd(*_: object) -> None:
    raise OpmlError("it holds a DTD (<!DOCTYPE …>); remove it")


def _categories(text: str) -> list[str]:
    """`/Boss/Work, ai`: paths name their last part."""
    return [name for part in text.split(",") if (name := _name(part.strip("/ ").rpartition("/")[2]))]


def _name(text: str) -> str:
    """As a name in the configuration may be: one printable line."""
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(r"\s+", " ", visible).strip()[:_LONGEST_NAME].strip()
