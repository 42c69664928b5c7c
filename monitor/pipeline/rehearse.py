"""What a policy would have told of past hits, decided as it decides of new ones, and sent to nobody."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.core.alerting import flood
from monitor.core.alerting.decide import decide
from monitor.core.alerting.flood import Flood
from monitor.core.alerting.model import (
    FLOODED,
    TOLD,
    Gather,
    Join,
    NewHit,
    Pass,
    Reason,
    Severity,
    StoryState,
    Tell,
    Telling,
    Withhold,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from monitor.core.alerting.model import AlertPolicy, Intent, Member


@dataclass(frozen=True, slots=True)
class PastHits:
    """An article that hit watchlists: when it became news, its story, and whether each hit is weak."""

    story_id: int
    at: datetime
    weak: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that a channel gets: a digest, what was held in quiet hours or in a flood."""

    reason: Reason
    channel: str
    about: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Alerts by watchlist and day, as days are in `zone`, and lists."""

    zone: tzinfo
    alerts: Mapping[str, Mapping[date, int]]
    lists: frozenset[Listed]

    def by_day(self) -> dict[date, int]:
        """Alerts and lists together."""
        days = Counter(one.due_at.astimezone(self.zone).date() for one in self.lists)
        for counts in self.alerts.values():
            days.update(counts)
        return dict(sorted(days.items()))

    def __add__(self, other: Told) -> Told:
        """Both together; what goes into the list of one time is one list."""
        names = self.alerts.keys() | other.alerts.keys()
        alerts = {name: Counter(self.alerts.get(name)) + Counter(other.alerts.get(name)) for name in names}
        return Told(self.zone, alerts, self.lists | other.lists)


def rehearse_both(
    before: Sequence[PastHits],
    after: Sequence[PastHits],
    members: Mapping[int, Sequence[Member]],
    policies: tuple[AlertPolicy, AlertPolicy],
) -> tuple[Told, Told]:
    """What is told on each side.

    Stories are told of one by one, so those that hit the same on both sides are rehearsed only once, unless a flood
    may hold some.
    """
    policy = policies[0]
    if policy != policies[1] or (policy.flood_guard and (_may_flood(before) or _may_flood(after))):
        return rehearse(before, members, policies[0]), rehearse(after, members, policies[1])
    one, other = _by_story(before), _by_story(after)
    same = {story_id for story_id, hits in one.items() if other.get(story_id) == hits}
    both, left, right = (
        rehearse(
            [hit for story_id, hits in side.items() if (story_id in same) == shared for hit in hits], members, policy
        )
        for side, shared in ((one, True), (one, False), (other, False))
    )
    return both + left, both + right


def _by_story(past: Sequence[PastHits]) -> dict[int, list[PastHits]]:
    stories: defaultdict[int, list[PastHits]] = defaultdict(list)
    for one in past:
        stories[one.story_id].append(one)
    return stories


def _may_flood(past: Sequence[PastHits]) -> bool:
    """Whether a watchlist has so many hits within an hour that their stories could be a flood."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for one in past:
        for name in one.weak:
            times[name].append(one.at)
    most = flood.NEVER_HELD
    return any(
        later - earlier <= flood.RECENT
        for moments in map(sorted, times.values())
        for earlier, later in zip(moments, moments[most:], strict=False)
    )


def rehearse(past: Iterable[PastHits], members: Mapping[int, Sequence[Member]], policy: AlertPolicy) -> Told:
    """Tell of hits as if each article had been polled when it became news, and no watchlist were silenced.

    `members` are the articles of each story, hits or not, in the order of their times. What a feed brings at once is
    not known any more, so only watchlists can be held for a flood.
    """
    ordered = sorted(past, key=lambda one: (one.at, one.story_id))
    rehearsal = _Rehearsal(policy, members, first_at=ordered[0].at if ordered else None)
    for one in ordered:
        rehearsal.tell(one)
    return rehearsal.told()


@dataclass(slots=True)
class _Alert:
    """An alert or a list as it would stand in the outbox. `due`: when each channel gets it, unless it is withheld."""

    reason: Reason
    teller: str
    due: dict[str, datetime]
    withheld: dict[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(slots=True)
class _Rehearsal:
    """The outbox of a rehearsal. Alerts and hits are numbered by their places in the lists."""

    policy: AlertPolicy
    members: Mapping[int, Sequence[Member]]
    first_at: datetime | None
    alerts: list[_Alert] = field(default_factory=list)
    hits: list[tuple[str, int]] = field(default_factory=list)
    knows: defaultdict[int, dict[tuple[str, int], None]] = field(default_factory=lambda: defaultdict(dict))
    numbers: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    firsts: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    holds: defaultdict[str, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))
    gathering: dict[tuple[Reason, str, str], int] = field(default_factory=dict)

    def tell(self, past: PastHits) -> None:
        """Decide about the hits of one article."""
        first = len(self.hits)
        hits = [
            NewHit(first + place, past.story_id, name, weak=weak)
            for place, (name, weak) in enumerate(past.weak.items())
        ]
        self.hits += [(hit.watchlist, past.story_id) for hit in hits]
        state = self._state(past.story_id, past.at)
        floods = self._floods(hits, state, past.at) if self.policy.flood_guard else {}
        stories = {past.story_id: state}
        for intent in decide(hits, self.policy, past.at, baseline=False, stories=stories, floods=floods):
            self._put(intent, past.at)

    def told(self) -> Told:
        """What came of it."""
        alerts: defaultdict[str, Counter[date]] = defaultdict(Counter)
        lists: set[Listed] = set()
        for alert in self.alerts:
            due = {channel: at for channel, at in alert.due.items() if channel not in alert.withheld}
            if alert.teller and due:
                alerts[alert.teller][min(due.values()).astimezone(self.policy.zone).date()] += 1
            elif due:
                lists.update(Listed(alert.reason, channel, alert.about, at) for channel, at in due.items())
        return Told(self.policy.zone, alerts, frozenset(lists))

    def _state(self, story_id: int, now: datetime) -> StoryState:
        members = self.members.get(story_id, ())
        known = bisect_right(members, now, key=lambda member: member.seen_at)
        tellings = tuple(
            Telling(
                watchlist=name,
                channel=channel,
                alert_id=alert_id,
                reason=alert.reason,
                teller=alert.teller,
                at=at,
                waiting=at > now and channel not in alert.withheld,
                withheld=alert.withheld.get(channel, ""),
                article_id=bisect_right(members, min(at, now), key=lambda member: member.seen_at),
            )
            for name, alert_id in self.knows[story_id]
            for alert in (self.alerts[alert_id],)
            for channel, at in alert.due.items()
        )
        numbered = tuple(replace(member, id=number) for number, member in enumerate(members[:known], start=1))
        return StoryState(numbered, tellings, self.numbers[story_id])

    def _floods(self, hits: Sequence[NewHit], state: StoryState, now: datetime) -> dict[str, Flood]:
        known = {telling.watchlist for telling in state.tellings}
        most, recently = flood.NEVER_HELD, now - flood.RECENT
        found = {}
        for name in dict.fromkeys(hit.watchlist for hit in hits if hit.watchlist not in known):
            if not self.policy.routes.get(name) or self.policy.watch(name).severity is Severity.LOW:
                continue
            about = f"watchlist {name}"
            firsts = self.firsts[name]
            if about not in self.holds and (len(firsts) < most or firsts[-most] <= recently):
                continue
            yielded = 1 + len(firsts) - bisect_right(firsts, recently)
            yielded += sum(at > recently for at in self.holds[about].values())
            if yielded > flood.NEVER_HELD:
                past = firsts[bisect_right(firsts, now - flood.HISTORY) :]
                limit = flood.limit(past, self.first_at, now)
                if yielded > limit:
                    found[name] = Flood(about, yielded, limit)
        return found

    def _put(self, intent: Intent, now: datetime) -> None:
        match intent:
            case Tell():
                due = {out.channel: out.due_at for out in intent.outgoing}
                withheld = {out.channel: out.withheld for out in intent.outgoing if out.withheld}
                self.alerts.append(_Alert(intent.reason, intent.watchlist, due, withheld))
                self.numbers[intent.story_id][intent.watchlist] += 1
                if intent.reason is Reason.FIRST_REPORT:
                    self.firsts[intent.watchlist].append(now)
                self._attach(len(self.alerts) - 1, intent.hit_ids)
                known = self.knows[intent.story_id]
                taken_over = [name for name, alert_id in known if alert_id in intent.absorbs]
                known.update(((name, len(self.alerts) - 1), None) for name in taken_over)
            case Join():
                self._attach(intent.alert_id, intent.hit_ids)
            case Withhold():
                self.alerts[intent.alert_id].withheld[intent.channel] = intent.why
            case Pass():
                pass
            case _:
                self._gather(intent, now)

    def _attach(self, alert_id: int, hit_ids: Iterable[int]) -> None:
        """Let an alert hold hits: whoever gets it knows their stories, unless it is a mere list."""
        if self.alerts[alert_id].reason not in TOLD:
            return
        for hit_id in hit_ids:
            name, story_id = self.hits[hit_id]
            self.knows[story_id][name, alert_id] = None

    def _gather(self, gather: Gather, now: datetime) -> None:
        """Put hits into the list that waits for its time, or open one."""
        key = (gather.reason, gather.channel, gather.about)
        alert_id = self.gathering.get(key)
        if alert_id is None or self.alerts[alert_id].due[gather.channel] <= now:
            due_at = gather.due_at
            if gather.reason is Reason.URGENT and alert_id is not None:
                due_at = max(due_at, self.alerts[alert_id].due[gather.channel] + self.policy.group_interval)
            alert_id = self.gathering[key] = len(self.alerts)
            due = {gather.channel: due_at}
            self.alerts.append(_Alert(gather.reason, "", due, about=gather.about))
        if gather.reason in FLOODED:
            for hit_id in gather.hit_ids:
                self.holds[gather.about].setdefault(self.hits[hit_id][1], now)
        self._attach(alert_id, gather.hit_ids)
