from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule import Brought, FeedState, PollPolicy
from monitor.core.schedule.interval import after_skipped, rate, wait

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)  # a Tuesday
POLICY = PollPolicy(every=timedelta(minutes=10))
KEYS = tuple(str(number) for number in range(50))
POLLED = FeedState(last_ok_at=NOW, last_keys=KEYS, last_new_at=NOW)


@pytest.mark.parametrize(
    ("per_hour", "minutes"),
    [(0.0, 10), (1.0, 10), (12.5, 10), (167.0, 6), (400.0, 2.5), (10_000.0, 1)],
    ids=["unknown", "slow", "four hours a window", "eighteen minutes a window", "faster", "hopeless"],
)
def test_a_feed_that_rolls_over_quickly_is_asked_three_times_a_window_down_to_the_floor(
    per_hour: float, minutes: float
) -> None:
    span = wait(replace(POLLED, per_hour=per_hour), POLICY, None, NOW)
    assert span.total_seconds() == pytest.approx(minutes * 60, rel=0.01)


def test_a_feed_without_news_for_days_is_asked_less_often() -> None:
    quiet = replace(POLLED, last_new_at=NOW - timedelta(days=3))
    assert wait(quiet, POLICY, None, NOW) == timedelta(minutes=30)
    patient = PollPolicy(every=timedelta(hours=2))
    assert wait(quiet, patient, None, NOW) == timedelta(hours=2)


def test_an_interval_of_the_user_s_own_is_kept_whatever_the_rate() -> None:
    fixed = PollPolicy(every=timedelta(minutes=10), adaptive=False)
    assert wait(replace(POLLED, per_hour=400), fixed, None, NOW) == timedelta(minutes=10)
    assert wait(replace(POLLED, last_new_at=NOW - timedelta(days=9)), fixed, None, NOW) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("ttl_s", "max_age_s", "minutes"), [(1800.0, None, 30), (60.0, 1200.0, 20), (864_000.0, None, 60)]
)
def test_ttl_and_max_age_lengthen_the_wait_up_to_an_hour(ttl_s: float, max_age_s: float | None, minutes: int) -> None:
    assert wait(replace(POLLED, ttl_s=ttl_s), POLICY, max_age_s, NOW) == timedelta(minutes=minutes)


def test_the_rate_follows_a_burst_within_hours_and_forgets_it() -> None:
    calm = replace(POLLED, per_hour=1.0)
    burst = rate(calm, Brought(KEYS, 40), NOW + timedelta(minutes=10))
    assert 10 < burst < 40
    assert rate(replace(calm, per_hour=burst), Brought(KEYS, 0), NOW + timedelta(hours=12)) < 0.5


def test_a_poll_at_the_same_instant_is_not_an_infinite_rate() -> None:
    assert rate(POLLED, Brought(KEYS, 50), NOW) < 50 * 60


@pytest.mark.parametrize(
    "brought",
    [Brought(KEYS, 50), Brought(KEYS, 50, NOW, NOW), Brought((), 0, NOW - timedelta(hours=1), None)],
)
def test_without_stated_dates_the_first_rate_is_unknown(brought: Brought) -> None:
    assert rate(FeedState(), brought, NOW) == 0.0


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (FeedState(), NOW),
        (FeedState(skip_hours=(4,)), NOW),
        (FeedState(skip_hours=(5, 6)), NOW.replace(hour=7, minute=0)),
        (FeedState(skip_days=(2,)), datetime(2026, 10, 7, 0, 0, tzinfo=UTC)),
        (FeedState(skip_days=(2, 3), skip_hours=(0,)), datetime(2026, 10, 8, 1, 0, tzinfo=UTC)),
        (FeedState(skip_hours=tuple(range(24))), NOW),
    ],
    ids=["none", "another hour", "hours", "a day", "both", "everything is not believed"],
)
def test_hours_and_days_that_the_feed_asks_to_skip_are_skipped(state: FeedState, expected: datetime) -> None:
    assert after_skipped(NOW, state) == expected


@given(st.floats(0, 1e6), st.integers(0, 500), st.integers(0, 90))
def test_a_wait_is_never_below_the_floor_nor_above_an_hour(per_hour: float, entries: int, days: int) -> None:
    state = FeedState(
        last_ok_at=NOW, last_keys=KEYS[:entries], per_hour=per_hour, last_new_at=NOW - timedelta(days=days)
    )
    assert timedelta(minutes=1) <= wait(state, POLICY, None, NOW) <= timedelta(hours=1)
