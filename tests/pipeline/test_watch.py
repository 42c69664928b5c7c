from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time, timedelta
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alerting import Reason
from monitor.core.alerting.hours import DigestTime, Hours, Window
from monitor.core.alerting.model import ChannelPolicy, Severity, WatchPolicy
from monitor.core.article import Article, Match
from monitor.core.errors import FetchError, FetchFailure
from monitor.core.matching.version import Definition
from monitor.core.spikes.model import DAY, HOUR, Almanac, TurnKind
from monitor.core.stories.model import Opened, Placement
from monitor.pipeline.watch import BRIDGE, Watcher, rates_of, watch

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from monitor.pipeline.ports import Work
    from tests.fakes.world import World

NAME = "딥시크"
NUMBERS = count()


@pytest.fixture
def database_url(database_file: Path) -> str:
    """SQLite alone: each of these tests stores weeks of articles, and counting is the same on both."""
    return f"sqlite:///{database_file}"


@dataclass(slots=True)
class Watched:
    """A world with a watcher, and a past that is written straight into the database."""

    world: World
    watcher: Watcher

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    async def look(self) -> int:
        return await watch(self.watcher)

    async def had(self, *, hours: int, each: int = 2, others: int = 10, watched: bool = True) -> None:
        """Time passes, each third hour with so many stories of the watchlist amid so many others."""
        await self.world.storage.write(lambda work: self._write(work, hours, each, others, watched=watched))
        self.world.clock.advance(hours * HOUR)
        await self.world.poll()

    def _write(self, work: Work, hours: int, each: int, others: int, *, watched: bool) -> None:
        for number in range(hours):
            hour = self.now + number * HOUR
            if watched:
                work.rates.beat(hour, self.now - 90 * DAY)
            for place in range((each + others) if hour.hour % 3 == 0 else 0):
                at = hour + place * timedelta(seconds=1)
                put(work, at, hits=place < each)

    async def burst(self, stories: int) -> None:
        """So many stories of the watchlist in the last hour."""

        def write(work: Work) -> None:
            for number in range(stories):
                put(work, self.now - number * timedelta(minutes=1), hits=True)

        await self.world.storage.write(write)

    async def sent(self) -> list[tuple[str, Reason, tuple[str, ...]]]:
        """What was delivered since the last time: channel, reason, notes."""
        self.world.notifier.sent.clear()
        await self.world.deliver_for(timedelta(minutes=2))
        return [(lane.channel, content.reason, content.notes) for lane, content in self.world.notifier.sent]


def put(work: Work, at: datetime, *, hits: bool) -> None:
    article_id, _ = work.articles.add(Article(str(next(NUMBERS)), "", f"소식 {at:%m-%d %H:%M}", published_at=at), at)
    work.stories.place(article_id, Placement(str(article_id), Opened()))
    if hits:
        work.articles.add_hits(article_id, [Match(NAME, ())], at)


@pytest.fixture
async def watched(world: World) -> Watched:
    watcher = Watcher(
        storage=world.storage,
        clock=world.clock,
        audience=world.poller.audience,
        almanac=Almanac(ZoneInfo("Asia/Seoul"), lambda _: False),
        definitions={NAME: Definition("{}")},
        spikes=frozenset({NAME}),
    )
    made = Watched(world, watcher)
    await world.poll()
    await made.look()
    return made


async def test_a_spike_is_told_once_to_the_watchlist_s_channels_with_its_stories(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    assert await watched.look() == 0
    await watched.burst(14)
    assert [await watched.look() for _ in range(3)] == [1, 0, 0]
    sent = await watched.sent()
    assert sorted(channel for channel, _, _ in sent) == ["desk", "mail", "mail"]
    assert {(reason, notes) for _, reason, notes in sent} == {(Reason.SPIKE, ("딥시크: 3시간에 15건, 보통 2건",))}
    content = watched.world.notifier.sent[0][1]
    assert (content.watchlist, len(content.hits)) == (NAME, 5)
    (row,) = await watched.world.look(lambda work: work.listings.alerts())
    assert (row["reason"], row["watchlist"], row["channels"]) == ("spike", NAME, ["desk", "mail"])
    assert row["why"] == "딥시크: 3시간에 15건, 보통 2건"


async def test_a_spike_that_goes_on_is_told_once_and_the_next_one_again(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    told = []
    for stories in (14, 14, 14, 0, 0, 0, 40):
        await watched.burst(stories)
        told.append(await watched.look())
        await watched.had(hours=12)
    assert told == [1, 0, 0, 0, 0, 0, 1]


async def test_nothing_is_said_before_two_weeks_of_history(watched: Watched) -> None:
    await watched.had(hours=13 * 24)
    await watched.burst(20)
    assert await watched.look() == 0


async def test_hours_in_which_the_daemon_did_not_run_are_no_history(watched: Watched) -> None:
    await watched.had(hours=18 * 24, watched=False)
    await watched.had(hours=3 * 24)
    await watched.burst(20)
    assert await watched.look() == 0


async def test_a_changed_definition_has_no_history_yet(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    watched.watcher = replace(watched.watcher, definitions={NAME: Definition("{1}")})
    await watched.burst(14)
    assert await watched.look() == 0


async def test_a_watchlist_may_be_spared_spikes(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    watched.watcher = replace(watched.watcher, spikes=frozenset())
    await watched.burst(14)
    assert await watched.look() == 0


async def test_articles_of_a_first_poll_count_by_when_they_were_published(watched: Watched) -> None:
    await watched.had(hours=21 * 24)

    def archive(work: Work) -> None:
        for number in range(50):
            old = Article(f"old {number}", "", "소식", published_at=watched.now - (2 + number) * DAY)
            article_id, _ = work.articles.add(old, watched.now)
            work.stories.place(article_id, Placement(str(article_id), Opened()))
            work.articles.add_hits(article_id, [Match(NAME, ())], watched.now)

    await watched.world.storage.write(archive)
    assert await watched.look() == 0


async def test_a_channel_with_a_digest_gets_a_spike_at_its_time(watched: Watched) -> None:
    audience = watched.watcher.audience
    digests = ChannelPolicy(digests=(DigestTime(time(8)),))
    policy = replace(audience.policy, channels={"mail": digests})
    watched.watcher = replace(watched.watcher, audience=replace(audience, policy=policy))
    await watched.had(hours=21 * 24)
    await watched.burst(14)
    assert await watched.look() == 1
    assert [channel for channel, _, _ in await watched.sent()] == ["desk"]
    await watched.world.deliver_for(DAY)
    assert {lane.channel for lane, _ in watched.world.notifier.sent} == {"desk", "mail"}


@pytest.mark.parametrize(
    ("wants", "told"),
    [
        (WatchPolicy(), []),
        (WatchPolicy(severity=Severity.URGENT), ["desk"]),
        (WatchPolicy(severity=Severity.LOW), []),
    ],
)
async def test_a_channel_that_sleeps_gets_an_urgent_spike_only(
    watched: Watched, wants: WatchPolicy, told: list[str]
) -> None:
    audience = watched.watcher.audience
    asleep = ChannelPolicy(hours=Hours(quiet=(Window(time(0), time(23)),)), urgent_passes=True)
    policy = replace(audience.policy, routes={NAME: ("desk",)}, channels={"desk": asleep}, watchlists={NAME: wants})
    watched.watcher = replace(watched.watcher, audience=replace(audience, policy=policy))
    await watched.had(hours=21 * 24)
    await watched.burst(14)
    assert await watched.look() == 1
    assert [channel for channel, _, _ in await watched.sent()] == told


async def test_an_article_from_the_future_of_a_wrong_clock_does_not_count_yet(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    watched.world.clock.step(HOUR)
    await watched.burst(20)
    watched.world.clock.step(-HOUR)
    assert await watched.look() == 0


async def test_two_engines_that_found_the_same_spike_tell_it_once(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    await watched.burst(14)
    other = replace(watched)
    assert await watched.look() + await other.look() == 1


async def test_a_watchlist_that_fell_quiet_is_told_to_the_operator_once_and_again_when_it_hits(
    watched: Watched,
) -> None:
    await watched.had(hours=21 * 24)
    await watched.had(hours=4 * 24, each=0)
    assert [await watched.look() for _ in range(3)] == [1, 0, 0]
    ((channel, reason, notes),) = await watched.sent()
    assert (channel, reason) == ("ops", Reason.NOTICE)
    assert notes == ("감시 목록 딥시크: 4일 동안 0건, 보통 64건 — 피드도 질의도 이상 없음",)
    await watched.had(hours=24)
    assert [await watched.look() for _ in range(2)] == [1, 0]
    ((_, _, notes),) = await watched.sent()
    assert notes == ("감시 목록 딥시크: 5일 만에 다시 걸림",)


async def test_a_lull_names_its_sick_feeds_and_a_changed_definition(watched: Watched) -> None:
    await watched.had(hours=21 * 24)

    def carry(work: Work) -> None:
        claim = work.feeds.claim_named(["전자신문"], watched.now, HOUR)[0]
        newest = work.rates.hit_stories(watched.now - DAY)[-1]
        work.articles.link(claim.feed_id, {"k": newest.story_id}, watched.now)
        work.feeds.release(claim)

    await watched.world.storage.write(carry)
    changed = replace(watched.watcher, definitions={NAME: Definition("{1}")})
    watched.world.clock.advance(HOUR)
    await watch(changed)
    await watched.had(hours=4 * 24, each=0)
    watched.world.reader.will_answer("전자신문", FetchError(FetchFailure.TIMEOUT))
    await watched.world.poll()
    english = replace(changed.audience, policy=replace(changed.audience.policy, language="en"))
    watched.watcher = replace(changed, audience=english)
    assert await watched.look() == 1
    ((_, _, notes),) = [one for one in await watched.sent() if one[1] is Reason.NOTICE]
    assert notes[0].startswith("Watchlist 딥시크: no story in 4 days, usually ")
    assert notes[0].endswith(
        "its feeds are not well: 전자신문 (failing); its query or terms changed on 02-17 10:00, after its last hit"
    )


async def test_without_an_operator_a_lull_is_logged_only(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    watched.watcher = replace(watched.watcher, audience=replace(watched.watcher.audience, operator=""))
    await watched.had(hours=21 * 24)
    await watched.had(hours=4 * 24, each=0)
    assert await watched.look() == 0
    assert "감시 목록 딥시크: 4일 동안 0건" in caplog.text


async def test_downtime_is_no_lull(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    await watched.had(hours=4 * 24, each=0, watched=False)
    assert await watched.look() == 0


async def test_turns_of_a_watchlist_that_is_gone_or_of_a_clock_that_was_ahead_end(watched: Watched) -> None:
    await watched.had(hours=21 * 24)
    await watched.had(hours=4 * 24, each=0)
    await watched.look()
    watched.world.clock.step(-2 * HOUR)
    await watched.look()
    watched.watcher = replace(watched.watcher, definitions={})
    await watched.look()
    assert await watched.world.look(lambda work: work.rates.open_turns()) == ()


async def test_an_hour_in_which_no_feed_answered_is_not_watched(watched: Watched) -> None:
    before = await watched.world.look(lambda work: work.rates.watched(watched.now - DAY))
    watched.world.clock.advance(2 * HOUR)
    await watched.look()
    assert await watched.world.look(lambda work: work.rates.watched(watched.now - DAY)) == before
    assert len(before) == 1


async def test_a_spike_in_english(watched: Watched) -> None:
    audience = watched.watcher.audience
    watched.watcher = replace(
        watched.watcher, audience=replace(audience, policy=replace(audience.policy, language="en"))
    )
    await watched.had(hours=21 * 24)
    await watched.burst(14)
    await watched.look()
    assert {notes for _, _, notes in await watched.sent()} == {("딥시크: 15 stories in 3 hours, usually 2",)}
    (turn,) = await watched.world.look(lambda work: work.rates.open_turns())
    assert (turn.kind, turn.judgement.count) == (TurnKind.SPIKE, 15)


async def test_what_is_usual_can_be_asked_for(watched: Watched) -> None:
    assert await watched.world.look(lambda work: rates_of(work, NAME, watched.watcher.almanac, watched.now)) is None
    await watched.look()
    await watched.had(hours=21 * 24)
    await watched.look()
    await watched.burst(14)
    rates = await watched.world.look(lambda work: rates_of(work, NAME, watched.watcher.almanac, watched.now))
    assert rates is not None
    assert [one.window for one in rates] == [3 * HOUR, DAY]
    assert rates[0].count >= 14 > 2 * rates[0].expected


@pytest.mark.parametrize(("hours", "bridged"), [(1, 0), (3, 2), (6, 5), (7, 0)])
async def test_hours_between_two_polls_from_outside_count_if_they_are_few(
    watched: Watched, hours: int, bridged: int
) -> None:
    await watched.world.poll()
    await watch(watched.watcher, BRIDGE)
    watched.world.clock.advance(hours * HOUR)
    await watched.world.poll()
    await watch(watched.watcher, BRIDGE)
    seen = await watched.world.look(lambda work: work.rates.watched(watched.now - 2 * DAY))
    assert len(seen) == 2 + bridged


async def test_the_daemon_bridges_nothing(watched: Watched) -> None:
    for _ in range(2):
        await watched.world.poll()
        await watched.look()
        watched.world.clock.advance(3 * HOUR)
    assert len(await watched.world.look(lambda work: work.rates.watched(watched.now - 2 * DAY))) == 2
