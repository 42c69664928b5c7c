"""The longer the span, the longer the stretches, and each day of it lies in exactly one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.web.buckets import Unit, begin_of, begins, unit_of

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(DAYS, st.integers(0, 9000))
def test_every_day_of_a_span_lies_in_one_stretch_and_there_are_never_many(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    unit = unit_of(first, last)
    found = begins(first, last, unit)
    assert found == sorted(set(found))
    assert len(found) <= 300
    assert found[0] <= first
    assert begin_of(last, unit) == found[-1]
    assert all(begin_of(later - timedelta(days=1), unit) == earlier for earlier, later in pairwise(found))


def test_units_grow_with_the_span() -> None:
    last = date(2026, 1, 28)
    spans = {7: Unit.DAY, 90: Unit.DAY, 365: Unit.WEEK, 2000: Unit.MONTH}
    assert {days: unit_of(last - timedelta(days=days - 1), last) for days in spans} == spans
    assert begin_of(last, Unit.WEEK) == date(2026, 1, 26)
