"""No delivery is lost and none is told twice, whatever happens in whatever order."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from monitor.core.alerting.model import FirstPoll, Withheld
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Entry
from monitor.pipeline import sweep
from monitor.pipeline.records import Lane
from tests.fakes.reader import article
from tests.property.policy.ledger import WAITING
from tests.property.policy.mortal import Answer, Blow, Side
from tests.property.policy.program import BEAT_S, DAY, Program
from tests.property.policy.setting import FEEDS, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.pipeline.ports import Work

STEPS = int(os.environ.get("POLICY_STEPS", "240"))
"""So many steps are taken. Before a release: `POLICY_STEPS=10000 pytest --timeout 0 tests/property/policy`."""

LENGTH = 40

MOST_TO_SETTLE = 3 * DAY
"""The longest that anything waits: for a digest of tomorrow, behind the tries of another delivery."""

BLOWS = st.none() | st.none() | st.builds(Blow, st.integers(0, 6), st.sampled_from(Side))
FEED = st.sampled_from(FEEDS)
WORD = st.sampled_from(("딥시크", "통제", "반도체"))
TOPICS = st.sampled_from((("딥시크",), ("통제",), ("딥시크", "통제"), ("반도체",), ("반도체", "통제"), ()))
STEMS = (
    "새 추론 모델 R3 공개하고 전 세계 무료 배포 시작",
    "식각 장비 열두 종 수출 명단 추가 검토",
    "평택 공장 증설에 삼조 원 투자 결정",
)
CHANGES = st.one_of(
    st.tuples(st.sampled_from(("rename", "toggle")), WORD),
    st.tuples(
        st.just("channel"),
        st.sampled_from((("desk", ()), ("desk", ("",)), ("mail", ()), ("mail", ("a",)), ("mail", ("a", "b")))),
    ),
    st.tuples(st.sampled_from(("quiet", "digest", "inhibits", "urgent", "waits")), st.none()),
)
TAILS = ("", "… 업계 긴장", " 확정", ", 내달 시행", " 12곳 참여")


def unlike(number: int) -> str:
    """Titles of different happenings."""
    made = "".join(chr(0xAC00 + (number * 7919 + place * 1543) % 11172) for place in range(12))
    return f"{made[:4]} {made[4:8]} {made[8:]}"


class PolicyMachine(Program):
    """What can happen to the program, in any order."""

    def teardown(self) -> None:
        try:
            if self.opened is not None:
                self.settle()
        finally:
            self.limits.stop()
            if self.opened is not None:
                self.opened.close()
            self.runner.close()
            self.folder.cleanup()

    # --- rules ---

    @initialize(
        first_poll=st.sampled_from((FirstPoll.ALERT, FirstPoll.SUMMARY)),
        waits=st.booleans(),
        quiet=st.booleans(),
        digest=st.booleans(),
        inhibits=st.booleans(),
        polled=st.sampled_from((True, True, False)),
    )
    def begins(self, *, polled: bool, **drawn: Any) -> None:
        self.setting = replace(self.setting, **drawn)
        self.start()
        if polled:
            self.act(self.poll_all)

    def put(self, feed: str, entry: Entry) -> None:
        self.press.pages[feed].insert(0, entry)

    def new_article(self, feed: str, title: str, age: timedelta = timedelta(0)) -> None:
        self.published += 1
        made = article(self.published, title, feed=feed, published_at=self.clock.now() - age)
        self.put(feed, Entry(f"{feed}{self.published}", replace(made, source=f"매체{self.published}")))

    @rule(
        feed=FEED,
        words=TOPICS,
        stem=st.sampled_from(STEMS),
        tail=st.sampled_from(TAILS),
        age=st.sampled_from((timedelta(0), timedelta(0), HOUR, 4 * DAY)),
        blow=BLOWS,
    )
    def publishes(
        self, feed: str, words: tuple[str, ...], stem: str, tail: str, age: timedelta, blow: Blow | None
    ) -> None:
        self.new_article(feed, " ".join((*words, stem)) + tail, age)
        self.act(lambda: self.poll(feed), blow)

    @rule(feed=FEED, words=TOPICS, stem=st.sampled_from(STEMS), count=st.integers(2, 4), blow=BLOWS)
    def publish_alike(self, feed: str, words: tuple[str, ...], stem: str, count: int, blow: Blow | None) -> None:
        """One happening from several outlets, which are read when they are due."""
        for tail in TAILS[:count]:
            self.new_article(feed, " ".join((*words, stem)) + tail)
        self.act(self.beat, blow)

    @rule(feed=FEED, words=TOPICS, stem=st.sampled_from(STEMS), tail=st.sampled_from(TAILS))
    def publishes_during_the_next_sending(self, feed: str, words: tuple[str, ...], stem: str, tail: str) -> None:
        async def come() -> None:
            self.new_article(feed, " ".join((*words, stem)) + tail)
            self.polling = feed
            await sweep.poll_all(self.poller, (feed,))
            self.look()

        self.meanwhile.append(come)

    @rule()
    def one_recipient_fails_or_mends(self) -> None:
        self.busy ^= {Lane("mail", "b")}

    publishes_more = publishes
    publish_more_alike = publish_alike

    @rule(feed=FEED, word=WORD, count=st.integers(5, 12))
    def floods(self, feed: str, word: str, count: int) -> None:
        for number in range(count):
            self.new_article(feed, f"{word} {unlike(self.published + number)}")

    @precondition(lambda self: self.published)
    @rule(data=st.data(), feed=FEED, edit=st.sampled_from(("", "", " (종합)", " 통제", " 반도체")), blow=BLOWS)
    def copies(self, data: st.DataObject, feed: str, edit: str, blow: Blow | None) -> None:
        """Another feed brings it, or the same one with another key and title."""
        entries = [entry for page in self.press.pages.values() for entry in page]
        entry = data.draw(st.sampled_from(entries))
        one = replace(entry.article, title=entry.article.title + edit)
        self.put(feed, Entry(f"{feed}{entry.key}{len(self.press.pages[feed])}", replace(one, feeds=(feed,))))
        self.act(lambda: self.poll(feed), blow)

    @rule(feed=FEED)
    def a_feed_fails_or_mends(self, feed: str) -> None:
        self.press.down ^= {feed}

    @rule(blow=BLOWS)
    def polls_what_is_due(self, blow: Blow | None) -> None:
        self.act(self.beat, blow)

    @rule(blow=BLOWS)
    def polls_all_by_hand(self, blow: Blow | None) -> None:
        self.act(self.poll_all, blow)

    @rule(span=st.sampled_from((MINUTE, 3 * MINUTE, 10 * MINUTE, HOUR, 7 * HOUR, DAY)), blow=BLOWS)
    def runs_on(self, span: timedelta, blow: Blow | None) -> None:
        self.act(lambda: self.run_for(span), blow)

    @rule(span=st.sampled_from((MINUTE, HOUR, 10 * HOUR, 2 * DAY, 4 * DAY)))
    def is_down_for(self, span: timedelta) -> None:
        self.clock.advance(span)
        self.start()

    @rule(by=st.sampled_from((HOUR, -HOUR)))
    def the_clock_is_stepped(self, by: timedelta) -> None:
        self.guard.step()
        self.clock.step(by)
        assert self.guard.step() == by
        self.act(self.heal)

    @rule(channel=st.sampled_from(("desk", "mail")), answers=st.lists(st.sampled_from(list(Answer)[:5]), max_size=6))
    def recipients_will(self, channel: str, answers: list[Answer]) -> None:
        self.script[channel].extend(answers)

    @rule(
        data=st.data(),
        channel=st.sampled_from(("", "desk", "mail")),
        lasting=st.sampled_from((10 * MINUTE, HOUR, 12 * HOUR)),
    )
    def is_silenced(self, data: st.DataObject, channel: str, lasting: timedelta) -> None:
        stories = sorted({hit.story for hit in self.ledger.hits.values()}) or [1]
        story = data.draw(st.sampled_from((0, 0, *stories)))
        watchlist = data.draw(st.sampled_from(("", *(name for name, _ in self.setting.names))))
        query = "" if watchlist else data.draw(st.sampled_from(("", "R3", "통제")))
        if not (channel or story or watchlist or query):
            return
        matchers = Matchers(watchlist, story, channel, query)
        now = self.clock.now()
        number = self.by_hand(lambda work: work.silences.add(matchers, "", now, now + lasting))
        self.ledger.silences[number] = matchers, now + lasting

    @precondition(lambda self: self.ledger.silences)
    @rule(data=st.data())
    def a_silence_is_ended(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.ledger.silences)))
        now = self.clock.now()
        matchers, ends_at = self.ledger.silences[number]
        assert self.by_hand(lambda work: work.silences.expire(number, now)) == (ends_at > now)
        self.ledger.silences[number] = matchers, min(ends_at, now)

    @precondition(lambda self: self.held())
    @rule(data=st.data(), release=st.booleans())
    def a_flood_is_looked_at(self, data: st.DataObject, *, release: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.held())))
        if release:
            self.by_hand(lambda work: work.tellings.release_held((number,), self.clock.now()))
        else:
            self.ledger.dropped.add(number)
            self.by_hand(lambda work: work.tellings.drop_held((number,), Withheld.DROPPED.value))
        self.look()

    def held(self) -> set[int]:
        return {
            row.alert_id for row in self.ledger.rows.values() if row.reason == "flood held" and row.state in WAITING
        }

    @precondition(lambda self: any(row.state == "dead" for row in self.ledger.rows.values()))
    @rule()
    def the_dead_are_retried(self) -> None:
        dead = [number for number, row in self.ledger.rows.items() if row.state == "dead"]
        self.by_hand(lambda work: work.outbox.retry(dead, self.clock.now()))
        self.look()

    def by_hand(self, do: Callable[[Work], Any]) -> Any:
        """A command beside the program."""
        assert self.opened is not None
        return self.runner.run(self.opened.write(do))

    @rule(change=CHANGES, blow=BLOWS)
    def the_configuration_changes(self, change: tuple[str, Any], blow: Blow | None) -> None:
        kind, what = change
        if kind == "rename":
            self.renames += 1
            self.setting = self.setting.renamed(what, f"{what}{self.renames}")
        elif kind == "toggle":
            self.setting = self.setting.toggled(what)
        elif kind == "channel":
            self.setting = self.setting.with_recipients(*what)
        else:
            changes: Any = {kind: not getattr(self.setting, kind)}
            self.setting = replace(self.setting, **changes)
        self.polling = ""
        self.act(self.take_over, blow)

    # --- the end ---

    def settle(self) -> None:
        """Nothing fails any more: everything ends, in time, and the books are balanced."""
        self.script.clear()
        self.meanwhile.clear()
        self.busy.clear()
        self.press.down.clear()
        began_s = self.clock.monotonic_s()
        self.act(lambda: self.run_for(3 * MINUTE))
        self.act(self.poll_all)
        while True:
            due_at = self.by_hand(lambda work: work.outbox.next_due_at())
            if due_at is None:
                break
            self.clock.advance(max(due_at - self.clock.now(), timedelta(seconds=BEAT_S)))
            assert self.clock.monotonic_s() - began_s <= MOST_TO_SETTLE.total_seconds(), "something waits too long"
            self.act(self.deliver)
        self.everything_published_is_stored()
        self.ledger.settle()

    def everything_published_is_stored(self) -> None:
        published = {entry.article.identity for page in self.press.pages.values() for entry in page}
        assert published == self.ledger.stored, f"lost: {published - self.ledger.stored}"


def test_no_delivery_is_lost_and_none_is_told_twice(migrated_file: Path) -> None:
    machine = type("Machine", (PolicyMachine,), {"migrated_file": migrated_file})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(STEPS // LENGTH, 1),
            stateful_step_count=LENGTH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
