"""Poll feeds side by side: those that are due, or all of them once."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from monitor.core.alerting import Reason
from monitor.core.alerting.retry import LONGEST_WAIT
from monitor.core.errors import MonitorError
from monitor.pipeline.poll import poll_feed
from monitor.pipeline.records import PollSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import FeedClaim

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
"""A claim on a feed outlives the reader's deadlines (30 s of network, 10 s of parsing) by far."""

SIDE_BY_SIDE: Final = 16


GATHERED: Final = (Reason.BASELINE, Reason.NOTICE, Reason.FIRST_REPORT)
"""What waits for more of its kind, and need not if every feed has just been polled."""

MOST_DUE: Final = 2_000
"""Due feeds that are looked at in one beat to find one a host."""


def host_of(poller: Poller, name: str) -> str:
    """The host that a feed is asked on."""
    return urlsplit(poller.specs[name].url).hostname or name


def first_by_host(poller: Poller, names: Sequence[str], busy: Collection[str]) -> dict[str, str]:
    """Of each host that is not `busy` the first of these feeds that the configuration names."""
    first: dict[str, str] = {}
    for name in names:
        if name in poller.specs and host_of(poller, name) not in busy:
            first.setdefault(host_of(poller, name), name)
    return first


async def claim_due(poller: Poller, limit: int, busy: Collection[str] = ()) -> tuple[FeedClaim, ...]:
    """Claim up to `limit` feeds that are due, one a host and none on a `busy` one; writes nothing if none is.

    A host is asked one question at a time anyway: feeds that waited for their turn under a claim would let it run
    out, and hold the places of feeds on other hosts.
    """
    poller.tally.beat_s = poller.clock.monotonic_s()
    now = poller.clock.now()
    due = await poller.storage.read(lambda work: work.feeds.due(now, MOST_DUE))
    names = tuple(first_by_host(poller, due, busy).values())[:limit]
    if not names:
        return ()
    return await poller.storage.write(lambda work: work.feeds.claim_due(now, LEASE, limit, names))


async def poll_claimed(poller: Poller, claim: FeedClaim) -> PollSummary:
    """Poll a claimed feed; a storage that cannot write is a failure of this poll, never of the caller."""
    started_s = poller.clock.monotonic_s()
    try:
        summary = await poll_feed(poller, claim)
    except MonitorError as error:
        log.error("feed %s: nothing was kept: %s", claim.name, error)  # noqa: TRY400 - the text says all
        summary = PollSummary(feeds=1, failed=1, failures=((claim.name, str(error)),))
        poller.tally.polled(summary, poller.clock.monotonic_s() - started_s)
        return summary
    poller.tally.polled(summary, poller.clock.monotonic_s() - started_s)
    for name, why in summary.failures:
        log.warning("feed %s: %s", name, why)
    return summary


async def poll_all(
    poller: Poller, names: Sequence[str], progress: Callable[[PollSummary], None] = lambda _: None
) -> PollSummary:
    """Poll these feeds now, whether due or not; `progress` is told of each poll as it ends.

    Each is claimed when its turn comes, so that a run which is killed leaves few claims behind. A feed that another
    process is polling at this moment is named in the log and left to it.
    """
    places = asyncio.Semaphore(SIDE_BY_SIDE)
    hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def poll(name: str) -> PollSummary:
        async with hosts[host_of(poller, name)], places:
            summary = await _poll_named(poller, name)
        progress(summary)
        return summary

    polls = await asyncio.gather(*(poll(name) for name in names))
    return sum(polls, PollSummary())


async def _poll_named(poller: Poller, name: str) -> PollSummary:
    now = poller.clock.now()
    claiming = asyncio.ensure_future(poller.storage.write(lambda work: work.feeds.claim_named((name,), now, LEASE)))
    try:
        claims = await asyncio.shield(claiming)
        if not claims:
            log.warning("feed %s: another process is polling it, or one was killed in the last two minutes", name)
            return PollSummary()
        return await poll_claimed(poller, claims[0])
    except asyncio.CancelledError:
        # The claim may be under way in the writer's thread: it has to be had before it can be given back.
        for claim in await claiming:
            await poller.storage.write(partial(_release, claim=claim))
        raise


def _release(work: Work, claim: FeedClaim) -> None:
    work.feeds.release(claim)


def heal(work: Work, now: datetime) -> None:
    """Mend due times and leases that a wrong clock wrote; harmless where nothing is wrong."""
    work.feeds.heal(now, LEASE)
    work.outbox.heal(now, LEASE, LONGEST_WAIT)


def release_summaries(poller: Poller, work: Work) -> int:
    """Let summaries, notices and first reports go out now instead of waiting for more of their kind."""
    now = poller.clock.now()
    return sum(work.outbox.release(reason, now) for reason in GATHERED)
