"""Poll feeds side by side: those that are due, or all of them once."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason
from monitor.core.errors import MonitorError
from monitor.pipeline.poll import poll_feed
from monitor.pipeline.records import PollSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import FeedClaim

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
"""A claim on a feed outlives the reader's deadlines (30 s of network, 10 s of parsing) by far."""

SIDE_BY_SIDE: Final = 16


async def claim_due(poller: Poller, limit: int) -> tuple[FeedClaim, ...]:
    """Claim up to `limit` feeds that are due; writes nothing if none is."""
    now = poller.clock.now()
    due_at = await poller.storage.read(lambda work: work.feeds.next_due_at())
    if due_at is None or due_at > now:
        return ()
    return await poller.storage.write(lambda work: work.feeds.claim_due(now, LEASE, limit))


async def poll_claimed(poller: Poller, claim: FeedClaim) -> PollSummary:
    """Poll a claimed feed; a storage that cannot write is a failure of this poll, never of the caller."""
    try:
        summary = await poll_feed(poller, claim)
    except MonitorError as error:
        log.error("feed %s: nothing was kept: %s", claim.name, error)  # noqa: TRY400 - the text says all
        return PollSummary(feeds=1, failed=1, failures=((claim.name, str(error)),))
    for name, why in summary.failures:
        log.warning("feed %s: %s", name, why)
    return summary


async def poll_all(
    poller: Poller, names: Sequence[str], progress: Callable[[PollSummary], None] = lambda _: None
) -> PollSummary:
    """Poll these feeds now, whether due or not; `progress` is told of each poll as it ends.

    A feed that another process is polling at this moment is left to it.
    """
    now = poller.clock.now()
    lease_for = LEASE * max(1, -(-len(names) // SIDE_BY_SIDE))
    claims = await poller.storage.write(lambda work: work.feeds.claim_named(names, now, lease_for))
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def poll(claim: FeedClaim) -> PollSummary:
        async with places:
            summary = await poll_claimed(poller, claim)
        progress(summary)
        return summary

    polls = await asyncio.gather(*(poll(claim) for claim in claims))
    return sum(polls, PollSummary())


def release_summaries(poller: Poller, work: Work) -> int:
    """Let first-poll summaries and notices go out now instead of waiting for more of their kind."""
    now = poller.clock.now()
    return sum(work.outbox.release(reason, now) for reason in (Reason.BASELINE, Reason.NOTICE))
