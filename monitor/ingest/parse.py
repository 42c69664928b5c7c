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
from monitor.ingest.channel import channel_of
from monitor.ingest.clean import body_text, title_text
from monitor.ingest.dates import parse_date
from monitor.ingest.decode import decode
from monitor.ingest.document import document
from monitor.ingest.identity import RawEntry, canonical_url, link_url, name_entries
from monitor.ingest.jsonfeed import is_json, read_json_feed
from monitor.ingest.sitemap import is_sitemap, read_sitemap
from monitor.ingest.splice import name_of, pieces
from monitor.ingest.stated import Read, Stated, clean_tags, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.article import Precision
    from monitor.ingest.channel import Channel
    from monitor.ingest.splice import Memory

_EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
_MOST_AHEAD: Final = timedelta(days=1)
_FIRST_HANGUL: Final = 0xAC00
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

    With `shortened`, it held more entries than are read: these are those at its two ends. `codec` is what its bytes
    were read by; `unreadable` counts the characters that it could not read.
    """

    entries: tuple[Entry, ...]
    complete: bool
    channel: Channel
    codec: str = ""
    unreadable: int = 0
    shortened: bool = False

    @property
    def newest_at(self) -> datetime | None:
        """The newest stated time of the entries, aware UTC."""
        return max(filter(None, (entry.article.published_at for entry in self.entries)), default=None)


@dataclass(frozen=True, slots=True)
class Known:
    """An entry read before, and the base its links were joined to."""

    entry: Stated
    base: str


def parse(job: ParseJob, memory: Memory[Known] | None = None) -> Parsed:
    """Decode, check, parse, clean, date and identify; with a memory, only what it does not hold is parsed.

    RSS, Atom, RDF, JSON Feed and news sitemaps are told apart by what they hold, never by what the server calls them.

    Raises:
        FetchError: NOT_A_FEED, or EMPTY if there is no entry.
    """
    decoded = decode(job.body, job.charset)
    read = _read(job, decoded.text, memory)
    stated = [entry for entry in read.entries if entry.title]
    if not stated:
        raise FetchError(FetchFailure.EMPTY, "no entries")
    entries = tuple(_entries(job, stated, read.channel.home))
    return Parsed(entries, read.complete, read.channel, decoded.codec, decoded.text.count("\ufffd"), read.shortened)


def _read(job: ParseJob, text: str, memory: Memory[Known] | None) -> Read:
    if is_json(text):
        return read_json_feed(text, job.url, job.zone, job.max_entries)
    if is_sitemap(text):
        return read_sitemap(text, job.url, job.zone, job.max_entries)
    _quicken()
    feed = document(text, job.max_entries)
    read = (_read_new(job, feed.xml, memory) if memory else None) or _read_all(job, feed.xml)
    channel = replace(channel_of(feed.xml), title=read.title, home=read.home)
    return Read(read.entries, channel, feed.complete, feed.shortened)


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass through feedparser gave; `base` is what the links were joined to.

    `strict` is false if the XML was ill-formed and read by guessing, by which one entry can spoil its neighbours.
    """

    entries: list[Stated]
    title: str
    home: str
    base: str
    strict: bool


def _read_all(job: ParseJob, xml: str) -> _Pass:
    """The slow, obvious way: the whole document through feedparser."""
    body = xml.encode("utf-8", "replace")
    try:
        read = _through_feedparser(body)
    except Exception:  # noqa: BLE001 - its strict reader falls over some markup, such as a namespace with a space in it
        read = _by_guessing(body)
    home = canonical_url(text_in(read["feed"], "link"))
    base = job.url if str(read.get("version")).startswith("atom") else home or job.url
    zone = ZoneInfo(job.zone)
    title = title_text(text_in(read["feed"], "title"))
    entries = [_stated(raw, base, zone) for raw in read["entries"][: job.max_entries]]
    return _Pass(entries, title, home, base, not read.get("bozo"))


def _through_feedparser(body: bytes) -> Any:
    return feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )


def _by_guessing(body: bytes) -> Any:
    """Let feedparser's strict reader give up at once, so that its other one is used."""
    try:
        return _through_feedparser(b"</x>" + body)
    except Exception as error:
        raise FetchError(FetchFailure.PARSER, type(error).__name__) from error


def _read_new(job: ParseJob, xml: str, memory: Memory[Known]) -> _Pass | None:
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
    if len(new) == len(names) and not read.strict:
        return read
    if not read.strict or len(read.entries) != len(new):
        return None
    if any(known and known.base != read.base for known in recalled):
        return None
    for place, entry in zip(new, read.entries, strict=True):
        recalled[place] = Known(entry, read.base)
        memory.keep(names[place], Known(entry, read.base), len(cut.entries[place]))
    return replace(read, entries=[known.entry for known in recalled if known])


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
    summary = body_text(text_in(raw, "summary"))
    content = body_text(max((text_in(part, "value") for part in raw.get("content", ())), key=len, default=""))
    title = title_text(text_in(raw, "title")) or summary.split("\n", 1)[0][:_TITLE_FROM_SUMMARY]
    guid = text_in(raw, "id")
    at, precision = _published(raw, zone)
    return Stated(
        guid=guid,
        url=canonical_url(_link(raw, guid), base),
        link=link_url(_link(raw, guid), base),
        title=title,
        summary=summary,
        content="" if content == summary else content,
        author=_author(raw),
        source=title_text(text_in(dict.get(raw, "source") or {}, "title")),
        tags=clean_tags(text_in(tag, "term") for tag in dict.get(raw, "tags") or ()),
        at=at,
        precision=precision,
    )


def _link(raw: Any, guid: str) -> str:
    """The link; a guid that feedparser took for one (a bare number) only if it looks like an address."""
    link = text_in(raw, "feedburner_origlink") or _first_alternate(raw) or text_in(raw, "link")
    return link if link != guid or link.startswith(_LINK_STARTS) else ""


def _author(raw: Any) -> str:
    name = text_in(dict.get(raw, "author_detail") or {}, "name") or text_in(raw, "author")
    return title_text(name)


def _first_alternate(raw: Any) -> str:
    """The first of several alternate links that is a page in no other language; feedparser takes the last."""
    links = [
        link for link in dict.get(raw, "links") or () if link.get("rel") == "alternate" and text_in(link, "href")
    ]
    plain = [link for link in links if not link.get("hreflang") and "html" in link.get("type", "text/html")]
    return text_in((plain or links)[0], "href") if len(links) > 1 else ""


def _published(raw: Any, zone: ZoneInfo) -> tuple[datetime | None, Precision | None]:
    for name in ("published", "updated", "created"):
        found = parse_date(text_in(raw, name), zone)
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
