from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import pytest
import pytest_asyncio

from monitor.core.errors import FetchError
from monitor.ingest.reader import HttpFeedReader, ReaderSettings
from monitor.pipeline.records import FeedSpec, PollRequest, Reading
from tests.fakes.feedserver import FeedServer

if TYPE_CHECKING:
    from monitor.ingest.addresses import Resolver


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()


Read: TypeAlias = Callable[..., Awaitable[Reading]]
MakeReader: TypeAlias = Callable[..., HttpFeedReader]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest_asyncio.fixture
async def make_reader() -> AsyncIterator[MakeReader]:
    """Builds readers that may use loopback, and closes them."""
    made: list[HttpFeedReader] = []

    def make(resolve: Resolver | None = None, **settings: object) -> HttpFeedReader:
        chosen: dict[str, object] = {"allow_private": True, "host_spacing_s": 0.0, "deadline_s": 20.0} | settings
        reader = HttpFeedReader(ReaderSettings("시험/1 (test@example.kr)", **chosen), RealClock(), resolve)  # type: ignore[arg-type] # test settings by name
        made.append(reader)
        return reader

    yield make
    for reader in made:
        await reader.aclose()


@pytest.fixture
def read(make_reader: MakeReader) -> Read:
    """Reads one address with a fresh reader."""

    async def read_url(
        url: str, *, etag: str = "", last_modified: str = "", body_hash: str = "", **settings: object
    ) -> Reading:
        request = PollRequest(FeedSpec("한빛신문 AI", url), etag, last_modified, body_hash)
        return await make_reader(**settings).read(request)

    return read_url


async def failure_of(read: Read, url: str, **settings: object) -> FetchError:
    """Why reading fails, as it must here."""
    with pytest.raises(FetchError) as caught:
        await read(url, **settings)
    return caught.value
