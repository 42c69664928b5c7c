from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting import Reason
from monitor.core.alerting.hours import DigestTime, Hours, Window
from monitor.core.alerting.model import ChannelPolicy
from monitor.core.errors import DeliveryError, FetchError, FetchFailure
from monitor.pipeline.canary import STALE_AFTER, due_canaries, standing, tell_canary
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    from monitor.core.alerting.model import Language
    from monitor.pipeline.tell import Audience
    from tests.fakes.world import World

NINE = DigestTime(time(9))


def with_canary(world: World, *times: DigestTime, hours: Hours | None = None) -> Audience:
    audience = world.poller.audience
    channel = ChannelPolicy(canary=times, hours=hours or Hours())
    return replace(audience, policy=replace(audience.policy, channels={"desk": channel}))


def local(world: World, hour: int, minute: int = 0) -> datetime:
    zone = world.poller.audience.policy.zone
    return world.clock.now().astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0)


async def tell(world: World, audience: Audience) -> int:
    now = world.clock.now()
    return await world.storage.write(lambda work: tell_canary(work, "desk", now, audience, now))


def test_a_canary_is_due_from_its_time_until_it_is_stale(world: World) -> None:
    audience = with_canary(world, NINE)
    assert due_canaries(audience, local(world, 8, 59)) == {}
    assert due_canaries(audience, local(world, 9)) == {"desk": local(world, 9)}
    late = local(world, 9) + STALE_AFTER
    assert due_canaries(audience, late - timedelta(seconds=1)) == {"desk": local(world, 9)}
    assert due_canaries(audience, late) == {}


def test_of_several_times_the_last_counts_and_a_channel_without_any_gets_none(world: World) -> None:
    audience = with_canary(world, NINE, DigestTime(time(10)))
    assert due_canaries(audience, local(world, 11)) == {"desk": local(world, 10)}
    assert due_canaries(with_canary(world), local(world, 11)) == {}


async def test_a_canary_is_told_once_a_time_also_in_quiet_hours(world: World) -> None:
    quiet = Hours(quiet=(Window(time(0), time(23, 59)),))
    audience = with_canary(world, NINE, hours=quiet)
    world.courier.audience = audience
    assert [await tell(world, audience) for _ in range(2)] == [1, 0]
    await world.deliver()
    ((lane, content),) = world.notifier.sent
    assert (lane.channel, content.reason) == ("desk", Reason.CANARY)


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("ko", "이상 있는 피드 1개, 보내지 못한 알림 1건: 피드 2개 중 1개 정상, 어제 알림 1건"),
        ("en", "1 feeds not well, 1 alerts not sent: 1 of 2 feeds ok, 1 alerts yesterday"),
    ],
)
async def test_it_says_how_all_stands(world: World, language: Language, first: str) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 하나")))
    world.reader.will_answer("보안", FetchError(FetchFailure.TIMEOUT))
    world.notifier.will_fail("desk", DeliveryError("410", permanent=True))
    await world.poll()
    await world.deliver()
    world.clock.advance(timedelta(days=1))
    audience = with_canary(world, NINE)
    audience = replace(audience, policy=replace(audience.policy, language=language))
    await tell(world, audience)
    found = await world.look(lambda work: work.listings.alerts(limit=1))
    content = await world.look(lambda work: work.outbox.content(int(str(found[0]["id"]))))
    assert content.notes[0] == first


@pytest.mark.parametrize(("language", "first"), [("ko", "모두 정상: 피드 2개"), ("en", "all is well: 2 of 2")])
async def test_it_says_that_all_is_well(world: World, language: Language, first: str) -> None:
    await world.poll()
    audience = with_canary(world, NINE)
    await tell(world, replace(audience, policy=replace(audience.policy, language=language)))
    content = await world.look(lambda work: work.outbox.content(1))
    assert content.notes[0].startswith(first)


async def test_alerts_are_behind_when_one_has_waited_for_half_an_hour(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 하나")))
    await world.poll("전자신문")
    for minutes, behind in ((0, False), (30, False), (31, True)):
        world.clock.advance(timedelta(minutes=minutes) if minutes != 31 else timedelta(minutes=1))
        now = world.clock.now()
        found = await world.look(lambda work, now=now: standing(work, world.poller.audience, now))  # type: ignore[misc]
        assert found.behind(now) is behind
