"""The outbox against its slow, obvious twin: no delivery is ever lost, and none is leased twice at once."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from monitor.core.alerting import Reason, State
from monitor.core.errors import LeaseLostError
from monitor.pipeline.records import AlertDraft, Attempt, DeliveryDraft, Lane, LeasedDelivery
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlWork
from tests.fakes.clock import FakeClock
from tests.storage.samples import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

LANES = (Lane("desk", ""), Lane("mail", "a"), Lane("mail", "b"))
LEASE = 3 * MINUTE
PATIENCE = 2
OVER = (State.SENT, State.DEAD, State.SUPPRESSED)


@dataclass(slots=True)
class Twin:
    """What one delivery ought to be."""

    lane: Lane
    created_at: datetime
    due_at: datetime
    state: State = State.PENDING
    attempts: int = 0
    token: str = ""
    leased_until: datetime | None = None
    tried_at: datetime | None = None
    lane_until: datetime | None = None

    def note_try(self, now: datetime) -> None:
        self.tried_at = max(self.tried_at or now, now)

    def is_live(self, now: datetime) -> bool:
        return self.leased_until is not None and self.leased_until > now

    def can_be_tried(self, now: datetime) -> bool:
        return self.state not in OVER and self.due_at <= now and not self.is_live(now)


class OutboxLaw(RuleBasedStateMachine):
    migrated_file: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.migrated_file, Path(self.folder.name) / "monitor.db")
        self.engine = open_engine("sqlite:///monitor.db", Path(self.folder.name))
        self.clock = FakeClock()
        self.twins: dict[int, Twin] = {}
        self.leases: list[LeasedDelivery] = []

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    def work(self, do: Callable[[SqlWork], T]) -> T:
        with writing(self.engine).begin() as connection:
            return do(SqlWork.on(connection))

    @rule(lanes=st.sets(st.sampled_from(LANES), min_size=1), wait_min=st.sampled_from([0, 0, 2]))
    def tell(self, lanes: set[Lane], wait_min: int) -> None:
        now, due_at = self.clock.now(), self.clock.now() + wait_min * MINUTE
        ordered = sorted(lanes, key=lambda lane: (lane.channel, lane.recipient))
        deliveries = tuple(DeliveryDraft(lane.channel, lane.recipient, due_at) for lane in ordered)
        alert = AlertDraft(str(len(self.twins)), Reason.FIRST_REPORT, deliveries=deliveries)
        assert self.work(lambda work: work.outbox.add_alert(alert, now)) is not None
        assert self.work(lambda work: work.outbox.add_alert(alert, now)) is None
        first = len(self.twins) + 1
        twins = {
            first + place: Twin(lane, now, max([due_at, *self.held(lane)])) for place, lane in enumerate(ordered)
        }
        self.twins |= twins

    @rule(minutes=st.integers(1, 5))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes * MINUTE)

    @rule(lane=st.sampled_from(LANES))
    def lease(self, lane: Lane) -> None:
        now = self.clock.now()
        leased = self.work(lambda work: work.outbox.lease_next(lane, now, LEASE, PATIENCE))

        in_lane = {number: twin for number, twin in self.twins.items() if twin.lane == lane}
        candidates = [number for number, twin in in_lane.items() if twin.can_be_tried(now)]
        if any(twin.is_live(now) for twin in in_lane.values()) or not candidates:
            assert leased is None
            return
        number = min(candidates, key=lambda number: (self.twins[number].attempts >= PATIENCE, number))
        twin = self.twins[number]
        if twin.state is State.LEASED:
            twin.attempts += 1
            twin.note_try(now)
        assert leased is not None
        assert (leased.id, leased.attempts, leased.created_at) == (number, twin.attempts, twin.created_at)
        twin.state, twin.token, twin.leased_until = State.LEASED, leased.token, now + LEASE
        self.leases.append(leased)

    @rule(lane=st.sampled_from(LANES))
    def lose_and_lease(self, lane: Lane) -> None:
        self.clock.advance(LEASE)
        self.lease(lane)

    @precondition(lambda self: self.leases)
    @rule(
        data=st.data(),
        state=st.sampled_from([State.PENDING, State.PENDING, *OVER]),
        tried=st.booleans(),
        wait_min=st.integers(0, 3),
    )
    def finish(self, data: st.DataObject, state: State, *, tried: bool, wait_min: int) -> None:
        held = self.leases.pop(data.draw(st.integers(0, len(self.leases) - 1)))
        now, due_at = self.clock.now(), self.clock.now() + wait_min * MINUTE
        attempt = Attempt(now, 1.0, "tried") if tried else None
        twin = self.twins[held.id]
        if twin.token != held.token:
            with pytest.raises(LeaseLostError):
                self.work(lambda work: work.outbox.finish(held, attempt, state, "", due_at))
            return
        self.work(lambda work: work.outbox.finish(held, attempt, state, "", due_at))
        twin.state, twin.due_at, twin.token, twin.leased_until = state, due_at, "", None
        if tried:
            twin.lane_until = due_at
            twin.attempts += 1
            twin.note_try(now)

    @rule(lane=st.sampled_from(LANES), minutes=st.integers(0, 6))
    def postpone(self, lane: Lane, minutes: int) -> None:
        due_at = self.clock.now() + minutes * MINUTE
        self.work(lambda work: work.outbox.postpone(lane, due_at))
        for twin in self.twins.values():
            if twin.lane == lane:
                twin.due_at = max(twin.due_at, due_at)

    @precondition(lambda self: self.twins)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.twins)))
        now, twin = self.clock.now(), self.twins[number]
        changed = self.work(lambda work: work.outbox.retry([number], now))
        if twin.state in {State.DEAD, State.SUPPRESSED}:
            assert changed == (number,)
            twin.state, twin.due_at, twin.attempts, twin.lane_until = State.PENDING, now, 0, None
        else:
            assert changed == ()

    def held(self, lane: Lane) -> list[datetime]:
        """Until when deliveries of a lane wait that were tried."""
        return [
            twin.lane_until
            for twin in self.twins.values()
            if twin.lane == lane and twin.lane_until is not None and twin.state not in OVER
        ]

    @rule(minutes=st.integers(-30, 30))
    def step(self, minutes: int) -> None:
        self.clock.step(minutes * MINUTE)
        now = self.clock.now()
        self.work(lambda work: work.outbox.heal(now, MINUTE, 10 * MINUTE))
        waiting = [twin for twin in self.twins.values() if twin.state not in OVER]
        for twin in waiting:
            ahead = max(twin.created_at - now, timedelta(0))
            twin.due_at, twin.created_at = twin.due_at - ahead, twin.created_at - ahead
            if twin.leased_until is not None:
                twin.leased_until = min(twin.leased_until, now + MINUTE)
        latest = now + 10 * MINUTE
        ahead_of = [
            twin
            for twin in waiting
            if twin.attempts and twin.due_at > latest and twin.tried_at is not None and twin.tried_at > now
        ]
        paused = {(twin.lane, until) for twin in ahead_of for until in (twin.due_at, twin.lane_until or latest)}
        for twin in waiting:
            if (twin.lane, twin.due_at) in paused and twin.due_at > latest:
                twin.due_at = latest
        for twin in ahead_of:
            twin.lane_until = None

    @invariant()
    def nothing_is_lost(self) -> None:
        rows = self.work(lambda work: work.listings.deliveries(limit=len(self.twins) + 1))
        assert {row["id"]: (row["state"], row["attempts"]) for row in rows} == {
            number: (twin.state.value, twin.attempts) for number, twin in self.twins.items()
        }

    @invariant()
    def what_can_be_tried_is_offered(self) -> None:
        now = self.clock.now()
        due = {twin.lane for twin in self.twins.values() if twin.can_be_tried(now)}
        busy = {twin.lane for twin in self.twins.values() if twin.is_live(now)}
        waiting = [twin for twin in self.twins.values() if twin.state not in OVER]
        lanes, soonest = self.work(lambda work: (work.outbox.due_lanes(now), work.outbox.next_due_at()))
        assert set(lanes) == due - busy
        assert soonest == min((max(twin.due_at, twin.leased_until or twin.due_at) for twin in waiting), default=None)


def test_no_delivery_is_lost_or_leased_twice_at_once(migrated_file: Path) -> None:
    law = type("Law", (OutboxLaw,), {"migrated_file": migrated_file})

    run_state_machine_as_test(
        law,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=timedelta(seconds=10),
            suppress_health_check=list(HealthCheck),
            # Every step commits: looking for the shortest failure would outlast the time a test has.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
