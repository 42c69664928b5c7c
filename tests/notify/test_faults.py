"""Services that fail, as real servers on loopback, under the outbox and a clock that the test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.pipeline.deliver import Courier, DeliveryPolicy
from tests.fakes.reader import entry, fresh
from tests.fakes.smtp import SmtpServer
from tests.fakes.webhook import Answer, WebhookServer
from tests.fakes.world import World, build_world

if TYPE_CHECKING:
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
async def world(storage: SqlStorage, clock: FakeClock) -> World:
    return await build_world(storage, clock)


async def tell(world: World, channel: str, *titles: str) -> None:
    """Have one alert a title stored for a channel, the first title first."""
    policy = replace(world.poller.audience.policy, routes={"수출통제": (channel,)})
    audience = replace(world.poller.audience, policy=policy, recipients=world.notifier.channels)
    world.poller = replace(world.poller, audience=audience)
    entries = [entry(len(titles) - n, title) for n, title in enumerate(titles)]
    world.reader.will_answer("전자신문", fresh(*reversed(entries)))
    await world.poll("전자신문")


def with_real_ends(world: World, channels: dict[str, str], slack_base: str = "", deadline_s: float = 5.0) -> None:
    """Let the courier send by the real notifier."""
    notifier = AppriseNotifier(channels, NotifierSettings(deadline_s=deadline_s), slack_base=slack_base)
    world.notifier.channels = {name: notifier.recipients(name) for name in channels}
    quick = DeliveryPolicy(burst=1000, spacing=timedelta(0))
    audience = replace(world.courier.audience, recipients=world.notifier.channels, operator="")
    world.courier = Courier(world.storage, notifier, world.clock, audience, lambda: 0.0, quick)


async def test_fault_02_slack_that_is_down_for_an_hour_gets_everything_after_it_in_order(world: World) -> None:
    titles = [f"수출통제 {n}" for n in range(6)]
    with WebhookServer(Answer(503)) as slack:
        with_real_ends(world, {"desk": SLACK}, slack.base)
        await tell(world, "desk", *titles)
        await world.deliver_for(timedelta(hours=1))
        refused = len(slack.requests)
        slack.default = Answer()
        await world.deliver_for(timedelta(hours=1))
        told = [request.json()["text"] for request in slack.requests[refused:]]
    assert refused < 20
    assert told == [f"[수출통제] {title}" for title in titles]


async def test_fault_03_no_request_comes_sooner_than_was_asked_for(world: World) -> None:
    with WebhookServer() as slack:
        slack.script(Answer(429, headers={"Retry-After": "30"}))
        with_real_ends(world, {"desk": SLACK}, slack.base)
        await tell(world, "desk", "수출통제 하나", "수출통제 둘")
        await world.deliver()
        world.clock.advance(29)
        await world.deliver()
        assert len(slack.requests) == 1
        world.clock.advance(1)
        await world.deliver()
        assert len(slack.requests) == 3


async def test_fault_04_a_webhook_that_takes_an_alert_and_hangs_gets_it_twice_at_most(world: World) -> None:
    with WebhookServer() as hook:
        hook.script(Answer(hang=True))
        with_real_ends(world, {"desk": hook.channel()}, deadline_s=0.5)
        await tell(world, "desk", "수출통제 하나")
        await world.deliver_for(timedelta(hours=3))
        assert len(hook.requests) == 2
    (row,) = await world.look(lambda work: work.listings.deliveries())
    assert (row["state"], row["attempts"]) == ("sent", 2)


async def test_fault_04_a_webhook_that_always_hangs_gets_each_alert_twice_and_holds_none_up_for_hours(
    world: World,
) -> None:
    with WebhookServer() as hook:
        hook.default = Answer(hang=True)
        with_real_ends(world, {"desk": hook.channel()}, deadline_s=0.2)
        await tell(world, "desk", "수출통제 하나", "수출통제 둘")
        began_at = world.clock.now()
        await world.deliver_for(timedelta(minutes=3))
        assert len(hook.requests) == 2
        assert world.clock.now() - began_at <= timedelta(minutes=2)
        await world.deliver_for(timedelta(hours=3))
        assert len(hook.requests) == 4
    rows = await world.look(lambda work: work.listings.deliveries(channel="desk"))
    assert [(row["state"], row["attempts"]) for row in rows] == [("dead", 2)] * 2


async def test_fault_07_one_recipient_of_three_that_is_refused_costs_the_others_nothing(world: World) -> None:
    with SmtpServer(refusals={"b@x.kr": "451 4.3.0 try later"}) as mail:
        with_real_ends(world, {"mail": mail.channel("a@x.kr", "b@x.kr", "c@x.kr")})
        await tell(world, "mail", "수출통제 하나")
        await world.deliver_for(timedelta(minutes=10))
        assert sorted(taken.recipients for taken in mail.mails) == [("a@x.kr",), ("c@x.kr",)]
        mail.refusals.clear()
        await world.deliver_for(timedelta(minutes=10))
        assert sorted(taken.recipients for taken in mail.mails) == [("a@x.kr",), ("b@x.kr",), ("c@x.kr",)]
