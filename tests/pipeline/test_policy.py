"""Bursts, updates and quiet hours over a real database."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from monitor.core.alerting.hours import DigestTime
from monitor.core.alerting.model import ChannelPolicy, FirstPoll, Reason, Severity, Tell, WatchPolicy
from monitor.core.errors import DeliveryError
from monitor.pipeline.tell import put
from tests.fakes.world import until

if TYPE_CHECKING:
    from tests.fakes.world import World

from tests.pipeline.policy import E2, HOUR, MINUTE, NIGHT, SAME, change, come, desk, suppressed


async def test_a_burst_is_one_alert_with_all_its_outlets(world: World) -> None:
    change(world, group_wait=2 * MINUTE)
    assert await come(world, SAME[0]) == 1
    await world.deliver()
    assert desk(world) == []
    assert await come(world, *SAME[1:], first=2, feed=E2) == 0
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    (content,) = desk(world)
    assert (len(content.hits), content.outlets) == (3, 3)


async def test_an_urgent_watchlist_does_not_wait(world: World) -> None:
    change(world, group_wait=2 * MINUTE, watchlists={"딥시크": WatchPolicy(severity=Severity.URGENT)})
    await come(world, SAME[0])
    await world.deliver()
    assert len(desk(world)) == 1


async def test_a_grown_story_is_told_again_at_most_once_an_hour(world: World) -> None:
    change(world, update_after=(2, 3))
    await come(world, SAME[0])
    await world.deliver()
    world.clock.advance(MINUTE)
    assert await come(world, SAME[1], first=2) == 1
    world.clock.advance(MINUTE)
    assert await come(world, SAME[2], first=3) == 0
    await world.deliver()
    assert len(desk(world)) == 1
    world.clock.advance(HOUR)
    await world.deliver()
    assert [(content.reason.value, len(content.hits)) for content in desk(world)] == [
        ("first report", 1),
        ("grown by outlets", 2),
    ]
    rows = await world.look(lambda work: work.listings.alerts())
    assert rows[0]["why"] == "from 1 to 2 outlets"


async def test_an_update_shows_all_that_came_since_the_channel_was_told(world: World) -> None:
    change(world, update_after=(3,))
    await come(world, SAME[0])
    await world.deliver()
    world.clock.advance(MINUTE)
    assert await come(world, SAME[1], first=2) == 0
    world.clock.advance(MINUTE)
    assert await come(world, SAME[2], first=3) == 1
    world.clock.advance(HOUR)
    await world.deliver()
    assert {hit.article.title for hit in desk(world)[-1].hits} == set(SAME[1:])


async def test_a_story_that_goes_on_is_repeated_if_that_is_wanted(world: World) -> None:
    change(world, repeat_interval=6 * HOUR)
    await come(world, SAME[0])
    await world.deliver()
    world.clock.advance(7 * HOUR)
    assert await come(world, SAME[1], first=2) == 1
    await world.deliver()
    assert desk(world)[-1].reason.value == "repeated"


async def test_the_more_specific_watchlist_mutes_the_general_one_that_waits(world: World) -> None:
    change(world, group_wait=2 * MINUTE, watchlists={"수출통제": WatchPolicy(inhibits=frozenset({"딥시크"}))})
    await come(world, SAME[0])
    await come(world, SAME[1] + ", 수출통제", first=2)
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    (content,) = desk(world)
    assert content.watchlist == "수출통제"
    assert {hit.article.title for hit in content.hits} == {SAME[0], SAME[1] + ", 수출통제"}
    assert await suppressed(world) == ["inhibited by 수출통제"]


async def test_what_comes_at_night_is_one_list_in_the_morning(world: World) -> None:
    change(world, channels={"desk": ChannelPolicy(hours=NIGHT)})
    world.clock.advance(14 * HOUR)
    await come(world, SAME[0])
    await come(world, "수출통제 대상에 식각 장비 열두 종 추가", first=9)
    await world.deliver()
    assert desk(world) == []
    world.clock.advance(8 * HOUR)
    await world.deliver()
    (content,) = desk(world)
    assert (content.reason.value, len(content.hits)) == ("quiet hours", 2)
    world.clock.advance(HOUR)
    assert await come(world, SAME[1], first=2) == 0


async def test_an_urgent_watchlist_rings_at_night_where_the_channel_allows_it(world: World) -> None:
    urgent = {"딥시크": WatchPolicy(severity=Severity.URGENT)}
    change(world, channels={"desk": ChannelPolicy(hours=NIGHT, urgent_passes=True)}, watchlists=urgent)
    world.clock.advance(14 * HOUR)
    await come(world, SAME[0])
    await world.deliver()
    assert len(desk(world)) == 1


async def test_an_alert_that_failed_before_the_night_waits_for_the_morning(world: World) -> None:
    change(world, channels={"desk": ChannelPolicy(hours=NIGHT)})
    world.clock.advance(13 * HOUR - MINUTE)
    world.notifier.will_fail("desk", DeliveryError("503", permanent=False, retry_after_s=120))
    await come(world, SAME[0])
    await world.deliver()
    world.clock.advance(5 * MINUTE)
    await world.deliver()
    assert desk(world) == []
    world.clock.advance(9 * HOUR)
    await world.deliver()
    assert len(desk(world)) == 1


async def test_a_channel_that_comes_back_is_told_what_it_was_not(world: World) -> None:
    change(world, group_wait=2 * MINUTE)
    await come(world, SAME[0])
    await world.storage.write(lambda work: work.reloads.suppress_others((), "channel removed"))
    world.clock.advance(HOUR)
    assert await come(world, SAME[1], first=2) == 1
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    assert [content.reason.value for content in desk(world)] == ["first report"]


async def test_a_clock_set_back_over_a_digest_time_gives_no_second_digest_of_it(world: World) -> None:
    change(world, channels={"desk": ChannelPolicy((DigestTime(time(18)),))})
    await come(world, SAME[0])
    world.clock.advance(9 * HOUR)
    await world.deliver()
    world.clock.step(-HOUR)
    await come(world, "딥시크 서버 증설 검토", first=7)
    world.clock.advance(2 * HOUR)
    await world.deliver()
    assert len(desk(world)) == 1
    world.clock.advance(24 * HOUR)
    await world.deliver()
    assert len(desk(world)) == 2


async def test_hits_join_the_alert_that_another_process_made_of_the_same_story_a_moment_ago(world: World) -> None:
    await come(world, SAME[0])
    story = (await world.look(lambda work: work.listings.alerts()))[0]["story_id"]
    again = Tell(Reason.FIRST_REPORT, "딥시크", int(str(story)), (1,), ())
    now, audience = world.clock.now(), world.poller.audience
    assert await world.storage.write(lambda work: put(work, (again,), audience, now)) == 0
    assert len(await world.look(lambda work: work.listings.alerts())) == 1


async def test_a_second_list_of_the_same_moment_is_a_list_of_its_own_once_the_first_is_sent(world: World) -> None:
    world.with_first_poll(FirstPoll.SUMMARY)
    change(world, gather_for=timedelta(0))
    await come(world, SAME[0])
    await world.deliver()
    await come(world, "딥시크 서버 증설 검토", first=7, feed=E2)
    await world.deliver()
    assert [len(content.hits) for content in desk(world)] == [1, 1]


async def test_a_recipient_that_fails_costs_the_other_recipients_no_update(world: World) -> None:
    change(world, update_after=(2,))
    world.notifier.will_fail("mail", DeliveryError("451", permanent=False, retry_after_s=6 * 3600))
    await come(world, SAME[0])
    await world.deliver()
    (healthy,) = [lane for lane, _ in world.notifier.sent if lane.channel == "mail"]
    world.clock.advance(MINUTE)
    await come(world, SAME[1], first=2)
    world.clock.advance(HOUR)
    await world.deliver()
    told = [content.reason.value for lane, content in world.notifier.sent if lane == healthy]
    assert told == ["first report", "grown by outlets"]


async def test_what_comes_while_an_alert_of_the_story_is_being_sent_is_told_after_it(world: World) -> None:
    world.notifier.hanging["desk"] = asyncio.Event()
    await come(world, SAME[0])
    sending = asyncio.create_task(world.deliver())
    await until(lambda: any(lane.channel == "desk" for lane in world.notifier.tries))
    assert await come(world, SAME[1] + ", 수출통제", first=2) == 1
    world.notifier.hanging["desk"].set()
    await sending
    await world.deliver()
    assert [content.watchlist for content in desk(world)] == ["딥시크", "수출통제"]


async def test_a_hit_that_is_no_update_is_stored_with_the_alert_that_told_of_its_story(world: World) -> None:
    await come(world, SAME[0])
    await world.deliver()
    await come(world, SAME[1], first=2)
    (alert,) = await world.look(lambda work: work.listings.alerts())
    told: Any = alert["passed"]
    assert [(one["channel"], one["reason"], one["article_id"]) for one in told] == [
        ("desk", "told already", 2),
        ("mail", "told already", 2),
    ]
    of_article = await world.look(lambda work: work.listings.passed(2))
    assert [(one["channel"], one["alert_id"]) for one in of_article] == [("desk", 1), ("mail", 1)]
    assert await world.look(lambda work: work.listings.passed(1)) == []


async def test_what_came_while_an_alert_was_being_sent_counts_for_the_update_after_it(world: World) -> None:
    change(world, update_after=(3,))
    world.notifier.hanging["desk"] = asyncio.Event()
    await come(world, SAME[0])
    sending = asyncio.create_task(world.deliver())
    await until(lambda: any(lane.channel == "desk" for lane in world.notifier.tries))
    await come(world, SAME[1], first=2)
    world.clock.advance(MINUTE)
    world.notifier.hanging["desk"].set()
    await sending
    await come(world, SAME[2], first=3)
    world.clock.advance(HOUR)
    await world.deliver()
    assert [(content.reason.value, len(content.hits)) for content in desk(world)] == [
        ("first report", 1),
        ("grown by outlets", 2),
    ]


async def test_what_came_while_a_try_failed_is_in_the_next_one(world: World) -> None:
    world.notifier.hanging["desk"] = asyncio.Event()
    world.notifier.will_fail("desk", DeliveryError("503", permanent=False))
    await come(world, SAME[0])
    sending = asyncio.create_task(world.deliver())
    await until(lambda: any(lane.channel == "desk" for lane in world.notifier.tries))
    await come(world, SAME[1], first=2)
    world.notifier.hanging["desk"].set()
    await sending
    world.clock.advance(MINUTE)
    await world.deliver()
    assert [len(content.hits) for content in desk(world)] == [2]
