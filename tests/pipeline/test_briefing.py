"""A briefing lists what all watchlists hit since the one before, once a time, and tells nobody of a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting import Reason
from monitor.core.alerting.hours import DigestTime, Hours, Window
from monitor.core.alerting.model import ChannelPolicy
from monitor.pipeline.briefing import due_briefings, tell_briefing
from monitor.pipeline.canary import STALE_AFTER
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    from monitor.core.alerting.model import Language
    from monitor.pipeline.tell import Audience
    from tests.fakes.world import World

SEVEN = DigestTime(time(7))


def briefed(world: World, *times: DigestTime, language: Language = "ko") -> Audience:
    """The mail channel gets a briefing, in quiet hours too."""
    audience = world.poller.audience
    channel = ChannelPolicy(briefings=times, hours=Hours(quiet=(Window(time(0), time(23, 59)),)))
    routes = dict.fromkeys(audience.policy.routes, ("desk",))
    policy = replace(audience.policy, channels={"mail": channel}, routes=routes, language=language)
    return replace(audience, policy=policy)


def local(world: World, hour: int) -> datetime:
    zone = world.poller.audience.policy.zone
    return world.clock.now().astimezone(zone).replace(hour=hour, minute=0, second=0, microsecond=0)


async def tell(world: World, audience: Audience, due_at: datetime) -> int:
    now = world.clock.now()
    return await world.storage.write(lambda work: tell_briefing(work, "mail", due_at, audience, now))


def test_a_briefing_is_due_from_its_time_until_it_is_stale(world: World) -> None:
    audience = briefed(world, SEVEN)
    seven = local(world, 7)
    assert due_briefings(audience, seven - timedelta(seconds=1)) == {}
    assert due_briefings(audience, seven) == {"mail": seven}
    assert due_briefings(audience, seven + STALE_AFTER) == {}


async def test_it_tells_each_recipient_once_of_what_came_since_the_time_before(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 하나", feed="전자신문")))
    await world.poll()
    world.clock.advance(timedelta(days=1))
    world.reader.will_answer("전자신문", fresh(entry(2, "수출통제 둘"), entry(3, "딥시크 셋"), entry(4, "날씨")))
    await world.poll()
    audience = briefed(world, SEVEN)
    world.courier.audience = audience
    await world.deliver()
    world.clock.advance(timedelta(hours=23))
    seven = local(world, 7)
    assert [await tell(world, audience, seven) for _ in range(2)] == [1, 0]
    await world.deliver()
    told = [(lane, content) for lane, content in world.notifier.sent if content.reason is Reason.BRIEFING]
    assert sorted(lane.recipient for lane, _ in told) == ["a@x.kr", "b@x.kr"]
    assert {hit.article.title for hit in told[0][1].hits} == {"수출통제 둘", "딥시크 셋"}
    assert told[0][1].notes == ()


@pytest.mark.parametrize(
    ("language", "says"), [("ko", "감시 목록에 걸린 사건이 없습니다."), ("en", "No story hit a watchlist.")]
)
async def test_a_briefing_of_nothing_says_so(world: World, language: Language, says: str) -> None:
    audience = briefed(world, SEVEN, language=language)
    world.courier.audience = audience
    assert await tell(world, audience, local(world, 7)) == 1
    await world.deliver()
    assert [content.notes for _, content in world.notifier.sent] == [(says,)] * 2


async def test_of_two_times_a_day_each_has_its_own_stretch(world: World) -> None:
    audience = briefed(world, SEVEN, DigestTime(time(19)))
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 하나")))
    await world.poll()
    world.clock.advance(timedelta(hours=36))
    assert due_briefings(audience, local(world, 19)) == {"mail": local(world, 19)}
    await tell(world, audience, local(world, 19))
    (row,) = [
        row for row in await world.look(lambda work: work.listings.alerts()) if row["reason"] == Reason.BRIEFING.value
    ]
    assert await world.look(lambda work: work.listings.hits(alert_id=int(str(row["id"])))) == []
