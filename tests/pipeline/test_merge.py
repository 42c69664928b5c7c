"""What is told when two stories turn out to be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.article import Entry
from monitor.nlp.starter import packed_starter
from monitor.pipeline.stories import StoryKeeper
from tests.core.stories.test_merges import TITLES
from tests.fakes.reader import article, fresh

if TYPE_CHECKING:
    import pytest

    from tests.fakes.world import World

E1, E2 = "전자신문", "보안"
WAIT = timedelta(minutes=10)


def entry(world: World, number: int, title: str) -> Entry:
    made = article(number, title, published_at=world.clock.now() + timedelta(seconds=number))
    return Entry(str(number), replace(made, source=f"매체{number}"))


async def poll(world: World, feed: str, *numbers: int) -> int:
    """Alerts that are new after the articles with these numbers came."""
    world.reader.will_answer(feed, fresh(*(entry(world, number, TITLES[number - 1]) for number in numbers)))
    summary = await world.poll(feed)
    assert summary.failed == 0
    return summary.alerts


async def deliveries(world: World) -> list[tuple[object, object, object]]:
    rows = await world.look(lambda work: work.listings.deliveries())
    return sorted((row["alert_id"], row["state"], row["reason"]) for row in rows if row["channel"] == "desk")


def with_wait(world: World) -> None:
    policy = replace(world.poller.audience.policy, group_wait=WAIT)
    audience = replace(world.poller.audience, policy=policy)
    world.poller = replace(world.poller, audience=audience)
    world.courier.audience = audience


async def told(world: World) -> list[tuple[int, list[str]]]:
    """The alerts that the desk got: outlets, and the addresses."""
    return [
        (content.outlets, [hit.article.url[-1] for hit in content.hits])
        for lane, content in world.notifier.sent
        if lane.channel == "desk"
    ]


async def test_what_was_sent_stays_and_the_merged_story_is_not_told_again(world: World) -> None:
    assert await poll(world, E1, 1, 2) == 2
    await world.deliver()
    assert await poll(world, E2, 3) == 0
    await world.deliver()
    assert await told(world) == [(1, ["1"]), (1, ["2"])]
    assert len(await world.look(lambda work: work.listings.stories())) == 1


async def test_of_two_alerts_that_wait_the_older_tells_both(world: World) -> None:
    with_wait(world)
    assert await poll(world, E1, 1, 2) == 2
    assert await poll(world, E2, 3) == 0
    world.clock.advance(WAIT)
    await world.deliver()
    assert await deliveries(world) == [(1, "sent", ""), (2, "suppressed", "merged with 1")]
    assert await told(world) == [(3, ["1", "2", "3"])]


async def test_an_alert_that_waits_is_not_sent_if_the_other_story_was_told(world: World) -> None:
    with_wait(world)
    await poll(world, E1, 1)
    world.clock.advance(WAIT)
    await world.deliver()
    await poll(world, E1, 1, 2)
    await poll(world, E2, 3)
    world.clock.advance(WAIT)
    await world.deliver()
    assert await deliveries(world) == [(1, "sent", ""), (2, "suppressed", "merged with 1")]
    assert await told(world) == [(1, ["1"])]


async def test_stories_that_merge_within_one_poll_are_told_once(world: World) -> None:
    assert await poll(world, E1, 1, 2, 3) == 1
    await world.deliver()
    assert await told(world) == [(3, ["1", "2", "3"])]


async def test_a_watchlist_that_hit_only_the_younger_story_is_told_of_the_merged_one(world: World) -> None:
    with_wait(world)
    world.matcher.words = ("벤치마크",)
    policy = replace(world.poller.audience.policy, routes={"벤치마크": ("desk",)})
    world.poller = replace(world.poller, audience=replace(world.poller.audience, policy=policy))
    await poll(world, E1, 1, 2)
    await poll(world, E2, 3)
    world.clock.advance(WAIT)
    await world.deliver()
    assert await told(world) == [(3, ["2", "3"])]


async def test_another_process_learns_of_the_merge(world: World) -> None:
    mine = StoryKeeper(packed_starter())
    theirs = StoryKeeper(packed_starter())
    world.poller = replace(world.poller, stories=mine)
    await poll(world, E1, 1, 2)
    world.poller = replace(world.poller, stories=theirs)
    await poll(world, E2, 3)
    world.poller = replace(world.poller, stories=mine)
    world.reader.will_answer(E1, fresh(entry(world, 4, TITLES[1])))
    await world.poll(E1)
    (story,) = await world.look(lambda work: work.listings.stories())
    assert story["id"] == 1


async def test_a_merge_that_was_rolled_back_never_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    await poll(world, E1, 1, 2)
    with monkeypatch.context() as patch:
        patch.setattr("monitor.pipeline.tell.put", fail)
        world.reader.will_answer(E2, fresh(entry(world, 3, TITLES[2])))
        assert (await world.poll(E2)).failed == 1
    assert len(await world.look(lambda work: work.listings.stories())) == 2
    await poll(world, E2, 3)
    assert len(await world.look(lambda work: work.listings.stories())) == 1
