"""Polls claimed in one place and done in another: one a host, never two at once, and none lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.pipeline import share, sweep
from monitor.pipeline.records import FeedSpec
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    from tests.fakes.world import World


async def three_feeds_on_two_hosts(world: World) -> None:
    specs = {
        name: FeedSpec(name, f"https://{host}.example/{name}")
        for name, host in {"가": "one", "나": "one", "다": "two"}.items()
    }
    world.poller = replace(world.poller, specs=specs)
    await world.storage.write(lambda work: work.feeds.sync(tuple(specs.values()), world.clock.now()))


async def claimed(world: World, most: int = 16) -> list[str]:
    return [claim.name for claim in await share.claim_apart(world.poller, most)]


async def test_of_each_host_one_feed_is_claimed_and_the_next_after_a_pause(world: World) -> None:
    await three_feeds_on_two_hosts(world)
    claims = await share.claim_apart(world.poller, 16)
    assert [claim.name for claim in claims] == ["가", "다"]
    assert await claimed(world) == []

    await share.put_down(world.poller, "가", claims[0].token)
    await world.storage.write(lambda work: work.feeds.save(claims[0], replace(claims[0].state, next_poll_at=None)))
    assert await claimed(world) == []
    world.clock.advance(share.HOST_PAUSE)
    assert await claimed(world) == ["나"]


async def test_no_more_is_claimed_than_the_workers_can_do(world: World) -> None:
    await three_feeds_on_two_hosts(world)

    assert await claimed(world, 1) == ["가"]
    assert await claimed(world, 1) == []
    assert await claimed(world, 0) == []
    assert await claimed(world, 2) == ["다"]


async def test_where_nothing_is_due_nothing_is_written(world: World) -> None:
    world.poller = replace(world.poller, specs={})

    assert await claimed(world) == []


async def test_a_poll_that_is_taken_up_has_its_whole_lease_from_then(world: World) -> None:
    (claim, _) = await share.claim_apart(world.poller, 16)
    world.clock.advance(sweep.LEASE - timedelta(seconds=1))

    taken = await share.take_up(world.poller, claim.feed_id, claim.name, claim.token)

    assert taken == claim
    world.clock.advance(timedelta(seconds=2))
    assert claim.name not in await claimed(world)
    world.reader.will_answer(claim.name, fresh(entry(1, "딥시크 공개")))
    assert (await sweep.poll_claimed(world.poller, taken)).articles_new == 1


async def test_a_poll_that_was_given_to_another_is_not_taken_up(world: World) -> None:
    (claim, *_) = await share.claim_apart(world.poller, 16)
    world.clock.advance(sweep.LEASE + timedelta(seconds=1))
    (other, *_) = await share.claim_apart(world.poller, 16)

    assert other.feed_id == claim.feed_id
    assert await share.take_up(world.poller, claim.feed_id, claim.name, claim.token) is None
    assert await share.take_up(world.poller, other.feed_id, other.name, other.token) == other


async def test_a_feed_that_is_no_longer_named_is_given_back(world: World) -> None:
    (claim, *_) = await share.claim_apart(world.poller, 16)
    others = {name: spec for name, spec in world.poller.specs.items() if name != claim.name}
    poller = replace(world.poller, specs=others)

    assert await share.take_up(poller, claim.feed_id, claim.name, claim.token) is None
    await share.put_down(poller, claim.name, claim.token)
    await share.give_back(poller, {claim.feed_id: (claim.name, claim.token)})

    due = await world.look(lambda work: work.feeds.due(world.clock.now(), 10))
    assert claim.name in due


async def test_what_a_vanished_worker_had_is_due_at_once(world: World) -> None:
    claims = await share.claim_apart(world.poller, 16)

    await share.give_back(world.poller, {one.feed_id: (one.name, one.token) for one in claims})

    assert sorted(await claimed(world)) == sorted(one.name for one in claims)
