"""Watch how often watchlists hit: tell a spike once, and the operator of one that has fallen quiet."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.decide import digest_after
from monitor.core.alerting.hours import awake
from monitor.core.alerting.model import Reason, Severity
from monitor.core.schedule import Health
from monitor.core.spikes import decide
from monitor.core.spikes.habit import learn
from monitor.core.spikes.model import DAY, HISTORY, HOUR, Almanac, Judgement, Past, Turn, TurnKind
from monitor.core.spikes.wording import duration, spike_sentence
from monitor.pipeline import notices, tell
from monitor.pipeline.began import Began
from monitor.pipeline.records import AlertDraft, DeliveryDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.core.matching.version import Definition
    from monitor.pipeline.ports import Clock, Storage, Work
    from monitor.pipeline.records import HitStory
    from monitor.pipeline.tell import Audience

log = logging.getLogger(__name__)

EVERY_S: Final = 600.0
"""How often it is looked."""

BRIDGE: Final = timedelta(hours=6)
"""Where polls are started from outside, hours between two that are no further apart are watched: feeds hold what came
meanwhile, with the times at which it was published."""

ANSWERED_WITHIN: Final = timedelta(hours=1)
"""An hour counts as watched if some feed answered so recently; longer than any usual wait between two polls."""

TOP_STORIES: Final = 5
"""Stories that the alert of a spike lists."""

_REACH: Final = 2 * HISTORY
"""A lull can begin long ago, and its habit is that of the time before."""

_WELL: Final = frozenset({Health.NEW, Health.OK})


@dataclass(frozen=True, slots=True)
class Watcher:
    """What watching needs. `definitions`: of the watchlists in force; `spikes`: those that tell theirs.

    `began` remembers from look to look when stories began.
    """

    storage: Storage
    clock: Clock
    audience: Audience
    almanac: Almanac
    definitions: Mapping[str, Definition]
    spikes: frozenset[str]
    began: Began = field(default_factory=Began)


@dataclass(frozen=True, slots=True)
class _View:
    """What one look sees; `lately` is when all stories of the last day began."""

    hours: tuple[datetime, ...]
    lately: list[datetime]
    every_by_hour: Mapping[datetime, int]
    own: Mapping[str, list[HitStory]]
    since: Mapping[str, datetime]
    now: datetime

    def past(self, watchlist: str) -> Past:
        """The whole watched past of a watchlist."""
        return Past(self.hours, Counter(_hour(story.began_at) for story in self.own[watchlist]), self.every_by_hour)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one look found out about a watchlist. `quiet` is a lull; `last_hit_at` when it last hit."""

    spike: Judgement | None = None
    is_over: bool = True
    quiet: Judgement | None = None
    last_hit_at: datetime | None = None


async def watch(watcher: Watcher, bridge: timedelta = timedelta(0)) -> int:
    """Look at every watchlist once; how many alerts are new. Looking again changes nothing.

    Hours since the last watched one were watched too if that is no longer ago than `bridge`.

    The looking is done beside the writer; what is told is written in one transaction that looks at the open turns
    again, so two engines on one database tell it once.

    Raises:
        StorageError: the database cannot be used.
    """
    now = watcher.clock.now()
    await watcher.storage.write(lambda work: _remember(work, watcher, now, bridge))
    found = await watcher.storage.read(lambda work: look(work, watcher, now))
    return await watcher.storage.write(lambda work: _tell(work, watcher, found, now))


def _remember(work: Work, watcher: Watcher, now: datetime, bridge: timedelta) -> None:
    """Remember the definitions in force, and that this hour was watched if any feed answered lately."""
    work.versions.sync(watcher.definitions, now)
    answered = [
        datetime.fromisoformat(str(feed["last_ok_at"])) for feed in work.listings.feeds() if feed["last_ok_at"]
    ]
    if any(timedelta(0) <= now - moment <= ANSWERED_WITHIN for moment in answered):
        hour = _hour(now)
        for bridged in work.rates.watched(hour - bridge)[-1:]:
            while bridge and (bridged := bridged + HOUR) < hour:
                work.rates.beat(bridged, now - _REACH - DAY)
        work.rates.beat(hour, now - _REACH - DAY)


def look(work: Work, watcher: Watcher, now: datetime) -> dict[str, _Found]:
    """What is unusual, by watchlist."""
    view = _view(work, watcher.began, now)
    return {name: _look_at(name, watcher, view) for name in watcher.definitions}


def rates_of(work: Work, watchlist: str, almanac: Almanac, now: datetime) -> tuple[Judgement, ...] | None:
    """How many stories of a watchlist there are, and how many are usual; None as long as no habit is known."""
    return _judgements(watchlist, almanac, _view(work, Began(), now))


def _view(work: Work, began: Began, now: datetime) -> _View:
    since = now - _REACH
    own: defaultdict[str, list[HitStory]] = defaultdict(list)
    for story in work.rates.hit_stories(since):
        if story.began_at <= now:
            own[story.watchlist].append(story)
    began.catch_up(work, since)
    hours = tuple(hour for hour in work.rates.watched(since) if hour < _hour(now))
    versions = {name: at for name, (_, at) in work.versions.in_force().items()}
    return _View(hours, began.between(now - DAY, now), began.by_hour(now), own, versions, now)


def _look_at(name: str, watcher: Watcher, view: _View) -> _Found:
    last_hit_at = max((story.last_hit_at for story in view.own[name]), default=None)
    quiet = decide.lull(view.past(name), last_hit_at, watcher.almanac) if last_hit_at is not None else None
    judgements = _judgements(name, watcher.almanac, view) if name in watcher.spikes else None
    if judgements is None:
        return _Found(quiet=quiet, last_hit_at=last_hit_at)
    return _Found(decide.spike(judgements), decide.is_over(judgements), quiet, last_hit_at)


def _judgements(name: str, almanac: Almanac, view: _View) -> tuple[Judgement, ...] | None:
    now = view.now
    # What is judged, the last day at the longest, is no part of what it is judged by.
    recent = view.past(name).between(max(now - HISTORY - DAY, view.since.get(name, now)), now - DAY)
    if not recent.is_enough(now):
        return None
    habit = learn(recent, almanac)
    mine = [story.began_at for story in view.own[name]]
    return tuple(decide.judge(habit, counted, now) for counted in decide.count(mine, view.lately, now))


def _tell(work: Work, watcher: Watcher, found: Mapping[str, _Found], now: datetime) -> int:
    """Store turns that begin or end, with their alerts."""
    alerts = 0
    for turn in work.rates.open_turns():
        over = _ends(turn, found.get(turn.watchlist), now) and work.rates.end(turn.id, now)
        if over and turn.kind is TurnKind.LULL and turn.watchlist in found:
            alerts += _notice(work, watcher, _hits_again(turn, now, watcher), now)
    for name, seen in found.items():
        if seen.spike:
            alerts += _tell_spike(work, watcher, Turn(TurnKind.SPIKE, name, now, seen.spike))
        if seen.quiet:
            alerts += _tell_lull(work, watcher, Turn(TurnKind.LULL, name, now, seen.quiet), seen)
    return alerts


def _ends(turn: Turn, seen: _Found | None, now: datetime) -> bool:
    """Whether a turn is over; one of a watchlist that is gone is, and one of a clock that was ahead."""
    if seen is None or turn.began_at > now:
        return True
    if turn.kind is TurnKind.SPIKE:
        return seen.is_over
    return seen.last_hit_at is not None and seen.last_hit_at > turn.began_at


def _tell_spike(work: Work, watcher: Watcher, turn: Turn) -> int:
    now, name, audience = turn.began_at, turn.watchlist, watcher.audience
    if not decide.may_begin(work.rates.last_spike_at(name), now):
        return 0
    turn_id = work.rates.begin(turn)
    if turn_id is None:
        return 0
    began = now - turn.judgement.window
    stories = [
        one for one in work.rates.hit_stories(began - DAY) if one.watchlist == name and began < one.began_at <= now
    ]
    stories.sort(key=lambda one: (one.hits, one.began_at), reverse=True)
    note = spike_sentence(name, turn.judgement, audience.policy.language)
    hit_ids = tuple(story.hit_id for story in stories[:TOP_STORIES])
    draft = AlertDraft(
        key=f"{Reason.SPIKE.value}\n{name}\n{turn_id}",
        reason=Reason.SPIKE,
        watchlist=name,
        hit_ids=hit_ids,
        notes=(note,),
        why=note,
        deliveries=tuple(_deliveries(audience, name, now)),
    )
    log.info("%s", note)
    return int(work.outbox.add_alert(draft, now) is not None)


def _deliveries(audience: Audience, watchlist: str, now: datetime) -> Iterator[DeliveryDraft]:
    """One for each recipient of the watchlist's channels: at the time of the digest, or when the channel is awake.

    Silences are looked at when it is sent.
    """
    policy = audience.policy
    for channel in policy.routes.get(watchlist, ()):
        wants = policy.channel(channel)
        passes = wants.urgent_passes and policy.watch(watchlist).severity is Severity.URGENT
        due_at = now if passes else awake(now, wants.hours, policy.zone, policy.is_holiday)
        if wants.digests or policy.watch(watchlist).severity is Severity.LOW:
            due_at = digest_after(channel, policy, now)
        for recipient in audience.recipients.get(channel, ()):
            yield DeliveryDraft(channel, recipient, due_at)


def _tell_lull(work: Work, watcher: Watcher, turn: Turn, seen: _Found) -> int:
    if work.rates.begin(turn) is None:
        return 0
    since = turn.began_at - _REACH
    sick = {
        str(feed["name"]): Health(str(feed["health"]))
        for feed in work.listings.feeds()
        if Health(str(feed["health"])) not in _WELL
    }
    carriers = [name for name in work.rates.carriers(turn.watchlist, since) if name in sick]
    _, in_force_at = work.versions.in_force()[turn.watchlist]
    changed_at = in_force_at if seen.last_hit_at is not None and in_force_at > seen.last_hit_at else None
    day = "" if changed_at is None else f"{changed_at.astimezone(watcher.audience.policy.zone):%m-%d %H:%M}"
    language = watcher.audience.policy.language
    note = notices.fell_quiet(turn.watchlist, turn.judgement, {name: sick[name] for name in carriers}, day, language)
    return _notice(work, watcher, note, turn.began_at)


def _hits_again(turn: Turn, now: datetime, watcher: Watcher) -> str:
    language = watcher.audience.policy.language
    length = duration(turn.judgement.window + (now - turn.began_at), language)
    return notices.hits_again(turn.watchlist, length, language)


def _notice(work: Work, watcher: Watcher, note: str, now: datetime) -> int:
    log.info("%s", note)
    if not watcher.audience.operator:
        return 0
    return tell.put_notice(work.outbox, watcher.audience.operator, (note,), watcher.audience, now)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
