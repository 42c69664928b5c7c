"""Polls that are claimed in one place and done in another."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from monitor.pipeline.sweep import LEASE, MOST_DUE, first_by_host, host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import FeedClaim

HOST_PAUSE: Final = timedelta(seconds=0.5)
"""Between two polls of one host, whoever does them."""


async def claim_apart(poller: Poller, most: int) -> tuple[FeedClaim, ...]:
    """Claim feeds that are due so that at most `most` polls are under way and no host is asked by two of them.

    Each host is taken with the token of its claim, in the same transaction.
    """
    now = poller.clock.now()
    due = await poller.storage.read(lambda work: work.feeds.due(now, MOST_DUE))
    if not any(name in poller.specs for name in due):
        return ()
    return await poller.storage.write(partial(_claim, poller=poller, due=due, most=most))


def _claim(work: Work, poller: Poller, due: tuple[str, ...], most: int) -> tuple[FeedClaim, ...]:
    now = poller.clock.now()
    busy = work.cluster.busy_hosts(now)
    free = most - sum(busy.values())
    names = tuple(first_by_host(poller, due, busy).values())[: max(free, 0)]
    if not names:
        return ()
    claims = work.feeds.claim_due(now, LEASE, len(names), names)
    work.cluster.take_hosts({host_of(poller, one.name): one.token for one in claims}, now, now + LEASE)
    return claims


async def take_up(poller: Poller, feed_id: int, name: str, token: str) -> FeedClaim | None:
    """Begin a poll that was claimed elsewhere, its lease counted from now; None if it is not to be done any more."""
    if name not in poller.specs:
        await poller.storage.write(lambda work: work.feeds.release_token(feed_id, token))
        return None
    now, host = poller.clock.now(), host_of(poller, name)

    def renew(work: Work) -> FeedClaim | None:
        claim = work.feeds.take_up(feed_id, token, now + LEASE)
        if claim is not None:
            work.cluster.take_hosts({host: token}, now, now + LEASE)
        return claim

    return await poller.storage.write(renew)


async def put_down(poller: Poller, name: str, token: str) -> None:
    """A poll has ended: its host may be asked again after a pause."""
    if name in poller.specs:
        now, host = poller.clock.now(), host_of(poller, name)
        await poller.storage.write(lambda work: work.cluster.free_host(host, token, now, now + HOST_PAUSE))


async def give_back(poller: Poller, lost: Mapping[int, tuple[str, str]]) -> None:
    """Polls whose worker has vanished: feed number to its name and token. They are due at once."""
    now = poller.clock.now()

    def free(work: Work) -> None:
        for feed_id, (name, token) in lost.items():
            work.feeds.release_token(feed_id, token)
            if name in poller.specs:
                work.cluster.free_host(host_of(poller, name), token, now, now)

    await poller.storage.write(free)
