from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import DeliveryError, FetchError, FetchFailure, StorageError
from monitor.pipeline import sweep
from monitor.pipeline.records import FeedSpec
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
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


async def test_what_a_service_asked_to_wait_is_not_let_go(world: World) -> None:
    world.notifier.will_fail("desk", DeliveryError("429", permanent=False, retry_after_s=1800))
    world.reader.will_answer("보안", fresh(entry(1, "딥시크 새 모델", feed="보안")))
    await world.poll("보안")
    await world.storage.write(lambda work: sweep.release_summaries(world.poller, work))
    await world.deliver()
    world.reader.will_answer("보안", fresh(entry(2, "국내 은행, 사내에서 딥시크 차단", feed="보안")))
    await world.poll("보안")

    assert await world.storage.write(lambda work: sweep.release_summaries(world.poller, work)) == 0
    await world.deliver()
    assert [lane.channel for lane in world.notifier.tries].count("desk") == 1

    world.clock.advance(timedelta(seconds=1800))
    await world.deliver()
    assert set(world.notifier.titles("desk")) == {"딥시크 새 모델", "국내 은행, 사내에서 딥시크 차단"}


async def test_feeds_of_one_host_are_claimed_one_after_another_and_hold_up_no_other_host(world: World) -> None:
    names = [f"느림{number}" for number in range(30)]
    slow = {name: FeedSpec(name, f"https://slow.example/{name}") for name in names}
    world.poller = replace(world.poller, specs={**slow, **world.poller.specs})
    specs = tuple(world.poller.specs.values())
    await world.storage.write(lambda work: work.feeds.sync(specs, world.clock.now()))
    claims = await sweep.claim_due(world.poller, 16)
    assert sorted(claim.name for claim in claims) == ["느림0", "보안", "전자신문"]
    assert await sweep.claim_due(world.poller, 16, busy={"slow.example"}) == ()
    await sweep.poll_claimed(world.poller, next(claim for claim in claims if claim.name == "느림0"))
    assert [claim.name for claim in await sweep.claim_due(world.poller, 16)] == ["느림1"]


async def test_a_run_that_is_broken_off_gives_its_claims_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()

    async def never(_: object) -> None:
        started.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(world.reader, "read", never)
        run = asyncio.create_task(world.poll())
        await started.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        await asyncio.sleep(0.2)
    assert (await world.poll()).feeds == 2


async def test_a_feed_that_is_left_to_another_process_is_named(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await sweep.claim_due(world.poller, 10)
    await world.poll("보안")
    assert "feed 보안: another process is polling it" in caplog.text


async def test_due_times_from_a_wrong_clock_are_mended_once(world: World) -> None:
    world.clock.step(timedelta(days=3650))
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크")))
    await world.poll()
    world.clock.step(timedelta(days=-3650))
    for _ in range(2):
        await world.storage.write(lambda work: sweep.heal(work, world.clock.now()))
    assert await sweep.claim_due(world.poller, 10) == ()
    world.clock.advance(timedelta(minutes=11))
    assert len(await sweep.claim_due(world.poller, 10)) == 2
    await world.deliver()
    assert world.notifier.titles("desk") == ["딥시크"]
