from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from monitor.core.article import Entry
from monitor.core.errors import StorageError
from monitor.nlp.starter import packed_starter
from monitor.pipeline.stories import KEEP_EVERY, StoryKeeper
from tests.fakes.reader import article, fresh

if TYPE_CHECKING:
    import pytest

    from tests.fakes.world import World

E1 = "전자신문"
SAME = (
    "딥시크, 새 추론 모델 R3 공개하고 전 세계 무료 배포 시작",
    "딥시크 새 추론 모델 R3 공개… 전 세계 무료 배포",
    "딥시크, 추론 모델 R3 전 세계에 무료 배포 시작해",
)
OTHER = "수출통제 대상에 첨단 식각 장비 열두 종 추가하기로"


def entries(world: World, *titles: str, first: int = 1) -> list[Entry]:
    now = world.clock.now()
    return [
        Entry(str(number), replace(article(number, title, published_at=now), source=f"매체{number}"))
        for number, title in enumerate(titles, start=first)
    ]


async def stories(world: World) -> list[list[str]]:
    rows = await world.look(lambda work: work.listings.stories())
    return sorted(sorted(cast("list[str]", row["articles"])) for row in rows)


async def test_the_same_happening_from_three_outlets_is_one_story_and_one_alert(world: World) -> None:
    world.reader.will_answer(E1, fresh(*entries(world, SAME[0], OTHER)))
    world.reader.will_answer("보안", fresh(*entries(world, *SAME[1:], first=3)))
    assert (await world.poll(E1)).alerts == 2
    summary = await world.poll("보안")
    assert (summary.articles_new, summary.hits_new, summary.alerts) == (2, 2, 0)
    await world.deliver()
    told = [content for lane, content in world.notifier.sent if lane.channel == "desk"]
    assert sorted(content.watchlist for content in told) == ["딥시크", "수출통제"]
    assert {content.watchlist: content.outlets for content in told} == {"딥시크": 3, "수출통제": 1}
    assert len(await stories(world)) == 2


async def test_a_story_that_later_hits_another_watchlist_is_told_to_that_one(world: World) -> None:
    world.reader.will_answer(E1, fresh(*entries(world, SAME[0])))
    world.reader.will_answer("보안", fresh(*entries(world, SAME[1] + ", 강화", first=3)))
    await world.poll(E1)
    await world.deliver()
    world.matcher.words = ("딥시크", "강화")
    routes = {**world.poller.audience.policy.routes, "강화": ("desk",)}
    audience = replace(world.poller.audience, policy=replace(world.poller.audience.policy, routes=routes))
    world.poller = replace(world.poller, audience=audience)
    assert (await world.poll("보안")).alerts == 1
    await world.deliver()
    assert [content.watchlist for lane, content in world.notifier.sent if lane.channel == "desk"] == [
        "딥시크",
        "강화",
    ]


async def test_a_restart_in_the_middle_changes_no_story(world: World) -> None:
    world.reader.will_answer(E1, fresh(*entries(world, SAME[0], OTHER)))
    await world.poll(E1)
    world.poller = replace(world.poller, stories=StoryKeeper(packed_starter()))
    world.reader.will_answer("보안", fresh(*entries(world, *SAME[1:], first=3)))
    assert (await world.poll("보안")).alerts == 0
    assert await stories(world) == [
        ["https://news.example/1", "https://news.example/3", "https://news.example/4"],
        ["https://news.example/2"],
    ]


async def test_what_another_process_stored_is_taken_in(world: World) -> None:
    world.reader.will_answer(E1, fresh(*entries(world, OTHER)))
    await world.poll(E1)
    mine = world.poller
    world.poller = replace(world.poller, stories=StoryKeeper(packed_starter()))
    world.reader.will_answer(E1, fresh(*entries(world, OTHER, first=1), *entries(world, SAME[0], first=2)))
    await world.poll(E1)
    world.poller = mine
    world.reader.will_answer("보안", fresh(*entries(world, SAME[1], first=3)))
    await world.poll("보안")
    assert ["https://news.example/2", "https://news.example/3"] in await stories(world)


async def test_articles_of_a_transaction_that_was_rolled_back_are_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise StorageError("the disk is full", "free some space")

    world.reader.will_answer(E1, fresh(*entries(world, SAME[0])))
    with monkeypatch.context() as patch:
        patch.setattr("monitor.pipeline.tell.put", full)
        await world.poll(E1)
    assert "nothing was kept" in caplog.text
    world.reader.will_answer("보안", fresh(*entries(world, SAME[1], first=3)))
    assert (await world.poll("보안")).alerts == 1
    assert await stories(world) == [["https://news.example/3"]]


async def test_frequencies_are_kept_once_a_day_and_taken_up_at_a_restart(world: World) -> None:
    number = 0
    for day in range(5):
        for hour in range(3):
            number += 1
            world.reader.will_answer(E1, fresh(*entries(world, f"{day}일째 {hour}시 소식 {number}", first=number)))
            await world.poll(E1)
            world.clock.advance(timedelta(hours=1))
        world.clock.advance(KEEP_EVERY)
    kept = await world.look(lambda work: work.stories.frequencies(10**9))
    assert kept is not None
    learned = world.poller.stories._grouper
    restarted = StoryKeeper(packed_starter())
    world.poller = replace(world.poller, stories=restarted)
    world.reader.will_answer(E1, fresh(*entries(world, SAME[0], first=99)))
    await world.poll(E1)
    assert learned is not None
    assert restarted._grouper is not None
    assert restarted._grouper.frequencies.articles == learned.frequencies.articles + 1
    assert await world.look(lambda work: work.stories.frequencies(10)) is not None
