from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.errors import FetchError, FetchFailure, StorageError
from monitor.pipeline import sweep
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    import pytest

    from monitor.pipeline.records import PollSummary
    from tests.fakes.world import World


async def test_due_feeds_are_claimed_once_until_they_are_due_again(world: World) -> None:
    claims = await sweep.claim_due(world.poller, 10)
    assert {claim.name for claim in claims} == {"전자신문", "보안"}
    assert await sweep.claim_due(world.poller, 10) == ()
    for claim in claims:
        await sweep.poll_claimed(world.poller, claim)
    assert await sweep.claim_due(world.poller, 10) == ()
    world.clock.advance(timedelta(minutes=10))
    assert len(await sweep.claim_due(world.poller, 1)) == 1


async def test_all_feeds_are_polled_whether_due_or_not_and_each_poll_is_told(world: World) -> None:
    seen: list[PollSummary] = []
    await sweep.poll_all(world.poller, ("전자신문", "보안"), seen.append)
    summary = await sweep.poll_all(world.poller, ("전자신문", "보안"), seen.append)
    assert (len(seen), summary.feeds, summary.not_modified) == (4, 2, 2)


async def test_a_feed_that_another_process_polls_is_left_to_it(world: World) -> None:
    await sweep.claim_due(world.poller, 10)
    assert (await world.poll()).feeds == 0


async def test_failures_are_logged_with_the_feed_s_name(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.reader.will_answer("보안", FetchError(FetchFailure.DNS, "x.example"))
    summary = await world.poll()
    assert summary.failures == (("보안", "name not found: x.example"),)
    assert "feed 보안: name not found: x.example" in caplog.text


async def test_a_storage_that_cannot_write_is_a_failure_of_the_poll_only(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("the disk is full", "free some space")

    monkeypatch.setattr("monitor.pipeline.tell.put", full)
    world.reader.will_answer("보안", fresh(entry(1, "딥시크", feed="보안")))
    summary = await world.poll()
    assert (summary.feeds, summary.failed, summary.not_modified) == (2, 1, 1)
    assert "feed 보안: nothing was kept: the disk is full, free some space" in caplog.text


async def test_waiting_summaries_can_be_let_go_at_once(world: World) -> None:
    world.reader.will_answer("보안", *(FetchError(FetchFailure.DNS) for _ in range(5)))
    for _ in range(5):
        await world.poll("보안")
    await world.deliver()
    assert world.notifier.sent == []
    assert await world.storage.write(lambda work: sweep.release_summaries(world.poller, work)) == 1
    await world.deliver()
    assert len(world.notifier.sent) == 1
