"""A rehearsal tells what the real outbox would have told, and sends nothing."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.alerting import State
from monitor.core.alerting.hours import DigestTime, Hours, Window
from monitor.core.alerting.model import AlertPolicy, ChannelPolicy, Member, Reason, Severity, WatchPolicy, Weak
from monitor.core.article import Entry
from monitor.pipeline.backtest import Sides, compare, judge
from monitor.pipeline.rehearse import Listed, PastHits, Told, rehearse, rehearse_both
from tests.fakes.reader import article, fresh

if TYPE_CHECKING:
    from monitor.pipeline.records import PastArticle
    from tests.fakes.world import World

SEOUL = ZoneInfo("Asia/Seoul")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2025, 1, 27, 3, tzinfo=UTC)
FEED = "전자신문"
HAPPENINGS = (
    (
        "딥시크, 새 추론 모델 R3 공개하고 전 세계 무료 배포 시작",
        "딥시크 새 추론 모델 R3 공개… 전 세계 무료 배포",
        "딥시크, 추론 모델 R3 전 세계에 무료 배포 시작해 7억 명 쓴다",
        "추론 모델 R3 전 세계 무료 배포 시작한 딥시크, 이용자 7억 명",
    ),
    (
        "미국 상무부, 첨단 반도체 수출통제 대상에 중국 기업 42곳 추가",
        "미 상무부 반도체 수출통제 대상 중국 기업 42곳 추가 발표",
        "첨단 반도체 수출통제… 미국, 중국 기업 42곳 대상에 추가",
    ),
    (
        "수출통제에 막힌 딥시크, 국산 칩 3만 장으로 학습했다",
        "딥시크, 수출통제 막히자 국산 칩 3만 장으로 학습",
        "국산 칩 3만 장으로 학습한 딥시크… 수출통제 뚫었다",
    ),
    ("연구진, 심해 탐사 로봇 진수식 열어", "심해 탐사 로봇 진수식… 연구진 참석"),
)
POLICIES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "waiting for more of a story": {"group_wait": 20 * MINUTE},
    "with updates": {"updates": True, "update_after": (2, 3), "group_interval": 10 * MINUTE},
    "repeating": {"repeat_interval": 2 * HOUR},
    "with quiet hours and a digest": {
        "channels": {
            "desk": ChannelPolicy(hours=Hours(quiet=(Window(time(14), time(18)),))),
            "mail": ChannelPolicy(digests=(DigestTime(time(8)), DigestTime(time(16)))),
        }
    },
    "one that inhibits the other": {
        "watchlists": {"딥시크": WatchPolicy(inhibits=frozenset({"수출통제"}))},
        "group_wait": 15 * MINUTE,
    },
    "one of low severity": {"watchlists": {"수출통제": WatchPolicy(severity=Severity.LOW)}},
    "one that is urgent": {
        "watchlists": {"수출통제": WatchPolicy(severity=Severity.URGENT)},
        "channels": {"desk": ChannelPolicy(hours=Hours(quiet=(Window(time(14), time(18)),)), urgent_passes=True)},
        "group_wait": 15 * MINUTE,
    },
}


@pytest.mark.parametrize("name", POLICIES)
async def test_it_tells_what_was_really_told_of_the_same_articles(world: World, name: str) -> None:
    policy = replace(world.poller.audience.policy, **POLICIES[name])
    audience = replace(world.poller.audience, policy=policy)
    world.poller = replace(world.poller, audience=audience)
    world.courier.audience = audience
    await happen(world)
    told, lists = await really_told(world)

    past = await world.look(lambda work: work.history.between(1, 1000))
    compared = compare([judge(past, Sides(None, world.matcher))], ["딥시크"], policy, policy)

    for rehearsed in (compared.told_before, compared.told_after):
        assert {watchlist: sum(days.values()) for watchlist, days in rehearsed.alerts.items()} == told
        assert Counter(one.reason for one in rehearsed.lists) == lists


async def happen(world: World) -> None:
    """Articles of a few happenings come one by one, mixed, over some hours; what is due is sent between them."""
    luck = random.Random(5)  # noqa: S311 - the same articles in every run, nothing secret
    titles = [title for happening in HAPPENINGS for title in happening]
    luck.shuffle(titles)
    for number, title in enumerate(titles):
        now = world.clock.now()
        one = replace(article(number, title, published_at=now), source=f"매체{number % 5}")
        world.reader.will_answer(FEED, fresh(Entry(str(number), one)))
        await world.poll(FEED)
        pause = timedelta(minutes=luck.randint(3, 70))
        end = now + pause
        await world.deliver_for(pause)
        world.clock.advance(end - world.clock.now())
    await world.deliver_for(3 * DAY)


async def really_told(world: World) -> tuple[dict[str, int], Counter[Reason]]:
    """The alerts of each watchlist of which someone was told, and the lists by reason."""
    alerts = await world.look(lambda work: work.listings.alerts(limit=1000))
    deliveries = await world.look(lambda work: work.listings.deliveries(limit=1000))
    sent = {row["alert_id"] for row in deliveries if row["state"] == State.SENT.value}
    told: Counter[str] = Counter(str(row["watchlist"]) for row in alerts if row["watchlist"] and row["id"] in sent)
    lists = Counter(Reason(str(row["reason"])) for row in alerts if not row["watchlist"] and row["id"] in sent)
    lists.pop(Reason.NOTICE, None)
    return dict(told), lists


def plain(**changes: Any) -> AlertPolicy:
    return replace(AlertPolicy({"가": ("desk",), "나": ("desk", "mail")}, SEOUL, MINUTE), **changes)


def hit(story_id: int, minutes: float, *names: str, weak: bool = False) -> PastHits:
    return PastHits(story_id, NOON + minutes * MINUTE, dict.fromkeys(names or ("가",), weak))


def test_nothing_is_told_of_nothing() -> None:
    assert rehearse([], {}, plain()).by_day() == {}


def test_a_story_is_told_once_on_the_day_it_has_in_the_readers_zone() -> None:
    late = hit(1, 11 * 60 + 59)
    told = rehearse([hit(1, 13 * 60), late], {}, plain())
    assert told.alerts == {"가": {late.at.astimezone(SEOUL).date(): 1}}


def test_doubtful_hits_are_told_as_the_watchlist_says() -> None:
    weak = [hit(1, 0, weak=True), hit(2, 1, weak=True)]
    for wish, days in ((Weak.ALERT, 2), (Weak.DIGEST, 1), (Weak.STORE, 0)):
        told = rehearse(weak, {}, plain(watchlists={"가": WatchPolicy(weak=wish)}))
        assert sum(told.by_day().values()) == days


def test_a_watchlist_nobody_listens_to_tells_nothing_and_floods_nothing() -> None:
    assert rehearse([hit(number, number / 10) for number in range(300)], {}, plain(routes={})).by_day() == {}


def test_a_flood_is_held_in_one_list_and_what_is_held_goes_on_counting() -> None:
    told = rehearse([hit(number, number / 10) for number in range(300)], {}, plain())
    assert sum(told.alerts["가"].values()) == 100
    (held,) = told.lists
    assert (held.reason, held.channel, held.about) == (Reason.FLOOD, "desk", "watchlist 가")


def test_urgent_stories_of_a_flood_come_as_one_list_an_interval() -> None:
    urgent = plain(watchlists={"가": WatchPolicy(severity=Severity.URGENT)}, group_interval=10 * MINUTE)
    told = rehearse([hit(number, number / 10) for number in range(300)], {}, urgent)
    due = sorted(one.due_at for one in told.lists if one.reason is Reason.URGENT)
    assert sum(told.alerts["가"].values()) == 100
    assert len(due) == 3
    assert all(later - earlier >= 10 * MINUTE for earlier, later in pairwise(due))


def test_once_there_is_a_habit_it_is_the_limit() -> None:
    before = [hit(10_000 + day, -60 * 24 * day) for day in range(1, 10)]
    told = rehearse([*before, *(hit(number, number / 10) for number in range(100))], {}, plain())
    assert sum(told.alerts["가"].values()) == len(before) + 20


def test_after_a_flood_single_stories_are_told_again() -> None:
    flooded = [hit(number, number / 10) for number in range(300)]
    told = rehearse([*flooded, hit(999, 3 * 60)], {}, plain())
    assert sum(told.alerts["가"].values()) == 100 + 1


def test_more_of_a_story_joins_the_alert_that_waits_for_it() -> None:
    waiting = plain(group_wait=20 * MINUTE)
    told = rehearse([hit(1, 0), hit(1, 5), hit(1, 5, "나")], {}, waiting)
    assert {name: sum(days.values()) for name, days in told.alerts.items()} == {"가": 1, "나": 1}
    assert rehearse([hit(1, 0), hit(1, 5)], {}, waiting).by_day() == {NOON.date(): 1}


def test_a_more_specific_watchlist_takes_a_waiting_alert_over() -> None:
    desk = {"가": ("desk",), "나": ("desk",)}
    policy = plain(routes=desk, group_wait=20 * MINUTE, watchlists={"나": WatchPolicy(inhibits=frozenset({"가"}))})
    told = rehearse([hit(1, 0), hit(1, 5, "나"), hit(1, 10)], {}, policy)
    assert {name: sum(days.values()) for name, days in told.alerts.items()} == {"나": 1}


def test_lists_of_one_time_are_one_list_when_two_rehearsals_are_put_together() -> None:
    digest = plain(channels={"desk": ChannelPolicy(digests=(DigestTime(time(8)),))})
    one, other = (rehearse([hit(story, story)], {}, digest) for story in (1, 2))
    assert (one + other).lists == one.lists == frozenset({Listed(Reason.DIGEST, "desk", "", NOON + 20 * HOUR)})
    assert sum((one + other).by_day().values()) == 1


STORIES = st.integers(1, 6)
PAST = st.lists(
    st.builds(
        hit,
        STORIES,
        st.integers(0, 3000),
        st.sampled_from(["가", "나"]),
        st.sampled_from(["가", "나"]),
        weak=st.booleans(),
    ),
    max_size=25,
)
WISHES = st.sampled_from(
    [
        plain(),
        plain(group_wait=20 * MINUTE, update_after=(2,)),
        plain(flood_guard=False, repeat_interval=HOUR),
        plain(
            channels={
                "desk": ChannelPolicy(digests=(DigestTime(time(8)),)),
                "mail": ChannelPolicy(hours=Hours(quiet=(Window(time(10), time(20)),))),
            }
        ),
    ]
)


def same(one: Told, other: Told) -> bool:
    days = [{name: dict(days) for name, days in told.alerts.items() if days} for told in (one, other)]
    return days[0] == days[1] and one.lists == other.lists


@settings(max_examples=60, deadline=None)
@given(shared=PAST, left=PAST, right=PAST, policy=WISHES)
def test_stories_that_are_the_same_on_both_sides_are_rehearsed_once_to_the_same_end(
    shared: list[PastHits], left: list[PastHits], right: list[PastHits], policy: AlertPolicy
) -> None:
    before, after = shared + left, shared + right
    members = {story: [Member(f"매체{n}", NOON + n * HOUR) for n in range(story)] for story in range(1, 7)}
    both = rehearse_both(before, after, members, (policy, policy))
    assert same(both[0], rehearse(before, members, policy))
    assert same(both[1], rehearse(after, members, policy))


def test_with_another_policy_or_with_a_flood_each_side_is_rehearsed_by_itself() -> None:
    flood = [hit(number, number / 10) for number in range(300)]
    for before, after, policies in (
        ([hit(1, 0)], [hit(1, 0)], (plain(), plain(routes={}))),
        (flood, flood[:5], (plain(), plain())),
        (flood[:5], flood, (plain(), plain())),
    ):
        both = rehearse_both(before, after, {}, policies)
        assert same(both[0], rehearse(before, {}, policies[0]))
        assert same(both[1], rehearse(after, {}, policies[1]))


def placed(past: tuple[PastArticle, ...]) -> list[int | None]:
    return [one.story_id for one in past]


async def test_the_history_knows_stories_and_what_each_article_added(world: World) -> None:
    await happen(world)
    past = await world.look(lambda work: work.history.between(1, 1000))
    assert len(set(placed(past))) < len(past)
    assert any(one.new for one in past)
