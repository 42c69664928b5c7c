"""What a process did is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.errors import FetchError, FetchFailure, StorageError
from monitor.pipeline import sweep
from monitor.pipeline.records import PollSummary
from monitor.pipeline.tally import BOUNDS_S, Durations, Tally
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    import pytest

    from tests.fakes.world import World


def test_durations_fall_into_classes() -> None:
    durations = Durations()
    for seconds in (0.0, BOUNDS_S[0], 0.02, 1e9):
        durations.add(seconds)
    assert durations.counts == [2, 1, *[0] * (len(BOUNDS_S) - 2), 1]
    assert durations.sum_s == 1e9 + 0.02 + BOUNDS_S[0]


def test_polls_are_counted_by_outcome() -> None:
    tally = Tally()
    tally.polled(PollSummary(feeds=1, failed=1), 0.5)
    tally.polled(PollSummary(feeds=1, not_modified=1), 0.5)
    assert dict(tally.polls) == {"fetched": 0, "not_modified": 1, "failed": 1}
    assert tally.polling.sum_s == 1.0


async def test_each_poll_and_each_look_is_counted(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크")), FetchError(FetchFailure.TIMEOUT))
    tally = world.poller.tally
    assert tally.beat_s is None
    for _ in range(2):
        (claim,) = await world.storage.write(
            lambda work: work.feeds.claim_named(["전자신문"], world.clock.now(), sweep.LEASE)
        )
        await sweep.poll_claimed(world.poller, claim)
    world.clock.advance(9)
    await sweep.claim_due(world.poller, 1)
    assert (tally.polls["fetched"], tally.polls["failed"], sum(tally.polling.counts)) == (1, 1, 2)
    assert tally.beat_s == world.clock.monotonic_s()


async def test_a_poll_of_which_nothing_was_kept_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise StorageError("the disk is full", "free some space")

    (claim,) = await world.storage.write(
        lambda work: work.feeds.claim_named(["전자신문"], world.clock.now(), sweep.LEASE)
    )
    monkeypatch.setattr(sweep, "poll_feed", broken)
    await sweep.poll_claimed(world.poller, claim)
    assert world.poller.tally.polls["failed"] == 1
