from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerting import State
from monitor.core.alerting.retry import (
    LATE,
    MOST_TRIES,
    PATIENCE,
    SOON,
    Verdict,
    after_failure,
    once_answered,
    rest,
)
from monitor.core.errors import DeliveryError

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)


def after(error: DeliveryError, attempts: int = 0, unanswered: int = 0, unit: float = 0.0) -> Verdict:
    return after_failure(error, NOW, unit, attempts=attempts, unanswered=unanswered)


def test_a_permanent_error_is_death_at_once() -> None:
    verdict = after(DeliveryError("404", permanent=True))
    assert (verdict.state, verdict.reason, verdict.outcome) == (State.DEAD, "404", "permanent")


@pytest.mark.parametrize(("attempts", "wait_s"), [(0, 5), (1, 10), (5, 160), (9, 600), (400, 600)])
def test_temporary_errors_back_off_up_to_ten_minutes(attempts: int, wait_s: int) -> None:
    verdict = after(DeliveryError("503", permanent=False), attempts)
    assert (verdict.state, verdict.due_at, verdict.outcome) == (
        State.PENDING,
        NOW + timedelta(seconds=wait_s),
        "temporary",
    )


def test_what_may_have_arrived_is_tried_once_more_and_late() -> None:
    hang = DeliveryError("no answer", permanent=False, ambiguous=True)
    assert after(hang, attempts=90, unit=0.9).due_at == NOW + timedelta(minutes=30)
    last = after(hang, attempts=90, unanswered=1)
    assert (last.state, last.outcome) == (State.DEAD, "ambiguous")
    assert last.reason == "no answer 2 times, it may have arrived: no answer"


def test_what_may_have_arrived_is_tried_sooner_once_its_lane_answers() -> None:
    due_at = NOW + LATE
    assert once_answered(due_at, NOW) == NOW + SOON
    assert once_answered(due_at, NOW + 2 * SOON) == NOW + 2 * SOON
    assert once_answered(due_at, due_at + SOON) == due_at


def test_a_lane_that_does_not_answer_rests_ever_longer() -> None:
    assert [rest(number) / timedelta(minutes=1) for number in (1, 2, 3, 4, 5, 10_000)] == [1, 2, 4, 8, 10, 10]


def test_a_timeout_after_a_long_outage_is_not_the_end() -> None:
    assert after(DeliveryError("x", permanent=False, ambiguous=True), attempts=300).state is State.PENDING


def test_retry_after_is_never_undercut() -> None:
    verdict = after(DeliveryError("429", permanent=False, retry_after_s=900), unit=0.99)
    assert verdict.due_at == NOW + timedelta(seconds=900)


def test_three_days_of_tries_are_the_end_however_old_the_alert_is() -> None:
    error = DeliveryError("503", permanent=False)
    assert after(error, MOST_TRIES - 2).state is State.PENDING
    verdict = after(error, MOST_TRIES - 1)
    assert (verdict.state, verdict.reason) == (State.DEAD, "gave up after 440 tries: 503")


@given(st.integers(0, MOST_TRIES - 2), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_zero_and_never_long(attempts: int, unit: float) -> None:
    due_at = after(DeliveryError("x", permanent=False), attempts, unit=unit).due_at
    assert timedelta(seconds=5) <= due_at - NOW <= timedelta(seconds=750)


def test_a_lane_keeps_its_order_for_more_than_an_hour_and_tries_for_three_days() -> None:
    waited = [after(DeliveryError("503", permanent=False), n).due_at - NOW for n in range(MOST_TRIES - 1)]
    assert sum(waited[:PATIENCE], timedelta(0)) > timedelta(hours=1, minutes=30)
    assert timedelta(days=2.8) < sum(waited, timedelta(0)) < timedelta(days=3.2)
