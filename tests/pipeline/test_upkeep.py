from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.errors import FetchError, FetchFailure
from monitor.pipeline import upkeep
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    from tests.fakes.world import World


async def tell(world: World) -> int:
    return await world.storage.write(
        lambda work: upkeep.tell_sick_feeds(work, world.poller.audience, world.clock.now())
    )


async def test_sick_feeds_are_told_once_a_day_with_cause_and_since_when(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "가")))
    world.reader.will_answer("보안", FetchError(FetchFailure.TIMEOUT))
    await world.poll()
    assert [await tell(world) for _ in range(3)] == [1, 0, 0]
    await world.deliver()
    ((lane, content),) = world.notifier.sent
    assert lane.channel == "ops"
    assert content.notes == ("보안: 수집 실패 (01-27 09:00부터)",)
    world.clock.advance(timedelta(days=1))
    assert await tell(world) == 1


async def test_a_feed_that_fell_silent_is_told_with_the_day_of_its_last_news(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "가")))
    await world.poll("전자신문")
    world.clock.advance(timedelta(days=5))
    await world.poll("전자신문")
    assert await tell(world) == 1
    await world.deliver()
    assert world.notifier.sent[0][1].notes == ("전자신문: 평소보다 오래 새 글 없음 (01-27 09:00부터)",)


async def test_when_all_feeds_are_well_nobody_is_told(world: World) -> None:
    await world.poll()
    assert await tell(world) == 0


async def test_the_summary_is_due_from_nine_in_the_user_s_zone_and_only_with_an_operator(world: World) -> None:
    audience, nine = world.poller.audience, world.clock.now()
    assert upkeep.summary_is_due(nine, audience)
    assert not upkeep.summary_is_due(nine - timedelta(seconds=1), audience)
    assert not upkeep.summary_is_due(nine, replace(audience, operator=""))
