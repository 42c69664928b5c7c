from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import FetchError, FetchFailure
from monitor.core.schedule import Change, FeedState, Health, PollPolicy, after_failure, after_success, change

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
POLICY = PollPolicy(every=timedelta(minutes=10))


def wait(state: FeedState) -> timedelta:
    assert state.next_poll_at is not None
    return state.next_poll_at - NOW


def test_an_answered_poll_clears_failures_and_waits_the_interval() -> None:
    failing = FeedState(failures=7, failing_since=NOW, last_error="x", health=Health.FAILING)
    state = after_success(failing, POLICY, NOW, None, 0)
    assert (state.health, state.failures, state.failing_since, state.last_error) == (Health.OK, 0, None, "")
    assert wait(state) == timedelta(minutes=10)
    assert state.first_ok_at == state.last_ok_at == state.last_polled_at == NOW


def test_the_time_of_the_first_answer_is_kept_for_ever() -> None:
    first = NOW - timedelta(days=9)
    assert after_success(FeedState(first_ok_at=first), POLICY, NOW, None, 0).first_ok_at == first


@pytest.mark.parametrize(
    ("max_age_s", "minutes"), [(30, 10), (1800, 30), (7 * 86400, 60)], ids=["shorter", "longer", "absurd"]
)
def test_max_age_lengthens_the_wait_up_to_an_hour(max_age_s: float, minutes: int) -> None:
    assert wait(after_success(FeedState(), POLICY, NOW, max_age_s, 0)) == timedelta(minutes=minutes)


def test_the_floor_holds_whatever_the_interval() -> None:
    policy = PollPolicy(every=timedelta(seconds=1), floor=timedelta(minutes=1))
    assert wait(after_success(FeedState(), policy, NOW, None, 0)) == timedelta(minutes=1)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 10), (1, 20), (2, 40), (3, 60), (400, 60)])
def test_failures_back_off_up_to_an_hour_and_never_for_good(failures: int, minutes: int) -> None:
    state = after_failure(FeedState(failures=failures), FetchError(FetchFailure.TIMEOUT), POLICY, NOW, 0)
    assert wait(state) == timedelta(minutes=minutes)
    assert (state.failures, state.health, state.last_error) == (failures + 1, Health.FAILING, "too slow")


def test_a_failing_feed_is_never_asked_more_often_than_a_healthy_one() -> None:
    policy = PollPolicy(every=timedelta(hours=6))
    assert wait(after_failure(FeedState(), FetchError(FetchFailure.TIMEOUT), policy, NOW, 0)) == timedelta(hours=6)


def test_failing_since_is_the_first_failure_of_the_row() -> None:
    since = NOW - timedelta(hours=3)
    state = FeedState(failures=2, failing_since=since)
    assert after_failure(state, FetchError(FetchFailure.DNS), POLICY, NOW, 0).failing_since == since


@pytest.mark.parametrize(("retry_after_s", "expected"), [(7200, timedelta(hours=2)), (10**9, timedelta(days=1))])
def test_retry_after_is_honoured_up_to_a_day(retry_after_s: float, expected: timedelta) -> None:
    error = FetchError(FetchFailure.THROTTLED, retry_after_s=retry_after_s)
    assert wait(after_failure(FeedState(), error, POLICY, NOW, 0)) == expected


def test_a_gone_feed_is_named_and_asked_once_a_day() -> None:
    state = after_failure(FeedState(), FetchError(FetchFailure.GONE, status=410), POLICY, NOW, 0)
    assert (state.health, wait(state)) == (Health.GONE, timedelta(days=1))


def test_html_instead_of_a_feed_is_named_so() -> None:
    assert after_failure(FeedState(), FetchError(FetchFailure.NOT_A_FEED), POLICY, NOW, 0).health is Health.NOT_A_FEED


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 60), st.booleans())
def test_jitter_only_ever_lengthens_a_wait_by_a_tenth(unit: float, failures: int, answered: bool) -> None:  # noqa: FBT001
    def state(unit: float) -> FeedState:
        if answered:
            return after_success(FeedState(), POLICY, NOW, None, unit)
        return after_failure(FeedState(failures=failures), FetchError(FetchFailure.TLS), POLICY, NOW, unit)

    assert wait(state(0)) <= wait(state(unit)) <= wait(state(0)) * 1.1


def test_the_operator_is_told_once_of_a_broken_feed_and_once_of_its_recovery() -> None:
    told = []
    state = FeedState()
    for _ in range(8):
        new = after_failure(state, FetchError(FetchFailure.CONNECT), POLICY, NOW, 0)
        told.append(change(state, new))
        state = new
    assert told == [*[Change.NONE] * 4, Change.BROKEN, *[Change.NONE] * 3]
    assert change(state, after_success(state, POLICY, NOW, None, 0)) is Change.RECOVERED


def test_a_short_failure_is_not_worth_a_notice() -> None:
    failing = FeedState(failures=2, health=Health.FAILING)
    assert change(failing, after_success(failing, POLICY, NOW, None, 0)) is Change.NONE


def test_a_gone_feed_is_told_of_at_once_and_only_once() -> None:
    gone = after_failure(FeedState(), FetchError(FetchFailure.GONE), POLICY, NOW, 0)
    assert change(FeedState(), gone) is Change.BROKEN
    assert change(gone, replace(gone, failures=2)) is Change.NONE
