from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest

from monitor.core.alerting import Reason
from monitor.core.errors import DeliveryError, StorageError
from monitor.pipeline.deliver import Courier, DeliveryPolicy, announcer
from monitor.pipeline.records import Lane
from tests.fakes.reader import entry, fresh
from tests.fakes.world import World, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.pipeline.ports import Work

T = TypeVar("T")

E1 = "전자신문"


async def hit(world: World, *titles: str) -> None:
    first = sum(ord(letter) for letter in titles[0])
    world.reader.will_answer(E1, fresh(*(entry(first + n, title) for n, title in enumerate(titles))))
    await world.poll(E1)


async def states(world: World, channel: str) -> list[str]:
    rows = await world.look(lambda work: work.listings.deliveries(channel=channel))
    return [str(row["state"]) for row in reversed(rows)]


async def test_each_recipient_gets_each_alert_exactly_once(world: World) -> None:
    await hit(world, "딥시크 하나", "딥시크 둘")
    await world.deliver()
    await world.deliver()
    lanes = [(lane.channel, lane.recipient) for lane, _ in world.notifier.sent]
    assert sorted(lanes) == sorted([("desk", ""), ("mail", "a@x.kr"), ("mail", "b@x.kr")] * 2)
    (row, *_) = await world.look(lambda work: work.listings.deliveries(channel="desk"))
    assert (row["state"], row["attempts"]) == ("sent", 1)
    assert row["sent_at"] is not None


async def test_an_article_of_two_watchlists_is_told_once_and_the_rest_says_why_not(world: World) -> None:
    await hit(world, "딥시크 수출통제")
    await world.deliver()
    (told,) = [content for lane, content in world.notifier.sent if lane.channel == "desk"]
    assert [view.watchlist for view in told.hits] == ["딥시크", "수출통제"]
    rows = await world.look(lambda work: work.listings.deliveries(channel="desk"))
    assert sorted((row["state"], row["reason"]) for row in rows) == [("sent", ""), ("suppressed", "told with 딥시크")]


async def test_one_lane_is_delivered_alone_when_that_is_asked_for(world: World) -> None:
    await hit(world, "딥시크 하나", "딥시크 둘")
    desk = Lane("desk", "")

    await asyncio.gather(world.courier.deliver(desk), world.courier.deliver(desk))

    assert [lane for lane, _ in world.notifier.sent] == [desk, desk]
    assert await states(world, "desk") == ["sent", "sent"]


async def test_an_outage_delays_and_keeps_the_order(world: World) -> None:
    world.notifier.will_fail("desk", *(DeliveryError("503", permanent=False) for _ in range(12)))
    await hit(world, *(f"수출통제 {n}" for n in range(8)))
    await world.deliver_for(timedelta(hours=2))
    assert world.notifier.titles("desk") == [f"수출통제 {n}" for n in reversed(range(8))]
    assert len(world.notifier.tries) == 20
    assert set(await states(world, "desk")) == {"sent"}


async def test_retry_after_is_kept_for_the_whole_lane(world: World) -> None:
    world.notifier.will_fail("desk", DeliveryError("429", permanent=False, retry_after_s=30))
    await hit(world, "수출통제 1", "수출통제 2")
    await world.deliver()
    world.clock.advance(29)
    await world.deliver()
    assert len(world.notifier.tries) == 1
    world.clock.advance(1)
    await world.deliver()
    assert len(world.notifier.sent) == 2


async def test_a_poisonous_alert_blocks_its_lane_for_hours_but_not_for_ever(world: World) -> None:
    await hit(world, "수출통제 나", "수출통제 가")
    world.notifier.poison = "수출통제 가"
    await world.deliver_for(timedelta(hours=6))
    assert world.notifier.titles("desk") == ["수출통제 나"]


async def test_a_permanent_error_is_dead_at_once_announced_elsewhere_and_stops_nothing(world: World) -> None:
    world.notifier.will_fail("desk", DeliveryError("404 Not Found", permanent=True))
    await hit(world, "수출통제 2", "수출통제 1")
    await world.deliver()
    assert await states(world, "desk") == ["dead", "sent"]
    world.clock.advance(61)
    await world.deliver()
    ((lane, notice),) = [pair for pair in world.notifier.sent if pair[0].channel == "ops"]
    assert lane == Lane("ops", "")
    assert notice.notes == (
        "desk 채널로 알림을 보내지 못함: 404 Not Found (다시 보내기: monitor deliveries retry 1)",
    )


async def test_a_dead_delivery_can_be_sent_again(world: World) -> None:
    world.notifier.will_fail("desk", DeliveryError("404", permanent=True))
    await hit(world, "수출통제 1")
    await world.deliver()
    assert await world.storage.write(lambda work: work.outbox.retry([1, 99], world.clock.now())) == (1,)
    await world.deliver()
    assert world.notifier.titles("desk") == ["수출통제 1"]


async def test_after_three_days_of_tries_it_is_dead(world: World) -> None:
    world.notifier.will_fail("desk", *(DeliveryError("503", permanent=False) for _ in range(2000)))
    await hit(world, "수출통제 1")
    await world.deliver_for(timedelta(days=4))
    (row,) = await world.look(lambda work: work.listings.deliveries(channel="desk"))
    assert (row["state"], row["reason"]) == ("dead", "gave up after 440 tries: 503")


HANG = DeliveryError("no answer within 20 s", permanent=False, ambiguous=True)


async def test_a_service_that_takes_alerts_and_never_answers_is_asked_twice_also_after_a_retry(world: World) -> None:
    world.notifier.will_fail("desk", *[HANG] * 9)
    await hit(world, "수출통제 1")
    for tries in (2, 4):
        await world.deliver_for(timedelta(days=1))
        (row,) = await world.look(lambda work: work.listings.deliveries(channel="desk"))
        assert (row["state"], row["attempts"]) == ("dead", 2)
        assert len([lane for lane in world.notifier.tries if lane.channel == "desk"]) == tries
        number, now = int(str(row["id"])), world.clock.now()
        assert await world.storage.write(lambda work: work.outbox.retry([number], now)) == (number,)  # noqa: B023
    await world.deliver_for(timedelta(hours=1))


async def test_what_may_have_arrived_does_not_hold_up_the_rest_of_its_lane(world: World) -> None:
    world.notifier.will_fail("desk", HANG)
    await hit(world, "수출통제 2", "수출통제 1")
    await world.deliver()
    world.clock.advance(30)
    await hit(world, "수출통제 새 소식")
    await world.deliver()
    assert world.notifier.titles("desk") == []
    world.clock.advance(30)
    await world.deliver()
    assert world.notifier.titles("desk") == ["수출통제 2", "수출통제 새 소식"]
    world.clock.advance(timedelta(minutes=4))
    await world.deliver()
    assert world.notifier.titles("desk")[2:] == ["수출통제 1"]


async def test_a_lane_that_does_not_answer_rests_ever_longer_so_that_an_outage_uses_up_few_tries(
    world: World,
) -> None:
    world.notifier.will_fail("desk", *[HANG] * 5)
    await hit(world, *(f"수출통제 {number}" for number in range(9)))
    await world.deliver_for(timedelta(minutes=24))
    assert len(world.notifier.tries) == 5
    await world.deliver_for(timedelta(minutes=10))
    assert sorted(world.notifier.titles("desk")) == [f"수출통제 {number}" for number in range(9)]


async def test_a_channel_is_sent_to_as_often_at_once_as_it_allows_and_holds_up_no_other(world: World) -> None:
    world.notifier.hanging["mail"] = asyncio.Event()
    many = tuple(f"{number}@x.kr" for number in range(9))
    world.notifier.channels["mail"] = many
    audience = replace(world.poller.audience, recipients=dict(world.notifier.channels))
    world.poller = replace(world.poller, audience=audience)
    world.courier.audience = audience
    await hit(world, "딥시크 하나")
    sending = asyncio.create_task(world.deliver())
    await until(lambda: bool(world.notifier.titles("desk")))
    await until(lambda: len([lane for lane in world.notifier.tries if lane.channel == "mail"]) == 4)
    assert (await states(world, "mail")).count("leased") == 4
    await world.courier.deliver(Lane("mail", many[-1]))
    world.notifier.hanging["mail"].set()
    await sending
    assert await states(world, "mail") == ["sent"] * 9


async def test_a_new_alert_waits_behind_those_of_its_lane_that_wait(world: World) -> None:
    world.notifier.will_fail("desk", DeliveryError("429", permanent=False, retry_after_s=90))
    await hit(world, "수출통제 1")
    await world.deliver()
    world.clock.advance(5)
    await hit(world, "수출통제 새 소식")
    await world.deliver()
    assert len(world.notifier.tries) == 1
    world.clock.advance(85)
    await world.deliver()
    assert world.notifier.titles("desk") == ["수출통제 1", "수출통제 새 소식"]


async def test_the_deaths_of_notices_are_not_announced_to_and_fro(world: World) -> None:
    for channel in ("desk", "ops", "mail"):
        world.notifier.will_fail(channel, *(DeliveryError("404", permanent=True) for _ in range(50)))
    await hit(world, "수출통제 1")
    await world.deliver_for(timedelta(hours=1))
    rows = await world.look(lambda work: work.listings.deliveries())
    assert [(row["channel"], row["state"]) for row in rows] == [("ops", "dead"), ("desk", "dead")]


async def test_an_outcome_that_cannot_be_written_is_written_later_and_not_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.pipeline.deliver.OUTCOME_AGAIN_S", 0.0)
    await hit(world, "수출통제 1")
    real = world.storage.write
    refusals = [3]

    async def write(do: Callable[[Work], T]) -> T:
        if world.notifier.sent and refusals[0]:
            refusals[0] -= 1
            raise StorageError("the disk is full", "free some space")
        return await real(do)

    monkeypatch.setattr(world.storage, "write", write)
    await world.deliver()
    world.clock.advance(timedelta(minutes=5))
    await world.deliver()
    assert world.notifier.titles("desk") == ["수출통제 1"]
    assert "the outcome of delivery 1 waits: the disk is full" in caplog.text
    assert await states(world, "desk") == ["sent"]


async def test_deliveries_of_a_removed_channel_end_as_suppressed(world: World) -> None:
    await hit(world, "수출통제 1")
    del world.notifier.channels["desk"]
    await world.deliver()
    (row,) = await world.look(lambda work: work.listings.deliveries(channel="desk"))
    assert (row["state"], row["reason"], row["attempts"]) == ("suppressed", "channel removed", 0)
    assert world.courier.dropped == [(world.clock.now(), row["id"])]


async def test_what_a_poll_put_under_the_old_name_of_a_channel_goes_out_under_the_new_one(world: World) -> None:
    await hit(world, "수출통제 1")
    world.notifier.channels["tisch"] = world.notifier.channels.pop("desk")
    world.courier.renamed = {"desk": "tisch"}
    await world.deliver()
    assert world.notifier.titles("tisch") == ["수출통제 1"]
    assert await states(world, "desk") == []
    assert await states(world, "tisch") == ["sent"]
    assert world.courier.dropped == []


async def test_a_hanging_channel_delays_no_other(world: World) -> None:
    world.notifier.hanging["desk"] = asyncio.Event()
    await hit(world, "딥시크 1")
    await world.courier.start_due()
    await until(lambda: len(world.notifier.sent) == 2)
    assert await world.courier.start_due() == 0
    world.notifier.hanging["desk"].set()
    await world.deliver()
    assert len(world.notifier.sent) == 3


async def test_a_fault_of_ours_while_sending_is_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.notifier.will_fail("desk", ZeroDivisionError())
    await hit(world, "수출통제 1")
    await world.deliver_for(timedelta(minutes=1))
    assert world.notifier.titles("desk") == ["수출통제 1"]
    assert "a fault of ours while sending to desk" in caplog.text


async def test_a_delivery_taken_over_by_another_process_is_left_to_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await hit(world, "수출통제 1")
    world.notifier.hanging["desk"] = asyncio.Event()
    await world.courier.start_due()
    await until(lambda: bool(world.notifier.tries))
    world.clock.advance(timedelta(minutes=2))
    lane = Lane("desk", "")
    await world.storage.write(lambda work: work.outbox.lease_next(lane, world.clock.now(), timedelta(minutes=1), 20))
    world.notifier.hanging["desk"].set()
    await world.deliver()
    assert "delivery 1 was taken over by another process" in caplog.text
    assert await states(world, "desk") == ["leased"]


async def test_a_storage_that_cannot_write_stops_the_lane_until_the_next_beat(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hit(world, "수출통제 1")

    async def full(*_: object) -> None:
        raise StorageError("the disk is full", "free some space")

    with monkeypatch.context() as patch:
        patch.setattr(world.storage, "write", full)
        assert await world.courier.start_due() == 1
        await until(lambda: "deliveries to desk stopped for now" in caplog.text)
    await world.deliver()
    assert world.notifier.titles("desk") == ["수출통제 1"]


async def test_stopping_lets_a_try_under_way_finish(world: World) -> None:
    await hit(world, "수출통제 2", "수출통제 1")
    world.notifier.hanging["desk"] = asyncio.Event()
    await world.courier.start_due()
    stopping = asyncio.create_task(world.courier.stop(timedelta(seconds=5)))
    await asyncio.sleep(0)
    world.notifier.hanging["desk"].set()
    await stopping
    assert await states(world, "desk") in (["sent", "pending"], ["pending", "pending"])


async def test_stopping_leaves_a_hanging_try_to_its_lease(world: World) -> None:
    await hit(world, "수출통제 1")
    world.notifier.hanging["desk"] = asyncio.Event()
    await world.courier.start_due()
    await until(lambda: bool(world.notifier.tries))
    await world.courier.stop(timedelta(0))
    assert await states(world, "desk") == ["leased"]
    del world.notifier.hanging["desk"]
    world.clock.advance(timedelta(minutes=2))
    await world.deliver()
    assert world.notifier.titles("desk") == ["수출통제 1"]


async def test_stopping_with_nothing_under_way_is_nothing(world: World) -> None:
    await world.courier.stop(timedelta(0))


async def test_a_lane_is_slowed_down_after_a_burst(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    real = asyncio.sleep

    async def nap(span_s: float) -> None:
        if span_s:
            naps.append(span_s)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", nap)
    policy = DeliveryPolicy(burst=3, spacing=timedelta(seconds=1))
    slow = Courier(world.storage, world.notifier, world.clock, world.courier.audience, lambda: 0.0, policy)
    await hit(world, *(f"수출통제 {n}" for n in range(5)))
    await slow.drain()
    assert (len(world.notifier.sent), naps) == (5, [1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("operator", "dead", "expected"),
    [("ops", "desk", "ops"), ("ops", "ops", "desk"), ("", "desk", "mail"), ("", "only", "desk")],
)
def test_a_death_is_announced_by_the_operator_s_channel_or_another(
    world: World, operator: str, dead: str, expected: str
) -> None:
    assert announcer(dead, replace(world.courier.audience, operator=operator)) == expected


def test_with_a_single_channel_nobody_can_announce_its_death(world: World) -> None:
    assert announcer("desk", replace(world.courier.audience, operator="", recipients={"desk": ("",)})) == ""


async def test_the_death_of_the_only_channel_is_logged_and_listed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.courier.audience = replace(world.courier.audience, operator="", recipients={"desk": ("",)})
    world.notifier.will_fail("desk", DeliveryError("410", permanent=True))
    await hit(world, "수출통제 1")
    await world.deliver()
    assert await states(world, "desk") == ["dead"]
    assert "delivery 1 to desk is dead: 410" in caplog.text


async def test_a_template_that_fails_is_told_to_the_operator_and_the_alert_is_sent(world: World) -> None:
    await hit(world, "딥시크 하나")
    world.notifier.complaints = ["templates/slack.j2:3: 'x' is undefined"]
    await world.deliver()
    world.clock.advance(120)
    await world.deliver()
    assert await states(world, "desk")
    told = [content for _, content in world.notifier.sent if content.reason is Reason.NOTICE]
    assert [note for content in told for note in content.notes] == [
        "템플릿 오류로 기본 양식으로 보냄: templates/slack.j2:3: 'x' is undefined"
    ]


async def test_without_an_operator_a_template_that_fails_is_only_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.courier.audience = replace(world.courier.audience, operator="")
    await hit(world, "딥시크 하나")
    world.notifier.complaints = ["templates/slack.j2:3: 'x' is undefined"]
    await world.deliver()
    assert "templates/slack.j2:3" in caplog.text
    assert all(content.reason is not Reason.NOTICE for _, content in world.notifier.sent)
