from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting import Reason
from monitor.core.alerting.hours import DigestTime
from monitor.core.alerting.model import ChannelPolicy
from monitor.engines.vigil import Vigil
from monitor.notify.heartbeat import HttpHeartbeat
from tests.fakes.clock import FakeClock
from tests.fakes.reader import entry, fresh
from tests.fakes.webhook import Answer, WebhookServer
from tests.fakes.world import World, build_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.storage.storage import SqlStorage


@pytest.fixture
async def world(storage: SqlStorage) -> World:
    return await build_world(storage, FakeClock(datetime(2025, 1, 27, tzinfo=UTC)))  # 09:00 in Seoul


@pytest.fixture
def watcher() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


def vigil(world: World, url: str = "") -> Vigil:
    heartbeat = HttpHeartbeat(url, 60) if url else None
    return Vigil(world.storage, world.clock, world.poller.audience, heartbeat)


async def test_canaries_are_told_when_due_and_once(world: World) -> None:
    one = vigil(world)
    assert await one.tell_canaries() == 0
    channels = {"desk": ChannelPolicy(canary=(DigestTime(time(9)),))}
    one.audience = replace(one.audience, policy=replace(one.audience.policy, channels=channels))
    assert [await one.tell_canaries() for _ in range(2)] == [1, 0]
    restarted = vigil(world)
    restarted.audience = one.audience
    assert await restarted.tell_canaries() == 0
    await world.deliver()
    assert [content.reason for _, content in world.notifier.sent] == [Reason.CANARY]
    world.clock.advance(timedelta(days=1))
    assert await one.tell_canaries() == 1


async def test_briefings_are_told_when_due_and_once(world: World) -> None:
    one = vigil(world)
    assert await one.tell_briefings() == 0
    channels = {"desk": ChannelPolicy(briefings=(DigestTime(time(9)),))}
    one.audience = replace(one.audience, policy=replace(one.audience.policy, channels=channels))
    assert [await one.tell_briefings() for _ in range(2)] == [1, 0]
    await world.deliver()
    assert [content.reason for _, content in world.notifier.sent] == [Reason.BRIEFING]


async def test_the_heart_beats_at_its_pace(world: World, watcher: WebhookServer) -> None:
    one = vigil(world, f"{watcher.base}/ping/0b3a-secret-piece")
    for seconds in (0, 59, 1, 60):
        world.clock.advance(seconds)
        await one.beat()
    assert [(received.method, received.path) for received in watcher.requests] == [
        ("GET", "/ping/0b3a-secret-piece")
    ] * 3


async def test_without_a_watcher_nothing_beats(world: World) -> None:
    await vigil(world).beat()


async def test_it_stops_while_alerts_do_not_get_out(
    world: World, watcher: WebhookServer, caplog: pytest.LogCaptureFixture
) -> None:
    one = vigil(world, f"{watcher.base}/ping")
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 하나")))
    await world.poll("전자신문")
    world.clock.advance(timedelta(minutes=31))
    await one.beat()
    assert watcher.requests == []
    assert "heartbeat: none while a delivery waits since" in caplog.text
    await world.deliver()
    world.clock.advance(60)
    await one.beat()
    assert len(watcher.requests) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [(Answer(404), "HTTP 404"), (Answer(302), "HTTP 302"), (Answer(drop=True), "not reached")],
)
async def test_a_watcher_that_is_not_reached_is_logged_when_it_begins_and_ends(
    world: World, watcher: WebhookServer, caplog: pytest.LogCaptureFixture, answer: Answer, said: str
) -> None:
    caplog.set_level(logging.INFO)
    watcher.default = answer
    one = vigil(world, f"{watcher.base}/ping/0b3a-secret-piece")
    for number in range(4):
        if number == 2:
            watcher.default = Answer()
        await one.beat()
        world.clock.advance(60)
    lines = [record.getMessage() for record in caplog.records if record.name == "monitor.engines.vigil"]
    assert len(lines) == 2
    assert lines[0].startswith(f"heartbeat: {said}")
    assert lines[1] == "heartbeat: well again"
    assert "secret-piece" not in caplog.text


async def test_the_log_says_every_hour_how_all_stands(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="monitor.engines.vigil")
    one = vigil(world)
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 하나")))
    await world.poll()
    for _ in range(3):
        world.clock.advance(timedelta(minutes=40))
        await one.say_state()
    assert [record.getMessage() for record in caplog.records] == [
        "2 of 2 feeds well, 3 deliveries waiting, the oldest for 80 min, 0 dead"
    ]
    await world.deliver()
    world.clock.advance(timedelta(hours=1))
    await one.say_state()
    assert caplog.records[-1].getMessage() == "2 of 2 feeds well, 0 deliveries waiting, 0 dead"
