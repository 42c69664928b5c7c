"""The outside face: one feed in, its entries out."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.channel import Channel, channel_of
from monitor.ingest.fulltext import FullTextReader
from monitor.ingest.http import FetchLimits, HttpClient
from monitor.ingest.parse import ParseJob
from monitor.ingest.pool import ParserPool
from monitor.pipeline.records import Fresh, NotModified, PollRequest

if TYPE_CHECKING:
    from monitor.core.article import Entry
    from monitor.ingest.addresses import Resolver
    from monitor.ingest.http import Answer
    from monitor.ingest.parse import Parsed
    from monitor.pipeline.ports import Clock
    from monitor.pipeline.records import FeedSpec, Reading
    from monitor.pipeline.tally import Durations

log = logging.getLogger(__name__)

_PARSERS: Final = 2
_DIGEST_BYTES: Final = 16
_LONGEST_LEAD: Final = 1_024
_LONGEST_HEAD: Final = 65_536
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How feeds are read. `proxy` is an address or ""; `allow_private` lets loopback and private networks through.

    `deadline_s` bounds one whole exchange, redirects included; `host_spacing_s` is the pause between two to one host.
    """

    user_agent: str
    allow_private: bool = False
    proxy: str = ""
    deadline_s: float = 30.0
    max_body_bytes: int = 10 * _MEGABYTE
    max_entries: int = 500
    parse_timeout_s: float = 10.0
    host_spacing_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Inspection:
    """A feed as it was answered and parsed; `zoned` are the keys of the entries whose time states its zone."""

    answer: Answer
    parsed: Parsed
    zoned: frozenset[str]

    @property
    def url(self) -> str:
        """Where the redirects ended."""
        return self.answer.url


class HttpFeedReader:
    """Reads feeds over HTTP within fixed limits of time, size and place (`monitor.pipeline.ports.FeedReader`).

    `fulltext` reads the pages of articles by the same transport.
    """

    def __init__(self, settings: ReaderSettings, clock: Clock, resolve: Resolver | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._client = HttpClient(
            FetchLimits(settings.deadline_s, settings.max_body_bytes, settings.host_spacing_s),
            clock,
            user_agent=settings.user_agent,
            allow_private=settings.allow_private,
            proxy=settings.proxy,
            resolve=resolve,
        )
        self._parsers = ParserPool(_PARSERS, settings.parse_timeout_s)
        self._older: dict[str, str] = {}
        self.fulltext = FullTextReader(self._client, self._parsers, clock, settings.user_agent)

    async def read(self, request: PollRequest) -> Reading:
        """Fetch one feed, and parse it if it says something new.

        Raises:
            FetchError: the feed could not be read this time.
        """
        answer = await self._client.fetch(request)
        if answer.body is None:
            return _not_modified(answer)
        if not answer.body.strip():
            raise FetchError(FetchFailure.EMPTY)
        digest = body_hash(answer.body) if answer.complete else ""
        if digest and digest == request.body_hash:
            return _not_modified(answer, channel_of(answer.body[:_LONGEST_HEAD].decode("latin-1")))
        return await self._fresh(request, answer, digest)

    async def read_older(self, request: PollRequest, limit_pages: int) -> tuple[Entry, ...]:
        """Read the pages before a feed's first (RFC 5005), to fill a gap: their entries, each once, the newest first.

        A page that cannot be read ends it; a feed without such pages gives none. Validators play no part.
        """
        spec = request.spec
        found: dict[str, Entry] = {}
        try:
            url = self._older[spec.name] if spec.name in self._older else await self._first_older(spec)
            seen = {spec.url}
            while url and url not in seen and len(seen) <= limit_pages:
                seen.add(url)
                answer = await self._client.page(spec, url)
                parsed = await self._parse(spec, answer)
                for entry in parsed.entries:
                    found.setdefault(entry.key, entry)
                url = _older_url(answer, parsed)
        except FetchError as error:
            log.info("feed %s: no further older pages (%s)", spec.name, error.failure.value)
        return tuple(found.values())

    async def _first_older(self, spec: FeedSpec) -> str:
        answer = await self._client.fetch(PollRequest(spec))
        return _older_url(answer, await self._parse(spec, answer))

    async def page(self, spec: FeedSpec, url: str) -> Answer:
        """Fetch any address on a feed's behalf: the body as it came.

        Raises:
            FetchError: it could not be fetched.
        """
        return await self._client.page(spec, url)

    async def inspect(self, spec: FeedSpec) -> Inspection:
        """Read a feed as a poll would, and tell all that was seen.

        Raises:
            FetchError: the feed could not be read.
        """
        answer = await self._client.fetch(PollRequest(spec))
        if not (answer.body or b"").strip():
            raise FetchError(FetchFailure.EMPTY)
        parsed = await self._parse(spec, answer)
        elsewhere = "Asia/Seoul" if spec.zone == "UTC" else "UTC"
        shifted = await self._parse(replace(spec, zone=elsewhere), answer)
        stated = {entry.key for entry in shifted.entries if entry in parsed.entries and entry.article.published_at}
        return Inspection(answer, parsed, frozenset(stated))

    @property
    def parsing(self) -> Durations:
        """How long the parsers took, from the asking to the answer."""
        return self._parsers.durations

    async def aclose(self) -> None:
        """Close the connections and end the parsers."""
        await self._client.aclose()
        await self._parsers.aclose()

    async def _fresh(self, request: PollRequest, answer: Answer, digest: str) -> Fresh:
        parsed = await self._parse(request.spec, answer)
        self._older[request.spec.name] = _older_url(answer, parsed)
        complete = answer.complete and parsed.complete
        return Fresh(
            entries=parsed.entries,
            etag=answer.etag if complete else "",
            last_modified=answer.last_modified if complete else "",
            body_hash=digest if complete and not answer.partial else "",
            complete=complete,
            max_age_s=answer.max_age_s,
            moved_to=answer.moved_to,
            ttl_s=parsed.channel.ttl_s,
            skip_hours=parsed.channel.skip_hours,
            skip_days=parsed.channel.skip_days,
            feed_id=parsed.channel.feed_id,
            partial=answer.partial,
            newest_at=parsed.newest_at,
            shortened=parsed.shortened,
        )

    async def _parse(self, spec: FeedSpec, answer: Answer) -> Parsed:
        job = ParseJob(
            body=answer.body or b"",
            charset=answer.charset,
            url=answer.url,
            feed=spec.name,
            source=spec.source,
            zone=spec.zone,
            feed_tags=spec.tags,
            now=self._clock.now(),
            max_entries=self._settings.max_entries,
        )
        return await self._parsers.parse(job)


def _not_modified(answer: Answer, stated: Channel | None = None) -> NotModified:
    """The entries are those of last time; `stated` is what the body said of when to ask again, if there was one."""
    channel = stated or Channel()
    return NotModified(
        answer.etag,
        answer.last_modified,
        answer.max_age_s,
        moved_to=answer.moved_to,
        ttl_s=channel.ttl_s,
        skip_hours=channel.skip_hours,
        skip_days=channel.skip_days,
        stated=stated is not None,
    )


def _older_url(answer: Answer, parsed: Parsed) -> str:
    try:
        return urljoin(answer.url, parsed.channel.older_url) if parsed.channel.older_url else ""
    except ValueError:
        return ""


def body_hash(body: bytes) -> str:
    """What a body is known by: its entries on, as the head of many feeds holds the time of asking."""
    starts = [place for place in (body.find(b"<item"), body.find(b"<entry")) if place >= 0]
    # In JSON, where `<item` may stand in any text, the whole body counts.
    start = min(starts, default=0) if body[:_LONGEST_LEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else 0
    return hashlib.blake2b(body[start:], digest_size=_DIGEST_BYTES).hexdigest()
