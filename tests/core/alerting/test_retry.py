from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerting import State
from monitor.core.alerting.retry import GIVE_UP_AFTER, PATIENCE, after_failure
from monitor.core.errors import DeliveryError

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)


def test_a_permanent_error_is_death_at_once() -> None:
    verdict = after_failure(DeliveryError("404", permanent=True), 0, NOW, NOW, 0)
    assert (verdict.state, verdict.reason, verdict.outcome) == (State.DEAD, "404", "permanent")


@pytest.mark.parametrize(("attempts", "wait_s"), [(0, 5), (1, 10), (5, 160), (9, 600), (5000, 600)])
def test_temporary_errors_back_off_up_to_ten_minutes(attempts: int, wait_s: int) -> None:
    verdict = after_failure(DeliveryError("503", permanent=False), attempts, NOW, NOW, 0)
    assert (verdict.state, verdict.due_at, verdict.outcome) == (
        State.PENDING,
        NOW + timedelta(seconds=wait_s),
        "temporary",
    )


def test_an_ambiguous_timeout_is_tried_again_late() -> None:
    verdict = after_failure(DeliveryError("timeout", permanent=False, ambiguous=True), 0, NOW, NOW, 0)
    assert (verdict.due_at - NOW, verdict.outcome) == (timedelta(minutes=5), "ambiguous")


def test_retry_after_is_never_undercut() -> None:
    verdict = after_failure(DeliveryError("429", permanent=False, retry_after_s=900), 0, NOW, NOW, 0.99)
    assert verdict.due_at == NOW + timedelta(seconds=900)


def test_three_days_of_failures_are_the_end() -> None:
    created = NOW - GIVE_UP_AFTER - timedelta(seconds=1)
    verdict = after_failure(DeliveryError("503", permanent=False), 90, created, NOW, 0)
    assert (verdict.state, verdict.reason) == (State.DEAD, "gave up after 3 days: 503")


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_zero_and_never_long(attempts: int, unit: float) -> None:
    due_at = after_failure(DeliveryError("x", permanent=False), attempts, NOW, NOW, unit).due_at
    assert timedelta(seconds=5) <= due_at - NOW <= timedelta(seconds=750)


def test_a_lane_keeps_its_order_for_more_than_an_hour_of_outage() -> None:
    now = NOW
    for attempts in range(PATIENCE):
        now = after_failure(DeliveryError("503", permanent=False), attempts, NOW, now, 0).due_at
    assert now - NOW > timedelta(hours=1, minutes=30)
