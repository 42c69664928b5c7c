"""What the channels are told of one story: its first report, an update, or nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from monitor.core.alerting.hours import awake
from monitor.core.alerting.model import (
    TELLING,
    Freshness,
    Gather,
    Join,
    Outgoing,
    Pass,
    Passed,
    Reason,
    Severity,
    Tell,
    Withheld,
    Withhold,
)
from monitor.core.alerting.updates import update_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.alerting.flood import Flood
    from monitor.core.alerting.model import AlertPolicy, Intent, NewHit, StoryState, Telling

NO_WAIT = timedelta(0)


@dataclass(frozen=True, slots=True)
class Round:
    """The new hits of one story, with all that decides what is told of them.

    `listed` are those that go into lists: here they only matter where a silence keeps them out.
    """

    story_id: int
    hits: tuple[NewHit, ...]
    state: StoryState
    policy: AlertPolicy
    floods: Mapping[str, Flood]
    now: datetime
    listed: tuple[NewHit, ...] = ()

    def hits_of(self, watchlist: str, channel: str) -> tuple[NewHit, ...]:
        """The watchlist's new hits that no silence hides from the channel."""
        return tuple(hit for hit in self.hits if hit.watchlist == watchlist and not _silence(hit, channel))

    def tellings(self, watchlist: str, channel: str) -> tuple[Telling, ...]:
        """When the channel was told for this watchlist; what was silenced, or found no channel, was not told."""
        return tuple(
            telling
            for telling in self.state.tellings
            if (telling.watchlist, telling.channel) == (watchlist, channel)
            and not telling.withheld.startswith((Withheld.SILENCED, Withheld.REMOVED))
        )

    def rings(self, channel: str, watchlist: str) -> bool:
        """Whether the channel is told of this watchlist's hits by alerts of their own."""
        if self.policy.watch(watchlist).severity is Severity.LOW:
            return False
        return not self.policy.channel(channel).digests and channel in self.policy.routes.get(watchlist, ())


@dataclass(frozen=True, slots=True)
class _Share:
    """What one channel is to get for one watchlist."""

    outgoing: Outgoing
    reason: Reason
    why: str = ""
    since: int | None = None


_Fate: TypeAlias = "_Share | Join | Gather | Pass | None"


@dataclass(slots=True)
class _Told:
    """What has been decided so far in a round."""

    tellers: dict[str, str] = field(default_factory=dict)
    shares: dict[tuple[str, Reason], list[_Share]] = field(default_factory=dict)
    absorbed: dict[tuple[str, Reason], list[int]] = field(default_factory=dict)
    others: list[Intent] = field(default_factory=list)


def tell_story(this: Round) -> list[Intent]:
    """The alerts of one story: at most one a watchlist and reason, in the order in which the watchlists hit."""
    told = _Told()
    for watchlist in dict.fromkeys(hit.watchlist for hit in (*this.hits, *this.listed)):
        for channel in this.policy.routes.get(watchlist, ()):
            fate = _fate(this, watchlist, channel)
            if isinstance(fate, _Share):
                share = fate if fate.outgoing.withheld else _settle(this, watchlist, fate, told)
                told.shares.setdefault((watchlist, share.reason), []).append(share)
            elif fate is not None and fate not in told.others:
                told.others.append(fate)
            if not isinstance(fate, _Share) and this.hits_of(watchlist, channel):
                told.others += _hidden(this, watchlist, channel)
    return [*_tells(this, told), *told.others]


def _fate(this: Round, watchlist: str, channel: str) -> _Fate:
    """What becomes of a watchlist's new hits on a channel, other watchlists apart."""
    hits = this.hits_of(watchlist, channel)
    tellings = this.tellings(watchlist, channel)
    if not hits:
        return _silenced(this, watchlist, channel, told=bool(tellings))
    if not this.rings(channel, watchlist):
        return None
    hit_ids = tuple(hit.hit_id for hit in hits)
    waiting = next((telling for telling in tellings if telling.waiting), None)
    if waiting is not None:
        # A list that waits has the story already: its further articles would only make it longer.
        listed = Pass(hit_ids, channel, Passed.LISTED.value, waiting.alert_id)
        return Join(waiting.alert_id, hit_ids) if waiting.reason in TELLING else listed
    share = _update(this, hits, channel, tellings) if tellings else _first(this, watchlist, channel, hits[0])
    if not isinstance(share, _Share):
        return share
    inhibitor = _inhibitor(this, watchlist, channel)
    if inhibitor:
        return _withheld(share, f"{Withheld.INHIBITED.value} {inhibitor}")
    return _held(this, watchlist, share, hit_ids, new=not tellings)


def _first(this: Round, watchlist: str, channel: str, hit: NewHit) -> _Share:
    reason = Reason.UPDATED if hit.freshness is Freshness.REVISED else Reason.FIRST_REPORT
    return _Share(Outgoing(channel, this.now + group_wait(this.policy, watchlist, channel)), reason)


def _update(this: Round, hits: tuple[NewHit, ...], channel: str, tellings: tuple[Telling, ...]) -> _Share | Pass:
    """What of hits of one watchlist is told to a channel that was told of the story."""
    watchlist = hits[0].watchlist
    last = max(tellings, key=lambda telling: (telling.article_id, telling.at))
    update = update_of(this.state.members, last, watchlist, this.policy, this.now)
    if update is None:
        hit_ids = tuple(hit.hit_id for hit in hits)
        return Pass(hit_ids, channel, Passed.TOLD.value, last.alert_id, joins=last.unsent)
    rung_at = [one.at for one in this.state.tellings if one.channel == channel and not one.withheld]
    soonest = max([last.at, *rung_at]) + this.policy.group_interval
    due_at = max(this.now + group_wait(this.policy, watchlist, channel), soonest)
    return _Share(Outgoing(channel, due_at), *update, last.hit_id)


def group_wait(policy: AlertPolicy, watchlist: str, channel: str) -> timedelta:
    """How long the first alert of a story waits: by its watchlist, else its channel, else for all alike."""
    watch = policy.watch(watchlist)
    if watch.group_wait is not None:
        return watch.group_wait
    if watch.severity is Severity.URGENT:
        return NO_WAIT
    own = policy.channel(channel).group_wait
    return policy.group_wait if own is None else own


def _hidden(this: Round, watchlist: str, channel: str) -> list[Pass]:
    """The hits that a silence keeps out of what becomes of the others; an alert tells of all of them."""
    silences = {hit.hit_id: _silence(hit, channel) for hit in this.hits if hit.watchlist == watchlist}
    return [
        Pass(tuple(hit_id for hit_id, by in silences.items() if by == number), channel, _by(number))
        for number in dict.fromkeys(filter(None, silences.values()))
    ]


def _by(number: int) -> str:
    return f"{Withheld.SILENCED.value} {number}"


def _silenced(this: Round, watchlist: str, channel: str, *, told: bool) -> _Fate:
    """Silenced hits are an alert that is stored and not sent; further ones of the story join it.

    Those of a story that the channel was told of have no alert of their own.
    """
    hits = [hit for hit in (*this.hits, *this.listed) if hit.watchlist == watchlist and _silence(hit, channel)]
    if not hits:
        return None
    why = _by(_silence(hits[0], channel))
    if told:
        return Pass(tuple(hit.hit_id for hit in hits), channel, why)
    for telling in this.state.tellings:
        if (telling.watchlist, telling.channel, telling.withheld) == (watchlist, channel, why):
            return Join(telling.alert_id, tuple(hit.hit_id for hit in hits))
    return _Share(Outgoing(channel, this.now, why), Reason.FIRST_REPORT)


def _silence(hit: NewHit, channel: str) -> int:
    """The number of a silence that hides a hit from a channel; 0 if none does."""
    return next((number for name, number in hit.silenced if name in {"", channel}), 0)


def _inhibitor(this: Round, watchlist: str, channel: str) -> str:
    """A more specific watchlist that tells, or told, this channel of the story; "" if there is none."""
    own = this.policy.watch(watchlist).inhibits
    for name in dict.fromkeys(hit.watchlist for hit in this.hits):
        if _inhibits(this, name, watchlist, own) and this.rings(channel, name) and this.hits_of(name, channel):
            return name
    for telling in this.state.tellings:
        told = telling.channel == channel and not telling.withheld
        if told and _inhibits(this, telling.watchlist, watchlist, own):
            return telling.watchlist
    return ""


def _inhibits(this: Round, name: str, watchlist: str, own: frozenset[str]) -> bool:
    return watchlist in this.policy.watch(name).inhibits and name not in own


def _held(this: Round, watchlist: str, share: _Share, hit_ids: tuple[int, ...], *, new: bool) -> _Share | Gather:
    """A share as it is, or what holds it: a flood of new stories, or the hours of the channel."""
    policy, channel, due_at = this.policy, share.outgoing.channel, share.outgoing.due_at
    flood = this.floods.get(watchlist)
    if flood is not None and new:
        why = f"{flood.yielded} an hour, the limit is {flood.limit}"
        urgent = policy.watch(watchlist).severity is Severity.URGENT
        return Gather(Reason.URGENT if urgent else Reason.FLOOD, channel, hit_ids, due_at, flood.about, why)
    rules = policy.channel(channel)
    if rules.urgent_passes and policy.watch(watchlist).severity is Severity.URGENT:
        return share
    wake_at = awake(due_at, rules.hours, policy.zone, policy.is_holiday)
    return share if wake_at == due_at else Gather(Reason.QUIET, channel, hit_ids, wake_at)


def _settle(this: Round, watchlist: str, share: _Share, told: _Told) -> _Share:
    """Tell a channel of the story once, whichever watchlists it hits, and take over what this one inhibits."""
    channel = share.outgoing.channel
    teller = told.tellers.get(channel)
    if teller is not None:
        return _withheld(share, f"{Withheld.TOLD_WITH.value} {teller}")
    inhibits = this.policy.watch(watchlist).inhibits
    for telling in this.state.tellings:
        if telling.channel != channel or not telling.waiting or telling.reason not in TELLING:
            continue
        if telling.teller not in inhibits:
            hit_ids = tuple(hit.hit_id for hit in this.hits_of(watchlist, channel))
            told.others.append(Join(telling.alert_id, hit_ids))
            return _withheld(share, f"{Withheld.TOLD_WITH.value} {telling.teller}")
        told.others.append(Withhold(telling.alert_id, channel, f"{Withheld.INHIBITED.value} {watchlist}"))
        told.absorbed.setdefault((watchlist, share.reason), []).append(telling.alert_id)
    told.tellers[channel] = watchlist
    return share


def _withheld(share: _Share, why: str) -> _Share:
    return _Share(Outgoing(share.outgoing.channel, share.outgoing.due_at, why), share.reason, share.why, share.since)


def _tells(this: Round, told: _Told) -> list[Tell]:
    tells = []
    numbers = dict(this.state.alerts)
    for (watchlist, reason), shares in told.shares.items():
        numbers[watchlist] = numbers.get(watchlist, 0) + 1
        tells.append(
            Tell(
                reason=reason,
                watchlist=watchlist,
                story_id=this.story_id,
                hit_ids=_shared(this, watchlist, shares),
                outgoing=tuple(share.outgoing for share in shares),
                number=numbers[watchlist],
                why=shares[0].why,
                since=min((share.since for share in shares if share.since is not None), default=None),
                absorbs=tuple(dict.fromkeys(told.absorbed.get((watchlist, reason), ()))),
            )
        )
    return tells


def _shared(this: Round, watchlist: str, shares: list[_Share]) -> tuple[int, ...]:
    """The watchlist's hits, and those of others that the channels it is sent to may see.

    One that goes into lists is there if a silence keeps it out of them, and the alert is only to say so.
    """
    sent = [share.outgoing.channel for share in shares if not share.outgoing.withheld]
    silenced = [hit for hit in this.listed if all(_silence(hit, share.outgoing.channel) for share in shares)]
    return tuple(
        hit.hit_id
        for hit in (this.hits if sent else (*this.hits, *silenced))
        if hit.watchlist == watchlist
        or any(this.rings(channel, hit.watchlist) and not _silence(hit, channel) for channel in sent)
    )
