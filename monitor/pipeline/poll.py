"""The main use case: fetch a feed, decide what is new, match it, and commit all of it at once."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from monitor.core import schedule
from monitor.core.errors import FORBIDDEN, FetchError, FetchFailure, LeaseLostError, StorageError
from monitor.core.schedule import Brought, Served
from monitor.pipeline import notices, tell
from monitor.pipeline.alert import tell_hits
from monitor.pipeline.keep import Keeping
from monitor.pipeline.records import Fresh, Gap, PollRequest, PollSummary
from monitor.pipeline.seen import Seen
from monitor.pipeline.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from monitor.core.schedule import FeedState, PollPolicy
    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.ports import Clock, FeedReader, Storage, Work
    from monitor.pipeline.records import FeedClaim, FeedSpec, Reading
    from monitor.pipeline.stories import StoryKeeper
    from monitor.pipeline.tell import Audience


log = logging.getLogger(__name__)


OLDER_PAGES: Final = 3
"""Older pages (RFC 5005) that are read to fill a gap."""


@dataclass(frozen=True, slots=True)
class Poller:
    """What polling needs. `random` gives numbers in [0, 1); `versions`: of the watchlists' definitions.

    `tally` counts what was done.
    """

    storage: Storage
    reader: FeedReader
    matcher: Matcher
    clock: Clock
    specs: Mapping[str, FeedSpec]
    policy: PollPolicy
    audience: Audience
    random: Callable[[], float]
    stories: StoryKeeper
    seen: Seen = field(default_factory=Seen)
    versions: Mapping[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def keeping(self, work: Work, now: datetime) -> Keeping:
        """The keeping of one transaction."""
        return Keeping(work, self.matcher, self.stories, now, self.versions)


async def poll_feed(poller: Poller, claim: FeedClaim) -> PollSummary:
    """Run one poll, from fetch to commit.

    A failure is committed like a success: as the feed's state, with its notice. If the claim was lost meanwhile,
    nothing is written, since another is polling this feed.

    Raises:
        StorageError: nothing could be committed; the claim runs out and the feed is polled again.
    """
    state = claim.state
    spec = poller.specs[claim.name]
    if state.address:
        spec = at_address(spec, state.address)
    forbidden = state.last_error.endswith(f": {FORBIDDEN}")
    request = PollRequest(spec, state.etag, state.last_modified, state.body_hash, forbidden)
    try:
        reading = await _read(poller, claim, request)
    except FetchError as error:
        return await _commit(poller, claim, partial(_commit_failure, poller=poller, claim=claim, error=error))
    except Exception as fault:  # noqa: BLE001 - logged with its traceback
        return await _own_fault(poller, claim, fault, "reading")
    try:
        summary = await _commit(poller, claim, partial(_commit_reading, poller=poller, claim=claim, reading=reading))
    except StorageError:
        raise
    except Exception as fault:  # noqa: BLE001 - logged with its traceback
        return await _own_fault(poller, claim, fault, "keeping what came from")
    if isinstance(reading, Fresh) and summary.fetched:
        poller.seen.keep(claim.feed_id, reading.entries)
    return summary


def at_address(spec: FeedSpec, address: str) -> FeedSpec:
    """The feed at the address that permanent redirects led to; its headers, which can hold secrets, stay at home."""
    old, new = urlsplit(spec.url), urlsplit(address)
    at_home = old.hostname == new.hostname and old.port == new.port and new.scheme in {old.scheme, "https"}
    return replace(spec, url=address) if at_home else replace(spec, url=address, headers=())


async def _own_fault(poller: Poller, claim: FeedClaim, fault: Exception, doing: str) -> PollSummary:
    """A fault of ours backs off like any other failure, so that it is seen and stops nothing else."""
    log.error("a fault of ours while %s feed %s", doing, claim.name, exc_info=fault)
    internal = FetchError(FetchFailure.INTERNAL, type(fault).__name__)
    return await _commit(poller, claim, partial(_commit_failure, poller=poller, claim=claim, error=internal))


async def _read(poller: Poller, claim: FeedClaim, request: PollRequest) -> Reading:
    """Read the feed; where entries were missed, its older pages too, if it has any."""
    reading = await poller.reader.read(request)
    if isinstance(reading, Fresh) and _misses(claim.state, reading):
        older = await poller.reader.read_older(request, OLDER_PAGES)
        known = {entry.key for entry in reading.entries}
        reading = replace(reading, entries=(*reading.entries, *(entry for entry in older if entry.key not in known)))
    return reading


def _misses(state: FeedState, reading: Fresh) -> bool:
    """Whether a body shares no entry with the last one, so that something in between may have been missed.

    A partial body (RFC 3229) holds new entries only and says nothing of the kind. Of a shortened one each end has to
    share an entry: what came in may fill more than the end where the new ones stand, and an end that never changes
    would hide it.
    """
    if reading.partial or not state.last_ok_at or not state.last_keys:
        return False
    keys = [entry.key for entry in reading.entries]
    middle = len(keys) // 2 if reading.shortened else 0
    return any(end and set(end).isdisjoint(state.last_keys) for end in (keys[:middle], keys[middle:]))


async def _commit(poller: Poller, claim: FeedClaim, commit: Callable[[Work], PollSummary]) -> PollSummary:
    try:
        return await poller.storage.write(commit)
    except LeaseLostError:
        poller.stories.forget()
        return PollSummary(feeds=1, failed=1, failures=((claim.name, "another poll of this feed took over"),))
    except BaseException:
        poller.stories.forget()
        raise


def _commit_failure(work: Work, poller: Poller, claim: FeedClaim, error: FetchError) -> PollSummary:
    now = poller.clock.now()
    state = schedule.after_failure(claim.state, error, _policy(poller, claim.name), now, poller.random())
    work.feeds.save(claim, state)
    alerts = _tell_change(work, poller, claim, state, error)
    return PollSummary(feeds=1, failed=1, alerts=alerts, failures=((claim.name, str(error)),))


def _commit_reading(work: Work, poller: Poller, claim: FeedClaim, reading: Reading) -> PollSummary:
    now = poller.clock.now()
    if not isinstance(reading, Fresh):
        state = _after(poller, claim, reading, None, now)
        etag, last_modified = reading.etag or state.etag, reading.last_modified or state.last_modified
        state = replace(state, etag=etag, last_modified=last_modified)
        work.feeds.save(claim, state)
        return PollSummary(feeds=1, not_modified=1, alerts=_tell_change(work, poller, claim, state))
    kept = poller.keeping(work, now).keep(
        claim.feed_id, poller.specs[claim.name], poller.seen.changed(claim.feed_id, reading.entries)
    )
    brought = _brought(work, claim, reading, kept.new_entries)
    state = replace(
        _after(poller, claim, reading, brought, now),
        etag=reading.etag,
        last_modified=reading.last_modified,
        body_hash=reading.body_hash if reading.complete else "",
    )
    gap = _gap(claim.state, state, brought, now) if brought.gap else None
    work.feeds.save(claim, state, gap)
    baseline = claim.state.first_ok_at is None
    alerts = tell_hits(work, kept.hits, poller.audience, now, feed=claim, baseline=baseline)
    alerts += _tell_change(work, poller, claim, state)
    return PollSummary(
        feeds=1,
        fetched=1,
        articles_new=kept.articles_new,
        hits_new=len(kept.hits),
        alerts=alerts,
        gaps=int(gap is not None),
    )


def _policy(poller: Poller, name: str) -> PollPolicy:
    """A feed with an interval of its own is asked at that interval, whatever its rate."""
    every = poller.specs[name].every
    return poller.policy if every is None else replace(poller.policy, every=every, adaptive=False)


def _after(poller: Poller, claim: FeedClaim, reading: Reading, brought: Brought | None, now: datetime) -> FeedState:
    stated = isinstance(reading, Fresh) or reading.stated
    served = Served(
        reading.max_age_s, reading.ttl_s, reading.skip_hours, reading.skip_days, reading.moved_to, stated=stated
    )
    policy = _policy(poller, claim.name)
    return schedule.after_success(claim.state, served, brought, policy=policy, now=now, unit=poller.random())


def _brought(work: Work, claim: FeedClaim, reading: Fresh, new_entries: int) -> Brought:
    keys = tuple(entry.key for entry in reading.entries)
    if reading.partial:
        keys = tuple(dict.fromkeys((*keys, *claim.state.last_keys)))
    dates = [entry.article.published_at for entry in reading.entries if entry.article.published_at]
    return Brought(
        keys=keys,
        new=new_entries,
        oldest_at=min(dates, default=None),
        newest_at=max(dates, default=None),
        gap=_misses(claim.state, reading),
        complete=reading.complete,
        fingerprint=reading.feed_id,
        twin=work.feeds.twin(claim.feed_id, reading.feed_id, keys),
    )


def _gap(old: FeedState, new: FeedState, brought: Brought, now: datetime) -> Gap:
    """What may be missing since the last poll: as many entries as the rate brings until the oldest one seen."""
    after = old.last_ok_at or now
    before = min(max(brought.oldest_at or now, after), now)
    at_most = math.ceil(max(old.per_hour, new.per_hour) * ((before - after) / timedelta(hours=1)))
    return Gap(after, before, max(at_most, 1))


def _tell_change(
    work: Work, poller: Poller, claim: FeedClaim, state: FeedState, error: FetchError | None = None
) -> int:
    """Tell the operator of a turn in the feed's health; how many alerts are new."""
    language, channel = poller.audience.policy.language, poller.audience.operator
    change = schedule.change(claim.state, state)
    if change is schedule.Change.NONE or not channel:
        return 0
    if error is not None:
        note = notices.feed_broken(claim.name, state.failures, error, language)
    elif change is schedule.Change.MOVED:
        note = notices.feed_moved(claim.name, state.address, language)
    else:
        note = notices.feed_recovered(claim.name, language)
    return tell.put_notice(work.outbox, channel, (note,), poller.audience, poller.clock.now())
