"""A feed's bytes to entries. Pure, slow and hungry: it runs in a parser child, see `ingest.pool`."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import feedparser
import feedparser.mixin

from monitor.core.article import Article, Entry
from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.channel import Channel, channel_of
from monitor.ingest.clean import body_text, title_text
from monitor.ingest.dates import parse_date
from monitor.ingest.decode import decode
from monitor.ingest.document import document
from monitor.ingest.identity import RawEntry, canonical_url, link_url, name_entries
from monitor.ingest.splice import name_of, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.article import Precision
    from monitor.ingest.splice import Memory

_EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
_MOST_AHEAD: Final = timedelta(days=1)
_FIRST_HANGUL: Final = 0xAC00
_MOST_TAGS: Final = 30
_TITLE_FROM_SUMMARY: Final = 100
_LINK_STARTS: Final = ("http://", "https://", "/")


@dataclass(frozen=True, slots=True)
class ParseJob:
    """A body and what is needed to read it. `url` is where it came from in the end; `now` is aware UTC."""

    body: bytes
    charset: str
    url: str
    feed: str
    source: str
    zone: str
    feed_tags: tuple[str, ...]
    now: datetime
    max_entries: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """The entries in the feed's order, and what the feed says of itself; `complete` is false if it was cut off.

    `codec` is what its bytes were read by; `unreadable` counts the characters that it could not read.
    """

    entries: tuple[Entry, ...]
    complete: bool
    channel: Channel
    codec: str = ""
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Stated:
    """An entry as cleaned, before it has a name: `url` is canonical, `link` is for people to open."""

    guid: str
    url: str
    link: str
    title: str
    summary: str
    content: str
    author: str
    source: str
    tags: tuple[str, ...]
    at: datetime | None
    precision: Precision | None


@dataclass(frozen=True, slots=True)
class Known:
    """An entry read before, and the base its links were joined to."""

    entry: Stated
    base: str


def parse(job: ParseJob, memory: Memory[Known] | None = None) -> Parsed:
    """Decode, check, parse, clean, date and identify; with a memory, only what it does not hold is parsed.

    Raises:
        FetchError: NOT_A_FEED, or EMPTY if there is no entry.
    """
    _quicken()
    decoded = decode(job.body, job.charset)
    feed = document(decoded.text, job.max_entries)
    read = (_read_new(job, feed.xml, memory) if memory else None) or _read_all(job, feed.xml)
    stated = [entry for entry in read.entries if entry.title]
    if not stated:
        raise FetchError(FetchFailure.EMPTY, "no entries")
    entries = tuple(_entries(job, stated, read.home))
    channel = replace(channel_of(feed.xml), title=read.title, home=read.home)
    return Parsed(entries, feed.complete, channel, decoded.codec, decoded.text.count("\ufffd"))


@dataclass(frozen=True, slots=True)
class _Read:
    entries: list[Stated]
    title: str
    home: str
    base: str


def _read_all(job: ParseJob, xml: str) -> _Read:
    """The slow, obvious way: the whole document through feedparser."""
    read = feedparser.parse(
        io.BytesIO(xml.encode("utf-8", "replace")),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    home = canonical_url(_text(read["feed"], "link"))
    base = job.url if str(read.get("version")).startswith("atom") else home or job.url
    zone = ZoneInfo(job.zone)
    title = title_text(_text(read["feed"], "title"))
    return _Read([_stated(raw, base, zone) for raw in read["entries"][: job.max_entries]], title, home, base)


def _read_new(job: ParseJob, xml: str, memory: Memory[Known]) -> _Read | None:
    """The fast way, equal to the slow one; None where that cannot be promised."""
    cut = pieces(xml)
    if not cut:
        return None
    # What else a reading depends on: namespaces and xml:base in the root's tag, and the feed's place and zone.
    scope = "\x1f".join((xml[: xml.find(">")], job.url, job.zone))
    names = [name_of(scope, entry) for entry in cut.entries]
    recalled = [memory.recall(name) for name in names]
    new = [place for place, known in enumerate(recalled) if known is None]
    read = _read_all(job, cut.with_only(new))
    if len(read.entries) != len(new) or any(known and known.base != read.base for known in recalled):
        return None
    for place, entry in zip(new, read.entries, strict=True):
        recalled[place] = Known(entry, read.base)
        memory.keep(names[place], Known(entry, read.base), len(cut.entries[place]))
    return _Read([known.entry for known in recalled if known], read.title, read.home, read.base)


def _quicken() -> None:
    """Spare feedparser an exception for each Hangul letter: its translation table knows only 27 characters.

    The table is replaced where it only translates; the one in `feedparser.html` is also asked for membership.
    """
    table = getattr(feedparser.mixin, "_cp1252", None)
    if not isinstance(table, dict) or _FIRST_HANGUL in table:
        return
    known = (
        range(0x20, 0x80),
        range(0xA0, 0x2700),
        range(0x3000, 0x3400),
        range(0x4E00, 0xD7A4),
        range(0xFF00, 0xFFF0),
    )
    feedparser.mixin._cp1252 = {code: code for codes in known for code in codes} | table  # noqa: SLF001


def _stated(raw: Any, base: str, zone: ZoneInfo) -> Stated:
    summary = body_text(_text(raw, "summary"))
    content = body_text(max((_text(part, "value") for part in raw.get("content", ())), key=len, default=""))
    title = title_text(_text(raw, "title")) or summary.split("\n", 1)[0][:_TITLE_FROM_SUMMARY]
    guid = _text(raw, "id")
    at, precision = _published(raw, zone)
    return Stated(
        guid=guid,
        url=canonical_url(_link(raw, guid), base),
        link=link_url(_link(raw, guid), base),
        title=title,
        summary=summary,
        content="" if content == summary else content,
        author=_author(raw),
        source=title_text(_text(dict.get(raw, "source") or {}, "title")),
        tags=_tags(raw),
        at=at,
        precision=precision,
    )


def _text(mapping: Any, name: str) -> str:
    # dict.get, as feedparser's own falls back from one date to another and warns about it.
    value = dict.get(mapping, name)
    return value.strip() if isinstance(value, str) else ""


def _link(raw: Any, guid: str) -> str:
    """The link; a guid that feedparser took for one (a bare number) only if it looks like an address."""
    link = _text(raw, "feedburner_origlink") or _text(raw, "link")
    return link if link != guid or link.startswith(_LINK_STARTS) else ""


def _author(raw: Any) -> str:
    name = _text(dict.get(raw, "author_detail") or {}, "name") or _text(raw, "author")
    return title_text(name)


def _tags(raw: Any) -> tuple[str, ...]:
    terms = (title_text(_text(tag, "term")) for tag in dict.get(raw, "tags") or ())
    return tuple(dict.fromkeys(term for term in terms if term))[:_MOST_TAGS]


def _published(raw: Any, zone: ZoneInfo) -> tuple[datetime | None, Precision | None]:
    for name in ("published", "updated", "created"):
        found = parse_date(_text(raw, name), zone)
        if found:
            return found
    return None, None


def _entries(job: ParseJob, stated: Sequence[Stated], home: str) -> Iterator[Entry]:
    zone = ZoneInfo(job.zone)
    names = name_entries([_raw(entry, zone) for entry in stated], job.feed, home)
    seen: set[str] = set()
    for entry, name in zip(stated, names, strict=True):
        # The same article twice in one body would revise itself back and forth on every poll.
        if name.key in seen or name.identity in seen:
            continue
        seen |= {name.key, name.identity}
        yield Entry(name.key, _article(job, entry, name.identity))


def _raw(entry: Stated, zone: ZoneInfo) -> RawEntry:
    day = entry.at.astimezone(zone).date().isoformat() if entry.at else ""
    return RawEntry(entry.guid, entry.url, entry.title, day)


def _article(job: ParseJob, entry: Stated, identity: str) -> Article:
    plausible = entry.at is not None and _EARLIEST <= entry.at <= job.now + _MOST_AHEAD
    return Article(
        identity=identity,
        url=entry.link,
        title=entry.title,
        summary=entry.summary,
        content=entry.content,
        author=entry.author,
        source=job.source or entry.source or _outlet(job.feed),
        tags=entry.tags,
        feeds=(job.feed,),
        feed_tags=job.feed_tags,
        published_at=entry.at if plausible else None,
        published_precision=entry.precision if plausible else None,
    )


def _outlet(feed: str) -> str:
    """`전자신문 AI` names the outlet first; a name that starts in another script is taken whole."""
    first = feed.partition(" ")[0].partition("(")[0]
    return first if first and not first.isascii() else feed
