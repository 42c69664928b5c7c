"""The books of someone who watches from outside: what was published, what recipients took, and what that allows.

It reads the database with statements of its own, and knows the policy only as the documentation states it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.core.alerting import Reason
from monitor.pipeline.records import Lane
from tests.property.policy.mortal import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from monitor.core.alerting.silence import Matchers
    from monitor.pipeline.records import AlertContent
    from tests.property.policy.setting import Setting

WAITING, OVER = {"pending", "leased"}, {"sent", "dead", "suppressed"}
LISTS = {Reason.DIGEST.value, Reason.BASELINE.value}
HOLDS = {Reason.QUIET.value, Reason.FLOOD.value, Reason.URGENT.value}
MOST_AMBIGUOUS = 2
STEPS = (2, 3)
"""The numbers of outlets at which a story is told again, as the setting has them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit as stored. `word` is the word of its watchlist, whatever that is called by now."""

    id: int
    word: str
    identity: str
    title: str
    story: int


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as stored, with its alert. `since` is the step in which it came to its state."""

    alert_id: int
    lane: Lane
    state: str
    why: str
    reason: str
    word: str
    hit_ids: frozenset[int]
    since: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed for a hit: that each of these lanes is told, some of them in a list."""

    hit: Hit
    step: int
    lanes: frozenset[Lane]
    listed: frozenset[Lane]
    silenced: frozenset[Lane]


@dataclass(slots=True)
class Ledger:
    """`words` holds the word of each name that a watchlist ever had.

    `wanted`: of what a silence suppressed, the words of the watchlists that went to its channel then.
    """

    file: Path
    words: dict[str, str] = field(default_factory=dict)
    step: int = 0
    articles: list[tuple[int, str]] = field(default_factory=list)
    hits: dict[int, Hit] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    dues: list[Due] = field(default_factory=list)
    silences: dict[int, tuple[Matchers, datetime]] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    wanted: dict[tuple[int, Lane], set[str]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    answers: defaultdict[tuple[int, Lane], list[Answer]] = field(default_factory=lambda: defaultdict(list))
    excused: Counter[tuple[int, Lane]] = field(default_factory=Counter)
    shown: set[tuple[int, Lane]] = field(default_factory=set)
    """The hits that a recipient was shown: what is attached to an alert need not have been in what was sent."""
    passed: dict[tuple[int, str], str] = field(default_factory=dict)
    marks: dict[tuple[str, int, str], int] = field(default_factory=dict)
    """The newest article when a channel was last sent something of a story, by the word of the watchlist."""
    first_reports: defaultdict[tuple[int, str, Lane], set[int]] = field(default_factory=lambda: defaultdict(set))

    # --- what is seen while the program runs ---

    def sends(self, lane: Lane, content: AlertContent, answer: Answer, setting: Setting, now: datetime) -> None:
        """A recipient is sent an alert."""
        told = self._on(lane, self._of(content), self.words.get(content.watchlist, ""), setting)
        assert lane.recipient in setting.recipients.get(lane.channel, ()), f"{lane} is not configured"
        urgent = setting.urgent and self.words.get(content.watchlist) == "반도체"
        if content.reason is not Reason.DIGEST and not urgent:
            assert not setting.is_quiet(lane.channel, now), f"{lane} rings at {now}"
        live = self._live(lane.channel, now)
        covered = [any(self._covers(number, hit) for number in live) for hit in told]
        assert not told or not all(covered), f"alert {content.alert_id} is silenced by {live}"
        if answer.takes:
            self.shown |= {(hit.id, lane) for hit in self._of(content)}
            self._takes(content, lane, told)
        self.answers[content.alert_id, lane].append(answer)

    def begins(self, lane: Lane, content: AlertContent) -> None:
        """A recipient is about to be sent an alert: what comes from now on is not in it."""
        for hit in self._of(content):
            self.marks[lane.channel, hit.story, hit.word] = len(self.articles)

    def _takes(self, content: AlertContent, lane: Lane, told: Iterable[Hit]) -> None:
        before = self.answers[content.alert_id, lane]
        taken = sum(answer.takes for answer in before)
        unsure = sum(answer in {Answer.SILENT_TAKEN, Answer.KILLED_TAKEN} for answer in before)
        allowed = unsure + self.excused[content.alert_id, lane]
        assert taken <= allowed, f"{lane} gets alert {content.alert_id} once more without a cause"
        if content.reason is Reason.FIRST_REPORT:
            for hit in told:
                if hit.word == self.words[content.watchlist]:
                    self.first_reports[hit.story, hit.word, lane].add(content.alert_id)
                    firsts = self.first_reports[hit.story, hit.word, lane]
                    assert len(firsts) == 1, f"{lane} gets two first reports of story {hit.story}: {firsts}"

    def killed(self) -> None:
        """The program was killed: what was taken and not yet written down may come once more."""
        states = {(row.alert_id, row.lane): row.state for row in self.rows.values()}
        for place, answers in self.answers.items():
            if answers and answers[-1] is Answer.TAKE and states.get(place) in WAITING:
                self.excused[place] += 1

    def look(self, setting: Setting, now: datetime, baseline: frozenset[str], old: frozenset[str]) -> None:
        """Compare the database with what was seen before.

        `baseline`: articles that are told in a summary, since they are the first of a feed; `old`: those that are,
        unless they come with a new title.
        """
        self.step += 1
        base = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        try:
            titles = dict(base.execute("select identity, title from articles").fetchall())
            members = (
                "select p.story_id, a.source from articles a join placements p on p.article_id = a.id order by a.id"
            )
            self.articles = base.execute(members).fetchall()
            revised = {identity for identity, title in self.titles.items() if titles[identity] != title}
            self.titles = titles
            self._look_at_hits(base, setting, now, baseline | (old - revised))
            self._look_at_rows(base, setting, now)
            self._look_at_passes(base)
            begun = base.execute("select name from feeds where first_ok_at is not null")
            self.begun = {name for (name,) in begun}
        finally:
            base.close()

    @property
    def stored(self) -> set[str]:
        """The identities of the articles in the database."""
        return set(self.titles)

    def _look_at_hits(self, base: sqlite3.Connection, setting: Setting, now: datetime, old: frozenset[str]) -> None:
        found = base.execute(
            "select h.id, h.watchlist, a.identity, a.title, p.story_id from hits h"
            " join articles a on a.id = h.article_id join placements p on p.article_id = a.id order by h.id"
        )
        for number, watchlist, identity, title, story in found:
            hit = Hit(number, self.words[watchlist], identity, title, story)
            if number not in self.hits:
                self.dues.append(self._due(hit, watchlist, setting, now, old))
            self.hits[number] = hit

    def _due(self, hit: Hit, watchlist: str, setting: Setting, now: datetime, old: frozenset[str]) -> Due:
        routes = setting.routes[watchlist]
        lanes = frozenset(Lane(channel, to) for channel in routes for to in setting.recipients[channel])
        listed = {lane for lane in lanes if hit.identity in old or (setting.digest and lane.channel == "mail")}
        silenced = {
            lane for lane in lanes if any(self._covers(number, hit) for number in self._live(lane.channel, now))
        }
        return Due(hit, self.step, lanes, frozenset(listed), frozenset(silenced))

    def _look_at_rows(self, base: sqlite3.Connection, setting: Setting, now: datetime) -> None:
        told: defaultdict[int, set[int]] = defaultdict(set)
        for alert_id, hit_id in base.execute("select alert_id, hit_id from alert_hits"):
            told[alert_id].add(hit_id)
        before, self.rows = self.rows, {}
        found = base.execute(
            "select d.id, d.alert_id, d.channel, d.recipient, d.state, d.reason, a.reason, a.watchlist"
            " from deliveries d join alerts a on a.id = d.alert_id order by d.id"
        )
        for number, alert_id, channel, to, state, why, reason, watchlist in found:
            last = before.get(number)
            since = last.since if last is not None and last.state == state else self.step
            word = self.words.get(watchlist, "")
            hit_ids = frozenset(told[alert_id])
            self.rows[number] = Row(alert_id, Lane(channel, to), state, why, reason, word, hit_ids, since)
        assert set(before) <= set(self.rows), "a delivery is gone"
        for number, row in self.rows.items():
            if row.since == self.step:
                self._allow(row, before.get(number), setting, now)

    def _look_at_passes(self, base: sqlite3.Connection) -> None:
        found = base.execute("select hit_id, channel, reason from passes order by id").fetchall()
        before, self.passed = self.passed, {(hit_id, channel): why for hit_id, channel, why in found}
        assert before.items() <= self.passed.items(), "a reason is gone"
        for (hit_id, channel), why in self.passed.items():
            if why == "told already" and channel == "desk" and (hit_id, channel) not in before:
                self._no_update_was_due(self.hits[hit_id], channel)

    def _no_update_was_due(self, hit: Hit, channel: str) -> None:
        """A hit was passed over. Where the channel was sent all alerts of its story, the outlets can be counted."""
        rows = [row for row in self.rows.values() if row.lane.channel == channel and hit.id not in row.hit_ids]
        told = [row for row in rows if self._tells(row, hit.word, hit.story)]
        mark = self.marks.get((channel, hit.story, hit.word))
        if mark is None or any(row.state != "sent" for row in told):
            return
        known = {outlet for story, outlet in self.articles[:mark] if story == hit.story}
        outlets = {outlet for story, outlet in self.articles if story == hit.story}
        grown = [step for step in STEPS if len(known) < step <= len(outlets)]
        assert not grown, f"{hit} is passed over on {channel}: {known} were told, {outlets} carry it"

    def _allow(self, row: Row, last: Row | None, setting: Setting, now: datetime) -> None:
        """Whether a delivery may have come to its state in this step."""
        answers = self.answers[row.alert_id, row.lane]
        if last is not None and last.state in OVER:
            assert row.state in WAITING, f"{last} becomes {row}"
        if row.state == "sent":
            assert answers, f"{row} was never sent"
            assert answers[-1] is Answer.TAKE, f"{row} was not taken: {answers}"
        elif row.state == "dead":
            assert answers[-1] is Answer.REFUSE or len(answers) >= MOST_AMBIGUOUS, f"{row} is dead after {answers}"
        elif row.state == "suppressed":
            self._allow_suppressed(row, setting, now)

    def _allow_suppressed(self, row: Row, setting: Setting, now: datetime) -> None:
        kind, _, name = row.why.rpartition(" ")
        if kind == "silenced by":
            matchers, ends_at = self.silences[int(name)]
            self.wanted[row.alert_id, row.lane] = self._words_of(row.lane, setting)
            assert ends_at > now, f"{row}: the silence is over"
            assert matchers.channel in {"", row.lane.channel}, f"{row}: the silence is of another channel"
            assert all(
                any(self._covers(number, hit) for number in self._live(row.lane.channel, now))
                for hit in self._on(row.lane, [self.hits[number] for number in row.hit_ids], row.word, setting)
            ), f"{row}: the silences do not cover it"
        elif kind == "inhibited by":
            assert setting.inhibited(name, next(n for n, word in setting.names if word == row.word)), row
        elif kind == "dropped by":
            assert row.alert_id in self.dropped, f"{row}: nobody dropped it"
        elif row.why == "channel removed":
            assert row.lane.recipient not in setting.recipients.get(row.lane.channel, ()), row
        else:
            assert kind == "told with", f"{row}: a reason that nobody knows"

    # --- what is left at the end ---

    def settle(self) -> None:
        """Everything was given its time: each hit has been told, or there is a reason that holds."""
        waiting = [row for row in self.rows.values() if row.state in WAITING]
        assert not waiting, f"these never end: {waiting}"
        on: defaultdict[tuple[Lane, int], list[Row]] = defaultdict(list)
        for row in self.rows.values():
            for story in {self.hits[hit_id].story for hit_id in row.hit_ids}:
                on[row.lane, story].append(row)
        for due in self.dues:
            for lane in sorted(due.lanes, key=str):
                rows = on[lane, due.hit.story]
                assert self._is_told(due, lane, rows), f"{due} is lost on {lane}, there are only {rows}"

    def _is_told(self, due: Due, lane: Lane, rows: list[Row]) -> bool:
        own = [row for row in rows if any(self.hits[hit_id].word == due.hit.word for hit_id in row.hit_ids)]
        if lane in due.silenced:
            return bool(own)
        if lane in due.listed:
            own = [row for row in own if due.hit.id in row.hit_ids]
        else:
            own = [row for row in own if row.reason not in LISTS or due.hit.id in row.hit_ids]
        return any(self._counts(row, due, rows, ()) for row in own)

    def _counts(self, row: Row, due: Due, rows: list[Row], seen: tuple[Row, ...]) -> bool:
        """Whether a delivery settles what is due for a hit."""
        if row.state == "sent":
            # One that another watchlist's alert tells of need not be in it.
            passed = (due.hit.id, row.lane.channel) in self.passed
            return bool(seen) or passed or (due.hit.id, row.lane) in self.shown
        if row.state == "dead":
            return True
        kind, _, name = row.why.rpartition(" ")
        meant = due.hit.id in row.hit_ids or row.since >= due.step
        if kind == "silenced by":
            # A watchlist that was taken out of the configuration by then wants nothing any more.
            wanted = {row.word, *self.wanted[row.alert_id, row.lane]}
            return meant and (due.hit.word not in wanted or self._covers(int(name), due.hit))
        if row.why == "channel removed":
            # A recipient who comes back to a channel is told of what is new to the channel.
            return meant or any(self._knows(one, row) for one in self.rows.values())
        if kind == "dropped by":
            return True
        word = self.words[name]
        tellers = [one for one in rows if one not in (*seen, row) and self._tells(one, word, due.hit.story)]
        return any(self._counts(one, due, rows, (*seen, row)) for one in tellers)

    def _tells(self, row: Row, word: str, story: int) -> bool:
        """Whether an alert is a watchlist's, or a list in which it tells of the story."""
        hits = (self.hits[hit_id] for hit_id in row.hit_ids)
        in_list = row.reason in HOLDS and any((hit.word, hit.story) == (word, story) for hit in hits)
        return row.word == word or in_list

    @staticmethod
    def _knows(one: Row, row: Row) -> bool:
        same = (one.alert_id, one.lane.channel) == (row.alert_id, row.lane.channel)
        return same and one.state in {"sent", "dead"}

    # --- silences ---

    def _live(self, channel: str, now: datetime) -> list[int]:
        return [
            number
            for number, (matchers, ends_at) in self.silences.items()
            if ends_at > now and matchers.channel in {"", channel}
        ]

    def _covers(self, number: int, hit: Hit) -> bool:
        matchers, _ = self.silences[number]
        return (
            self.words.get(matchers.watchlist, hit.word) == hit.word
            and matchers.story_id in {0, hit.story}
            and matchers.query in hit.title
        )

    def _on(self, lane: Lane, hits: list[Hit], word: str, setting: Setting) -> list[Hit]:
        """Those of an alert's hits that concern a channel: of its own watchlist, and of others that go there."""
        return [hit for hit in hits if hit.word in {word, *self._words_of(lane, setting)}] or hits

    def _words_of(self, lane: Lane, setting: Setting) -> set[str]:
        """The words of the watchlists that go to a channel."""
        return {self.words[name] for name, channels in setting.routes.items() if lane.channel in channels}

    def _of(self, content: AlertContent) -> list[Hit]:
        pairs = {(self.words[view.watchlist], view.article.identity) for view in content.hits}
        return [hit for hit in self.hits.values() if (hit.word, hit.identity) in pairs]
