from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import FetchError, FetchFailure
from monitor.core.schedule import Brought, Change, FeedState, Health, PollPolicy, Served, after_failure, change
from monitor.core.schedule.step import after_success as step

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
POLICY = PollPolicy(every=timedelta(minutes=10))


def after_success(
    state: FeedState, policy: PollPolicy, now: datetime, max_age_s: float | None, unit: float
) -> FeedState:
    return step(state, Served(max_age_s), None, policy=policy, now=now, unit=unit)


def answered(
    state: FeedState, brought: Brought | None, now: datetime = NOW, served: Served | None = None
) -> FeedState:
    return step(state, served or Served(), brought, policy=POLICY, now=now, unit=0)


def wait(state: FeedState) -> timedelta:
    assert state.next_poll_at is not None
    return state.next_poll_at - NOW


def test_an_answered_poll_clears_failures_and_waits_the_interval() -> None:
    failing = FeedState(failures=7, failing_since=NOW, last_error="x", health=Health.FAILING)
    state = after_success(failing, POLICY, NOW, None, 0)
    assert (state.health, state.failures, state.failing_since, state.last_error) == (Health.OK, 0, None, "")
    assert wait(state) == timedelta(minutes=10)
    assert state.first_ok_at == state.last_ok_at == state.last_polled_at == NOW


def test_what_the_last_body_asked_for_holds_until_another_says_otherwise() -> None:
    hinted = Served(ttl_s=1800.0, skip_hours=frozenset({7, 6}), skip_days=frozenset({7}))
    first = answered(FeedState(), None, served=hinted)
    assert (first.ttl_s, first.skip_hours, first.skip_days) == (1800.0, (6, 7), (7,))
    second = answered(first, None, served=Served(stated=False))
    assert (second.ttl_s, second.skip_hours, second.skip_days) == (1800.0, (6, 7), (7,))
    # 05:30 and half an hour of ttl, but not before eight.
    assert wait(second) == wait(first) == timedelta(minutes=150)
    third = answered(second, None)
    assert (third.ttl_s, third.skip_hours, third.skip_days) == (None, (), ())


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


def test_a_permanent_redirect_is_believed_when_it_repeats_and_told_once() -> None:
    state = FeedState()
    turns = []
    for _ in range(4):
        new = answered(state, None, served=Served(moved_to="" if state.address else "https://new.example/"))
        turns.append(change(state, new))
        state = new
    assert (state.address, state.moves) == ("https://new.example/", 0)
    assert turns == [Change.NONE, Change.NONE, Change.MOVED, Change.NONE]


def test_redirects_to_changing_places_and_single_ones_are_not_believed() -> None:
    state = FeedState()
    for place in ("https://a/", "https://b/", "https://a/", "", "https://a/", "https://a/"):
        state = answered(state, None, served=Served(moved_to=place))
    assert (state.address, state.moved_to, state.moves) == ("", "https://a/", 2)


def test_a_new_address_that_fails_is_given_up_for_the_configured_one() -> None:
    state = FeedState(address="https://new.example/")
    for failures in range(1, 6):
        state = after_failure(state, FetchError(FetchFailure.HTTP), POLICY, NOW, 0)
        assert (state.address == "") == (failures == 5)


def test_a_feed_that_has_failed_for_a_week_is_called_dead() -> None:
    state = FeedState(failures=90, failing_since=NOW - timedelta(days=8))
    assert after_failure(state, FetchError(FetchFailure.DNS), POLICY, NOW, 0).health is Health.DEAD


def test_a_first_poll_learns_the_rate_and_the_last_news_from_the_stated_dates() -> None:
    brought = Brought(("a", "b", "c", "d"), 4, NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    state = answered(FeedState(), brought)
    assert (state.per_hour, state.last_new_at, state.health) == (4.0, NOW - timedelta(hours=1), Health.OK)


def test_a_first_poll_of_a_feed_that_ended_long_ago_is_frozen() -> None:
    brought = Brought(("a",), 1, NOW - timedelta(days=90), NOW - timedelta(days=68))
    assert answered(FeedState(), brought).health is Health.FROZEN


def test_silence_is_stale_only_beyond_the_feed_s_own_habit() -> None:
    lively = FeedState(first_ok_at=NOW, last_ok_at=NOW, last_new_at=NOW, habit_s=3600, last_keys=("a",))
    assert answered(lively, None, NOW + timedelta(days=2)).health is Health.OK
    assert answered(lively, None, NOW + timedelta(days=4)).health is Health.STALE
    assert answered(lively, Brought(("a",), 0), NOW + timedelta(days=4)).health is Health.STALE
    weekly = replace(lively, habit_s=7 * 86400)
    assert answered(weekly, None, NOW + timedelta(days=10)).health is Health.OK
    assert answered(weekly, None, NOW + timedelta(days=31)).health is Health.FROZEN


def test_the_habit_is_the_longest_silence_and_fades_slowly() -> None:
    state = FeedState(first_ok_at=NOW, last_ok_at=NOW, last_new_at=NOW, habit_s=7200)
    state = answered(state, Brought(("b",), 1), NOW + timedelta(hours=1))
    assert (state.habit_s, state.last_new_at) == (7200 * 0.98, NOW + timedelta(hours=1))
    assert answered(state, Brought(("c",), 1), NOW + timedelta(hours=9)).habit_s == 8 * 3600


def test_a_gap_and_a_twin_are_named_until_they_pass() -> None:
    state = FeedState(first_ok_at=NOW, last_ok_at=NOW, last_keys=("a",))
    rolling = answered(state, Brought(("b",), 1, gap=True), NOW + timedelta(minutes=10))
    assert rolling.health is Health.ROLLING_OVER
    assert answered(rolling, Brought(("b",), 0), NOW + timedelta(minutes=20)).health is Health.OK
    twin = answered(state, Brought(("a",), 0, fingerprint="f", twin="다른 피드"))
    assert (twin.health, twin.fingerprint) == (Health.DUPLICATE, "f")
    assert answered(twin, None).health is Health.DUPLICATE
    assert answered(twin, Brought(("a",), 0)).health is Health.DUPLICATE
