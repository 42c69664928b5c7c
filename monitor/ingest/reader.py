"""The outside face: one feed in, its entries out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.channel import channel_of
from monitor.ingest.http import FetchLimits, HttpClient
from monitor.ingest.parse import ParseJob
from monitor.ingest.pool import ParserPool
from monitor.pipeline.records import Fresh, NotModified

if TYPE_CHECKING:
    from monitor.ingest.addresses import Resolver
    from monitor.ingest.http import Answer
    from monitor.pipeline.ports import Clock
    from monitor.pipeline.records import PollRequest, Reading

_PARSERS: Final = 2
_DIGEST_BYTES: Final = 16
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


class HttpFeedReader:
    """Reads feeds over HTTP within fixed limits of time, size and place (`monitor.pipeline.ports.FeedReader`)."""

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

    async def read(self, request: PollRequest) -> Reading:
        """Fetch one feed, and parse it if it says something new.

        Raises:
            FetchError: the feed could not be read this time.
        """
        answer = await self._client.fetch(request)
        if answer.body is None:
            return NotModified(answer.etag, answer.last_modified, answer.max_age_s, moved_to=answer.moved_to)
        if not answer.body.strip():
            raise FetchError(FetchFailure.EMPTY)
        digest = body_hash(answer.body) if answer.complete else ""
        if digest and digest == request.body_hash:
            return _unchanged(answer, answer.body)
        return await self._fresh(request, answer, digest)

    async def aclose(self) -> None:
        """Close the connections and end the parsers."""
        await self._client.aclose()
        await self._parsers.aclose()

    async def _fresh(self, request: PollRequest, answer: Answer, digest: str) -> Fresh:
        spec = request.spec
        parsed = await self._parsers.parse(
            ParseJob(
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
        )
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
            newest_at=max(filter(None, (entry.article.published_at for entry in parsed.entries)), default=None),
        )


def _unchanged(answer: Answer, body: bytes) -> NotModified:
    """The entries are those of last time, but the head may say something new; it is ASCII where it matters here."""
    channel = channel_of(body[:_LONGEST_HEAD].decode("latin-1"))
    return NotModified(
        answer.etag,
        answer.last_modified,
        answer.max_age_s,
        moved_to=answer.moved_to,
        ttl_s=channel.ttl_s,
        skip_hours=channel.skip_hours,
        skip_days=channel.skip_days,
    )


def body_hash(body: bytes) -> str:
    """What a body is known by: its entries on, as the head of many feeds holds the time of asking."""
    starts = [place for place in (body.find(b"<item"), body.find(b"<entry")) if place >= 0]
    return hashlib.blake2b(body[min(starts, default=0) :], digest_size=_DIGEST_BYTES).hexdigest()
