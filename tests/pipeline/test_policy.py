"""Bursts, updates, quiet hours, silences and floods over a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.alerting import State
from monitor.core.alerting.hours import DigestTime, Hours, Window
from monitor.core.alerting.model import ChannelPolicy, FirstPoll, Reason, Severity, Tell, WatchPolicy
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Entry
from monitor.core.errors import DeliveryError
from monitor.pipeline.silence import Queries
from monitor.pipeline.tell import put
from tests.fakes.reader import article, fresh
from tests.fakes.world import WordMatcher, until

if TYPE_CHECKING:
    from monitor.pipeline.records import AlertContent
    from tests.fakes.world import World

E1, E2 = "전자신문", "보안"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SAME = (
    "딥시크, 새 추론 모델 R3 공개하고 전 세계 무료 배포 시작",
    "딥시크 새 추론 모델 R3 공개… 전 세계 무료 배포",
    "딥시크, 추론 모델 R3 전 세계에 무료 배포 시작해",
)
NIGHT = Hours(quiet=(Window(time(22), time(7)),))


def change(world: World, **changes: Any) -> None:
    """Another policy, as after an edit of the configuration."""
    audience = replace(world.poller.audience, policy=replace(world.poller.audience.policy, **changes))
    world.poller = replace(world.poller, audience=audience)
    world.courier.audience = audience


async def come(world: World, *titles: str, first: int = 1, feed: str = E1) -> int:
    """Articles come by a feed, each from an outlet of its own; how many alerts that makes."""
    now = world.clock.now()
    entries = [
        Entry(str(number), replace(article(number, title, published_at=now), source=f"매체{number}"))
        for number, title in enumerate(titles, start=first)
    ]
    world.reader.will_answer(feed, fresh(*entries))
    return (await world.poll(feed)).alerts


def desk(world: World) -> list[AlertContent]:
    return [content for lane, content in world.notifier.sent if lane.channel == "desk"]


async def suppressed(world: World) -> list[str]:
    rows = await world.look(lambda work: work.listings.deliveries(state=State.SUPPRESSED.value))
    return sorted({str(row["reason"]) for row in rows})


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


async def test_a_channel_that_comes_back_is_told_what_it_was_not(world: World) -> None:
    change(world, group_wait=2 * MINUTE)
    await come(world, SAME[0])
    await world.storage.write(lambda work: work.reloads.suppress_others((), "channel removed"))
    world.clock.advance(HOUR)
    assert await come(world, SAME[1], first=2) == 1
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    assert [content.reason.value for content in desk(world)] == ["first report"]


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


def unlike(number: int) -> str:
    """Titles of different happenings."""
    made = "".join(chr(0xAC00 + (number * 7919 + place * 1543) % 11172) for place in range(12))
    return f"딥시크 {made[:4]} {made[4:8]} {made[8:]}"


async def test_a_flood_is_held_told_once_and_can_be_released(world: World) -> None:
    await come(world, *(unlike(number) for number in range(150)))
    await world.deliver()
    assert desk(world) == []
    world.clock.advance(MINUTE)
    await world.deliver()
    (notice,) = [content for lane, content in world.notifier.sent if lane.channel == "ops"]
    assert "feed 전자신문" in notice.notes[0]
    held = await world.look(lambda work: work.tellings.holds())
    assert sorted((row["channel"], row["about"]) for row in held) == [
        ("desk", "feed 전자신문"),
        ("mail", "feed 전자신문"),
    ]
    ids = {str(row["channel"]): int(str(row["id"])) for row in held}
    now = world.clock.now()
    assert await world.storage.write(lambda work: work.tellings.release_held([ids["desk"], 99], now)) == (
        ids["desk"],
    )
    assert await world.storage.write(lambda work: work.tellings.drop_held([ids["mail"]], "dropped by hand")) == (
        ids["mail"],
    )
    await world.deliver()
    (content,) = desk(world)
    assert len(content.hits) == 150


async def test_an_archive_that_comes_again_is_one_list_and_holds_no_news(world: World) -> None:
    long_ago = world.clock.now() - timedelta(days=10)
    old = [Entry(str(number), article(number, unlike(number), published_at=long_ago)) for number in range(10, 160)]
    news = Entry("1", article(1, SAME[0], published_at=world.clock.now()))
    world.reader.will_answer(E1, fresh(news, *old))
    await world.poll(E1)
    await world.deliver()
    assert [(content.reason.value, len(content.hits)) for content in desk(world)] == [("first report", 1)]
    world.clock.advance(MINUTE)
    await world.deliver()
    assert [(content.reason.value, len(content.hits)) for content in desk(world)][1:] == [("baseline", 150)]


async def test_a_flood_that_nobody_looks_at_is_sent_after_six_hours(world: World) -> None:
    await come(world, *(unlike(number) for number in range(150)))
    world.clock.advance(6 * HOUR)
    await world.deliver()
    assert [len(content.hits) for content in desk(world)] == [150]


async def test_fault_11_fifteen_hundred_hits_at_once_are_gathered_and_none_is_lost(world: World) -> None:
    count = 1500
    assert await come(world, *(unlike(number) for number in range(count))) <= 3
    world.clock.advance(6 * HOUR)
    await world.deliver()
    assert len({hit.article.identity for content in desk(world) for hit in content.hits}) == count


async def test_fault_12_a_first_poll_of_fifty_entries_is_one_summary(world: World) -> None:
    world.with_first_poll(FirstPoll.SUMMARY)
    await come(world, *(unlike(number) for number in range(50)))
    world.clock.advance(MINUTE)
    await world.deliver()
    assert [(content.reason.value, len(content.hits)) for content in desk(world)] == [("baseline", 50)]


async def test_fault_17_a_digest_that_was_due_while_down_is_sent_once(world: World) -> None:
    change(world, channels={"desk": ChannelPolicy((DigestTime(time(18)),))})
    await come(world, SAME[0])
    world.clock.advance(12 * HOUR)
    await world.deliver()
    await world.deliver()
    assert [content.reason.value for content in desk(world)] == ["digest"]


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


async def test_a_watchlist_that_yields_too_much_by_many_feeds_is_held_by_itself(world: World) -> None:
    entries = [
        (E1 if number % 2 else E2, Entry(str(number), article(number, unlike(number)))) for number in range(160)
    ]
    for feed in (E1, E2):
        world.reader.will_answer(feed, fresh(*(entry for name, entry in entries if name == feed)))
    await world.poll(E1)
    await world.poll(E2)
    held = await world.look(lambda work: work.tellings.holds())
    assert {row["about"] for row in held} == {"watchlist 딥시크"}


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
