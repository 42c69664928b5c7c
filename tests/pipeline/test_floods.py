"""Floods, archives and first polls over a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.alerting.model import ChannelPolicy, FirstPoll, Severity, WatchPolicy
from monitor.core.article import Entry
from tests.fakes.reader import article, fresh

if TYPE_CHECKING:
    from tests.fakes.world import World

from tests.pipeline.policy import E1, E2, HOUR, MINUTE, NIGHT, SAME, change, come, desk, unlike


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


async def test_urgent_stories_of_a_flood_are_gathered_and_sent_at_most_once_an_hour(world: World) -> None:
    change(world, watchlists={"딥시크": WatchPolicy(severity=Severity.URGENT)})
    await come(world, *(unlike(number) for number in range(150)))
    world.clock.advance(MINUTE)
    await world.deliver()
    assert [(content.reason.value, len(content.hits)) for content in desk(world)] == [("urgent in a flood", 150)]
    (notice,) = [content for lane, content in world.notifier.sent if lane.channel == "ops"]
    assert len(notice.notes) == 2
    await come(world, *(unlike(number) for number in range(200, 230)), first=200)
    await come(world, *(unlike(number) for number in range(1000, 1030)), first=1000)
    world.clock.advance(58 * MINUTE)
    await world.deliver()
    assert len(desk(world)) == 1
    world.clock.advance(2 * MINUTE)
    await world.deliver()
    assert [len(content.hits) for content in desk(world)] == [150, 60]


async def test_urgent_stories_of_a_flood_ring_at_night_only_where_the_channel_allows_it(world: World) -> None:
    urgent = {"딥시크": WatchPolicy(severity=Severity.URGENT)}
    change(world, channels={"desk": ChannelPolicy(hours=NIGHT, urgent_passes=True)}, watchlists=urgent)
    world.clock.advance(14 * HOUR)
    await come(world, *(unlike(number) for number in range(150)))
    world.clock.advance(MINUTE)
    await world.deliver()
    assert [len(content.hits) for content in desk(world)] == [150]
