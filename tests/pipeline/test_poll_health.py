"""What a feed's polls say of its health: gaps, redirects, cut bodies, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting.model import FirstPoll
from monitor.core.article import Entry
from monitor.core.errors import FetchError, FetchFailure
from monitor.pipeline.poll import at_address
from monitor.pipeline.records import FeedSpec, NotModified
from tests.fakes.reader import article, entry, fresh

if TYPE_CHECKING:
    from tests.fakes.world import World

E1 = "전자신문"


async def test_a_poll_that_shares_no_entry_with_the_one_before_is_a_gap(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "가")), fresh(entry(9, "나")), fresh(), fresh(entry(9, "나")))
    assert [(await world.poll(E1)).gaps for _ in range(4)] == [0, 1, 0, 0]
    feeds = {row["name"]: row for row in await world.look(lambda work: work.listings.feeds())}
    assert feeds[E1]["gaps"] == [
        {"after": "2025-01-27T00:00:00+00:00", "before": "2025-01-27T00:00:00+00:00", "at_most": 1}
    ]


async def test_the_operator_is_told_once_when_a_feed_breaks_and_once_when_it_is_back(world: World) -> None:
    world.reader.will_answer(E1, *(FetchError(FetchFailure.TIMEOUT) for _ in range(7)))
    for _ in range(8):
        await world.poll(E1)
        world.clock.advance(timedelta(minutes=2))
        await world.deliver()
    notes = [note for lane, content in world.notifier.sent if lane.channel == "ops" for note in content.notes]
    assert notes == [f"피드 {E1}: 5번 연속 실패 — 너무 느림", f"피드 {E1}: 다시 정상"]


async def test_without_an_operator_channel_feeds_break_only_in_the_log(world: World) -> None:
    world.poller = replace(world.poller, audience=replace(world.poller.audience, operator=""))
    world.reader.will_answer(E1, *(FetchError(FetchFailure.TIMEOUT) for _ in range(5)))
    for _ in range(5):
        summary = await world.poll(E1)
    assert summary.alerts == 0


async def test_a_gap_says_between_which_times_and_how_many_may_be_missing(world: World) -> None:
    start = world.clock.now()
    first = [Entry(str(n), article(n, "가", published_at=start - timedelta(minutes=6 * n))) for n in range(11)]
    later = start + timedelta(hours=3)
    second = [Entry(str(n), article(n, "나", published_at=later - timedelta(minutes=n))) for n in range(20, 31)]
    world.reader.will_answer(E1, fresh(*first), fresh(*second))
    await world.poll(E1)
    world.clock.advance(timedelta(hours=3))
    await world.poll(E1)
    feeds = {row["name"]: row for row in await world.look(lambda work: work.listings.feeds())}
    assert feeds[E1]["health"] == "rolling over"
    assert feeds[E1]["gaps"] == [
        {"after": start.isoformat(), "before": (later - timedelta(minutes=30)).isoformat(), "at_most": 28}
    ]


async def test_an_address_that_redirects_kept_repeating_is_asked_and_told(world: World) -> None:
    moved = NotModified(moved_to="https://new.example/rss")
    world.reader.will_answer(E1, moved, moved, moved)
    for _ in range(4):
        await world.poll(E1)
    assert [request.spec.url for request in world.reader.requests] == [
        *["https://0.example/rss"] * 3,
        "https://new.example/rss",
    ]
    world.clock.advance(61)
    await world.deliver()
    (notes,) = [content.notes for lane, content in world.notifier.sent if lane.channel == "ops"]
    assert notes == (f"피드 {E1}: 주소가 https://new.example/rss(으)로 바뀜 — config.yaml의 url을 고치세요",)


async def test_two_addresses_of_one_feed_are_named(world: World) -> None:
    world.reader.will_answer(E1, replace(fresh(entry(1, "가", key="a")), feed_id="f"))
    world.reader.will_answer("보안", replace(fresh(entry(1, "가", key="a", feed="보안")), feed_id="f"))
    await world.poll(E1)
    await world.poll("보안")
    health = {row["name"]: row["health"] for row in await world.look(lambda work: work.listings.feeds())}
    assert health == {E1: "ok", "보안": "same as another"}


async def test_a_gap_is_filled_from_the_feed_s_older_pages_where_it_has_them(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "가")), fresh(entry(5, "마"), entry(4, "라")))
    world.reader.older[E1] = (entry(4, "라"), entry(3, "딥시크 다"), entry(2, "나"), entry(1, "가"))
    await world.poll(E1)
    summary = await world.poll(E1)
    assert (summary.articles_new, summary.alerts, summary.gaps) == (4, 1, 0)
    assert world.reader.asked_older == [(E1, 3)]


async def test_a_first_body_that_was_cut_off_is_no_baseline(world: World) -> None:
    world.with_first_poll(FirstPoll.SUMMARY)
    whole = [entry(number, f"딥시크 {number}") for number in range(30)]
    world.reader.will_answer(
        E1, fresh(*whole[:4], complete=False), fresh(*whole), fresh(entry(99, "수출통제"), *whole)
    )
    assert [(await world.poll(E1)).alerts for _ in range(3)] == [2, 0, 1]
    world.clock.advance(61)
    await world.deliver()
    assert sorted(len(content.hits) for lane, content in world.notifier.sent if lane.channel == "desk") == [1, 30]


async def test_a_feed_whose_address_was_changed_to_another_section_is_a_first_poll(world: World) -> None:
    world.with_first_poll(FirstPoll.SUMMARY)
    world.reader.will_answer(E1, fresh(entry(1, "가")), fresh(*(entry(n, f"딥시크 {n}") for n in range(50, 80))))
    await world.poll(E1)
    moved = [replace(spec, url=spec.url + "/other") for spec in world.poller.specs.values()]
    await world.storage.write(lambda work: work.feeds.sync(moved, world.clock.now()))
    summary = await world.poll(E1)
    assert (summary.hits_new, summary.alerts, summary.gaps) == (30, 2, 0)


async def test_a_partial_body_is_no_gap_and_the_older_entries_stay_known(world: World) -> None:
    world.reader.will_answer(
        E1,
        fresh(entry(1, "가"), entry(2, "나")),
        replace(fresh(entry(3, "다")), partial=True),
        fresh(entry(2, "나"), entry(1, "가")),
    )
    assert [(await world.poll(E1)).gaps for _ in range(3)] == [0, 0, 0]
    assert world.reader.asked_older == []


@pytest.mark.parametrize(
    ("url", "address", "kept"),
    [
        ("https://a.kr/rss", "https://a.kr/new", True),
        ("http://a.kr/rss", "https://a.kr/rss", True),
        ("https://a.kr/rss", "http://a.kr/rss", False),
        ("https://a.kr/rss", "https://b.kr/rss", False),
        ("https://a.kr/rss", "https://a.kr:8443/rss", False),
    ],
)
def test_headers_with_secrets_do_not_follow_a_redirect_to_another_place(url: str, address: str, kept: bool) -> None:  # noqa: FBT001
    spec = at_address(FeedSpec(E1, url, headers=(("Cookie", "secret"),)), address)
    assert (spec.url, bool(spec.headers)) == (address, kept)


async def test_403_is_remembered_over_a_restart_until_an_answer_comes(world: World) -> None:
    forbidden = FetchError(FetchFailure.HTTP, "403", status=403)
    throttled = FetchError(FetchFailure.THROTTLED, "403", status=403)
    world.reader.will_answer(
        E1, forbidden, throttled, FetchError(FetchFailure.HTTP, "500", status=500), NotModified()
    )
    for _ in range(5):
        await world.poll(E1)
    assert [request.forbidden for request in world.reader.requests] == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [((1, 2, 8, 9), 0), ((2, 3, 8, 9), 0), ((5, 6, 8, 9), 1), ((1, 2, 11, 12), 1), ((5, 6, 11, 12), 1), ((), 0)],
)
async def test_of_too_long_a_feed_each_end_has_to_share_an_entry(
    world: World, numbers: tuple[int, ...], gaps: int
) -> None:
    first = fresh(*(entry(number, f"글 {number}") for number in (1, 2, 8, 9)))
    second = fresh(*(entry(number, f"글 {number}") for number in numbers))
    world.reader.will_answer(E1, replace(first, shortened=True), replace(second, shortened=True))
    assert (await world.poll(E1)).gaps == 0
    assert (await world.poll(E1)).gaps == gaps
