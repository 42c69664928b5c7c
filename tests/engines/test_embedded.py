from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import pytest

from monitor.core.errors import FetchError, FetchFailure, StorageError
from monitor.core.spikes.model import Almanac
from monitor.engines import embedded
from monitor.engines.embedded import Beat, EmbeddedEngine
from monitor.pipeline.records import FeedSpec, FullText
from monitor.pipeline.watch import Watcher
from tests.fakes.clock import FakeClock
from tests.fakes.reader import entry, fresh
from tests.fakes.world import World, build_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.storage.storage import SqlStorage

E1 = "전자신문"


@pytest.fixture
async def world(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(embedded, "BEAT_S", 0.05)
    return await build_world(storage, FakeClock(datetime(2025, 1, 27, tzinfo=UTC)))


class Running:
    """An engine that runs as long as the block."""

    def __init__(self, world: World) -> None:
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(EmbeddedEngine(world.poller, world.courier).run(self._stop))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.wait_for(self._task, 10)


async def soon(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for is a fake's state
            await asyncio.sleep(0.01)


async def test_due_feeds_are_polled_and_their_alerts_delivered_without_waiting_for_a_beat(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "딥시크 새 모델")))
    async with Running(world):
        await soon(lambda: len(world.notifier.sent) == 3)
    assert {request.spec.name for request in world.reader.requests} == {E1, "보안"}


async def test_a_feed_is_polled_again_when_it_is_due_and_never_before(world: World) -> None:
    async with Running(world):
        await soon(lambda: len(world.reader.requests) == 2)
        await asyncio.sleep(0.3)
        assert len(world.reader.requests) == 2
        world.clock.advance(timedelta(minutes=12))
        await soon(lambda: len(world.reader.requests) == 4)


async def test_polling_resumes_within_a_beat_when_the_clock_is_put_back(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with Running(world):
        await soon(lambda: len(world.reader.requests) == 2)
        await asyncio.sleep(0.2)
        world.clock.step(timedelta(hours=-1))
        await soon(lambda: "stepped by -3600 s" in caplog.text)
        await asyncio.sleep(0.2)
        world.clock.advance(timedelta(minutes=12))
        await soon(lambda: len(world.reader.requests) == 4)


async def test_no_more_than_sixteen_feeds_are_polled_side_by_side(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.pipeline.sweep.SIDE_BY_SIDE", 1)
    gate = asyncio.Event()
    real = world.reader.read

    async def slow(request: object) -> object:
        answer = await real(request)  # type: ignore[arg-type]  # a PollRequest
        await gate.wait()
        return answer

    monkeypatch.setattr(world.reader, "read", slow)
    async with Running(world):
        await soon(lambda: len(world.reader.requests) == 1)
        await asyncio.sleep(0.3)
        assert len(world.reader.requests) == 1
        gate.set()
        await soon(lambda: len(world.reader.requests) == 2)


async def test_stopping_gives_up_polls_that_wait_for_the_network_and_gives_their_claims_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        world.reader.requests.append(None)  # type: ignore[arg-type]  # only counted
        await asyncio.Event().wait()

    monkeypatch.setattr(world.reader, "read", never)
    async with Running(world):
        await soon(lambda: len(world.reader.requests) == 2)
    due = await world.storage.write(lambda work: work.feeds.claim_due(world.clock.now(), timedelta(minutes=1), 10))
    assert len(due) == 2


async def test_stopping_lets_a_delivery_under_way_finish(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "수출통제 강화")))
    world.notifier.hanging["desk"] = asyncio.Event()
    async with Running(world):
        await soon(lambda: len(world.notifier.tries) == 1)
        asyncio.get_running_loop().call_later(0.2, world.notifier.hanging["desk"].set)
    assert len(world.notifier.sent) == 1
    assert (await world.look(lambda work: work.outbox.counts()))["sent"] == 1


async def test_a_trouble_that_returns_with_every_beat_is_logged_once_and_passes(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    full = [True]
    real = world.storage.read

    async def read(do: Callable[[object], object]) -> object:
        if full[0]:
            raise StorageError("the disk is full", "free some space")
        return await real(do)

    monkeypatch.setattr(world.storage, "read", read)
    async with Running(world):
        await soon(lambda: "tick: the disk is full" in caplog.text)
        await asyncio.sleep(0.3)
        assert caplog.text.count("tick: the disk is full") == 1
        full[0] = False
        await soon(lambda: len(world.reader.requests) == 2)


async def test_the_daemon_sends_the_daily_summary_of_sick_feeds_once(world: World) -> None:
    world.reader.will_answer(E1, FetchError(FetchFailure.TIMEOUT), FetchError(FetchFailure.TIMEOUT))
    async with Running(world):
        await soon(lambda: len(world.reader.requests) == 2)
        await asyncio.sleep(0.3)
        world.clock.advance(timedelta(days=1))
        await soon(lambda: bool(world.notifier.sent))
        await asyncio.sleep(0.3)
    (notes,) = [content.notes for lane, content in world.notifier.sent if lane.channel == "ops"]
    assert notes[0].startswith("전자신문: 수집 실패")


class Pages:
    """Implements `ports.PageReader`."""

    async def fetch(self, article_url: str, spec: FeedSpec) -> str:
        return f"{spec.name}의 글 {article_url}"


async def test_pages_that_are_wanted_are_read_beside_the_polls(world: World) -> None:
    world.poller = replace(
        world.poller,
        specs={name: replace(spec, fulltext=FullText.ALWAYS) for name, spec in world.poller.specs.items()},
    )
    world.reader.will_answer(E1, fresh(entry(1, "가")))
    stop = asyncio.Event()
    running = asyncio.create_task(EmbeddedEngine(world.poller, world.courier, Pages()).run(stop))
    async with asyncio.timeout(10):
        while True:
            stored = await world.look(lambda work: work.articles.get(1))
            if stored is not None and stored.article.content:
                break
            await asyncio.sleep(0.02)
    stop.set()
    await running
    assert stored.article.content == "전자신문의 글 https://news.example/1"


def test_a_beat_that_was_missed_for_years_is_made_up_for_once() -> None:
    now = datetime(2026, 10, 6, tzinfo=UTC)
    assert Beat().get_next_fire_time(datetime(1970, 1, 1, tzinfo=UTC), now) > now


async def test_the_rates_are_looked_at_once_in_ten_minutes_and_what_is_told_goes_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[datetime] = []

    async def look(watcher: Watcher) -> int:
        looks.append(watcher.clock.now())
        return 1

    monkeypatch.setattr("monitor.pipeline.watch.watch", look)
    almanac = Almanac(UTC, lambda _: False)
    watcher = Watcher(world.storage, world.clock, world.poller.audience, almanac, {}, frozenset())
    stop = asyncio.Event()
    running = asyncio.create_task(EmbeddedEngine(world.poller, world.courier, None, watcher).run(stop))
    await soon(lambda: len(looks) == 1)
    await asyncio.sleep(0.2)
    assert len(looks) == 1
    world.clock.advance(timedelta(minutes=10))
    await soon(lambda: len(looks) == 2)
    stop.set()
    await running
