"""The usual range of a day: from watched days of the same kind, and only from them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.spikes.band import LEAST_DAYS, band

MONDAY = date(2026, 3, 2)


def restful(day: date) -> bool:
    return day.weekday() >= 5


def back(days: int) -> list[date]:
    return [MONDAY - timedelta(days=number) for number in range(1, days + 1)]


def test_too_few_days_of_its_kind_name_no_range() -> None:
    working = [day for day in back(7) if not restful(day)]
    assert band(MONDAY, {}, working[: LEAST_DAYS - 1], restful) is None
    assert band(MONDAY, {}, working[:LEAST_DAYS], restful) == (0, 0)
    assert band(MONDAY, {}, [day for day in back(28) if restful(day)], restful) is None


def test_week_ends_are_compared_with_week_ends() -> None:
    counts = {day: 1 if restful(day) else 10 for day in back(28)}
    assert band(MONDAY, counts, back(28), restful) == (10, 10)
    assert band(MONDAY + timedelta(days=5), counts, back(28), restful) == (1, 1)


def test_one_wild_day_in_ten_does_not_widen_it() -> None:
    working = [day for day in back(28) if not restful(day)]
    counts = dict.fromkeys(working, 5) | {working[0]: 100, working[1]: 0}
    assert band(MONDAY, counts, working, restful) == (5, 5)


def test_days_that_are_long_past_or_to_come_say_nothing() -> None:
    old = [MONDAY - timedelta(days=7 * number) for number in range(5, 20)]
    later = [MONDAY + timedelta(days=7 * number) for number in range(5)]
    assert band(MONDAY, {}, [*old, *later], restful) is None


@given(st.lists(st.integers(0, 50), min_size=28, max_size=28))
def test_most_days_lie_inside(numbers: list[int]) -> None:
    counts = dict(zip(back(28), numbers, strict=True))
    found = band(MONDAY, counts, back(28), lambda _: False)
    assert found is not None
    low, high = found
    assert sum(low <= number <= high for number in numbers) >= 0.8 * 28
