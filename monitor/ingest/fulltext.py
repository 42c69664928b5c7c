"""An article's own page to text: fetched by the feeds' transport if robots.txt allows it, read in a parser child."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.page import PageJob
from monitor.ingest.robots import ALL, NONE, Robots, read_robots

if TYPE_CHECKING:
    from monitor.ingest.http import HttpClient
    from monitor.ingest.pool import ParserPool
    from monitor.pipeline.ports import Clock
    from monitor.pipeline.records import FeedSpec

_ROBOTS_KEPT_S: Final = 86_400.0
_FAILURE_KEPT_S: Final = 3_600.0
_MOST_HOSTS: Final = 1_000
_CLIENT_ERRORS: Final = range(400, 500)
_TOO_MANY: Final = 429


def is_installed() -> bool:
    """Whether the library that finds the text in a page is here (the extra `fulltext`)."""
    return find_spec("trafilatura") is not None


@dataclass(frozen=True, slots=True)
class _Kept:
    robots: Robots
    until_s: float


class FullTextReader:
    """Reads the pages of articles. What a host allows is remembered for a day."""

    def __init__(self, client: HttpClient, parsers: ParserPool, clock: Clock, user_agent: str) -> None:
        self._client = client
        self._parsers = parsers
        self._clock = clock
        self._user_agent = user_agent
        self._robots: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def fetch(self, article_url: str, spec: FeedSpec) -> str:
        """The text of an article without boilerplate, as lines; "" if robots.txt forbids it or none can be found.

        Raises:
            FetchError: the page could not be fetched or read.
        """
        robots = await self._robots_of(article_url, spec)
        if not robots.allows(article_url):
            return ""
        answer = await self._client.page(spec, article_url, robots.delay_s)
        elsewhere = _origin(answer.url) != _origin(article_url)
        if elsewhere and not (await self._robots_of(answer.url, spec)).allows(answer.url):
            return ""
        job = PageJob(answer.body or b"", answer.charset, answer.url, spec.name)
        return (await self._parsers.extract(job)).text

    async def _robots_of(self, url: str, spec: FeedSpec) -> Robots:
        agent = spec.user_agent or self._user_agent
        name = _origin(url), agent
        kept = self._robots.get(name)
        if kept is None or kept.until_s <= self._clock.monotonic_s():
            kept = await self._ask(spec, f"{name[0]}/robots.txt", agent)
            self._robots[name] = kept
            if len(self._robots) > _MOST_HOSTS:
                self._robots.popitem(last=False)
        return kept.robots

    async def _ask(self, spec: FeedSpec, url: str, agent: str) -> _Kept:
        """A robots.txt that is not there allows everything; one that cannot be had now, nothing for a while."""
        now_s = self._clock.monotonic_s()
        try:
            answer = await self._client.page(spec, url)
        except FetchError as error:
            if error.failure is FetchFailure.GONE or (error.status in _CLIENT_ERRORS and error.status != _TOO_MANY):
                return _Kept(ALL, now_s + _ROBOTS_KEPT_S)
            return _Kept(NONE, now_s + _FAILURE_KEPT_S)
        return _Kept(read_robots(answer.body or b"", agent), now_s + _ROBOTS_KEPT_S)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
