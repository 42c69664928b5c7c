"""Silences over a real database: when an alert is decided, and when it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting.model import FirstPoll
from monitor.core.alerting.silence import Matchers
from monitor.pipeline.silence import Queries
from tests.fakes.world import WordMatcher

if TYPE_CHECKING:
    from tests.fakes.world import World

from tests.pipeline.policy import HOUR, MINUTE, SAME, change, come, desk, suppressed


async def test_a_silence_holds_at_the_decision_and_ends(world: World) -> None:
    now = world.clock.now()
    silence = await world.storage.write(
        lambda work: work.silences.add(Matchers("딥시크", channel="desk"), "known", now, now + HOUR)
    )
    await come(world, SAME[0])
    await come(world, SAME[1], first=2)
    await world.deliver()
    assert desk(world) == []
    assert await suppressed(world) == [f"silenced by {silence}"]
    assert {lane.channel for lane, _ in world.notifier.sent} == {"mail"}
    world.clock.advance(HOUR)
    assert await come(world, SAME[2], first=3) == 1
    await world.deliver()
    assert [content.reason.value for content in desk(world)] == ["first report"]


async def test_what_a_silence_keeps_out_of_a_list_is_stored_with_its_reason(world: World) -> None:
    world.with_first_poll(FirstPoll.SUMMARY)
    now = world.clock.now()
    await world.storage.write(lambda work: work.silences.add(Matchers("딥시크", channel="desk"), "", now, now + HOUR))
    await come(world, SAME[0])
    world.clock.advance(MINUTE)
    await world.deliver()
    assert {lane.channel for lane, _ in world.notifier.sent} == {"mail"}
    assert await suppressed(world) == ["silenced by 1"]


async def test_a_silence_holds_although_a_watchlist_of_other_channels_is_in_the_alert(world: World) -> None:
    change(world, group_wait=2 * MINUTE)
    await come(world, SAME[0] + ", 수출통제")
    now = world.clock.now()
    await world.storage.write(lambda work: work.silences.add(Matchers("딥시크", channel="mail"), "", now, now + HOUR))
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    assert {lane.channel for lane, _ in world.notifier.sent} == {"desk"}


async def test_a_silence_of_some_of_an_alert_holds_back_nothing(world: World) -> None:
    change(world, group_wait=2 * MINUTE)
    queries = Queries(lambda text: WordMatcher((text,)))
    world.courier.audience = replace(world.courier.audience, queries=queries)
    await come(world, *SAME[:2])
    now = world.clock.now()
    await world.storage.write(lambda work: work.silences.add(Matchers(query="시작"), "", now, now + HOUR))
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    assert [len(content.hits) for content in desk(world)] == [2]


@pytest.mark.parametrize("query", ["", "R3"])
async def test_a_silence_holds_what_waits_already(world: World, query: str) -> None:
    queries = Queries(lambda text: WordMatcher((text,)))
    world.courier.audience = replace(world.courier.audience, queries=queries)
    await come(world, SAME[0])
    now = world.clock.now()
    await world.storage.write(lambda work: work.silences.add(Matchers(query=query), "", now, now + HOUR))
    await world.deliver()
    assert world.notifier.sent == []
    assert await suppressed(world) == ["silenced by 1"]


async def test_a_query_that_is_not_true_silences_nothing(world: World) -> None:
    queries = Queries(lambda text: WordMatcher((text,)))
    world.poller = replace(world.poller, audience=replace(world.poller.audience, queries=queries))
    now = world.clock.now()
    await world.storage.write(lambda work: work.silences.add(Matchers(query="날씨"), "", now, now + HOUR))
    assert await come(world, SAME[0]) == 1
