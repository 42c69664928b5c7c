"""Polls that take longer than their interval, and ten thousand feeds that are due at once."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from monitor.engines import embedded
from monitor.engines.embedded import EmbeddedEngine
from monitor.pipeline.records import FeedSpec, NotModified
from monitor.pipeline.sweep import SIDE_BY_SIDE
from tests.fakes.clock import FakeClock
from tests.fakes.world import World, build_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.article import Entry
    from monitor.pipeline.records import PollRequest
    from monitor.storage.storage import SqlStorage

FEEDS = int(os.environ.get("MONITOR_TEST_FEEDS", "600"))
HOSTS = 20


@dataclass(slots=True)
class CountingReader:
    """Implements `ports.FeedReader`: it counts who is read at the same time, and lets nobody go before `gate`."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reads: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    async def read(self, request: PollRequest) -> NotModified:
        self.reads[request.spec.name] += 1
        places = ("", urlsplit(request.spec.url).hostname or "", request.spec.name)
        self.now.update(places)
        self.most |= self.now
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.now.subtract(places)
        return NotModified()

    async def read_older(self, request: PollRequest, limit_pages: int) -> tuple[Entry, ...]:  # noqa: ARG002 - the port
        return ()


@pytest.fixture
async def world(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(embedded, "BEAT_S", 0.02)
    return await build_world(storage, FakeClock(datetime(2025, 1, 27, tzinfo=UTC)))


async def soon(true: Callable[[], bool], within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - what is waited for is a fake's state
            await asyncio.sleep(0.01)


async def run_until(world: World, true: Callable[[], bool], within_s: float) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(EmbeddedEngine(world.poller, world.courier).run(stop))
    try:
        await soon(true, within_s)
    finally:
        stop.set()
        await asyncio.wait_for(running, 10)


async def test_fault_18_a_poll_that_takes_longer_than_its_interval_is_never_joined_by_a_second(world: World) -> None:
    reader = CountingReader()
    world.poller = replace(world.poller, reader=reader)
    stop = asyncio.Event()
    running = asyncio.create_task(EmbeddedEngine(world.poller, world.courier).run(stop))
    await soon(lambda: reader.reads.total() == len(world.poller.specs))
    for _ in range(5):
        world.clock.advance(timedelta(hours=2))
        await asyncio.sleep(0.1)
    assert set(reader.reads.values()) == {1}
    reader.gate.set()
    await soon(lambda: reader.now[""] == 0)
    await asyncio.sleep(0.2)
    world.clock.advance(timedelta(hours=2))
    await soon(lambda: min(reader.reads.values()) > 1)
    assert max(reader.most[name] for name in world.poller.specs) == 1
    stop.set()
    await asyncio.wait_for(running, 10)


async def test_fault_19_with_all_feeds_due_at_start_no_host_is_asked_twice_at_once(world: World) -> None:
    names = {
        name: FeedSpec(name, f"https://host{number % HOSTS}.example/{number}")
        for number, name in enumerate(f"feed {number}" for number in range(FEEDS))
    }
    reader = CountingReader()
    reader.gate.set()
    world.poller = replace(world.poller, specs=names, reader=reader)
    await world.storage.write(lambda work: work.feeds.sync(tuple(names.values()), world.clock.now()))
    await run_until(world, lambda: len(reader.reads) == FEEDS, within_s=110)
    assert max(reader.most[f"host{number}.example"] for number in range(HOSTS)) == 1
    assert 1 < reader.most[""] <= SIDE_BY_SIDE
    assert set(reader.reads.values()) == {1}
