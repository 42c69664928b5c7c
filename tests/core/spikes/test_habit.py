from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.spikes.habit import SHORT, learn, parts
from monitor.core.spikes.model import DAY, HOUR, Past
from tests.core.spikes.samples import NOW, SEOUL, almanac, by_day, past


def test_a_cell_is_the_kind_of_day_and_the_hour_where_the_news_is_made() -> None:
    here = almanac(date(2025, 3, 3))
    at = [datetime(2025, 3, day, 9, 30, tzinfo=SEOUL).astimezone(UTC) for day in (3, 4, 8, 9)]
    assert [here.cell(moment) for moment in at] == [(2, 9), (0, 9), (1, 9), (2, 9)]


def test_the_hours_between_two_times_are_whole_or_parts() -> None:
    start = NOW + timedelta(minutes=45)
    assert list(parts(start, start + HOUR)) == [(NOW, 0.25), (NOW + HOUR, 0.75)]


def test_an_even_past_is_expected_to_go_on() -> None:
    habit = learn(past(lambda _: 2), almanac())
    assert habit.expected(NOW, NOW + SHORT, others=60) == pytest.approx(6, rel=0.05)


def test_nights_and_week_ends_have_their_own_usual() -> None:
    def own(hour: datetime) -> int:
        local = hour.astimezone(SEOUL)
        return 6 if local.weekday() < 5 and 9 <= local.hour < 18 else 0

    habit = learn(past(own), almanac(date(2025, 3, 31)))
    monday, holiday = NOW + DAY, NOW
    assert habit.usual(monday, monday + SHORT)[0] > 12
    assert habit.usual(monday + 12 * HOUR, monday + 15 * HOUR)[0] < 2
    assert habit.usual(holiday, holiday + SHORT)[0] < 3


@given(st.floats(1, 5))
def test_what_lifts_all_news_is_no_news_of_the_watchlist(times: float) -> None:
    habit = learn(past(lambda _: 2), almanac())
    others = round(60 * times)
    assert habit.expected(NOW, NOW + SHORT, others) == pytest.approx(6 * (others + 15) / 75, rel=0.06)


def test_a_watchlist_that_every_story_hits_has_a_habit_too() -> None:
    habit = learn(past(by_day(8), lambda _: 0), almanac())
    assert habit.expected(NOW, NOW + DAY, 0) == pytest.approx(8, rel=0.1)


def test_calm_news_does_not_make_the_usual_less() -> None:
    habit = learn(past(lambda _: 2, lambda _: 200), almanac())
    assert habit.expected(NOW, NOW + SHORT, others=0) == pytest.approx(6, rel=0.05)


def test_a_rate_that_wanders_is_more_dispersed_than_an_even_one() -> None:
    even = learn(past(lambda _: 4), almanac())
    wild = learn(past(lambda hour: 16 if hour.day % 4 == 0 else 0), almanac())
    for window in (SHORT, DAY):
        assert wild.dispersion[window] > 0.5 > even.dispersion[window]


def test_the_fewer_stories_were_seen_the_less_is_sure() -> None:
    one, many = (learn(past(by_day(n)), almanac()) for n in (1, 12))
    assert one.dispersion[DAY] > many.dispersion[DAY]


def test_an_hour_never_watched_is_taken_to_be_like_the_mean() -> None:
    whole = past(lambda _: 1)
    office = tuple(hour for hour in whole.hours if 0 <= hour.hour < 9)
    habit = learn(Past(office, whole.own, whole.every), almanac())
    assert habit.usual(NOW + 12 * HOUR, NOW + 13 * HOUR) == pytest.approx((1, 20), rel=0.05)
    assert habit.dispersion[DAY] >= 0


@pytest.mark.parametrize(("days", "enough"), [(13, False), (14, True)])
def test_two_weeks_are_enough_history(days: int, *, enough: bool) -> None:
    assert past(lambda _: 1, days=days).is_enough(NOW) is enough


def test_two_weeks_with_few_watched_hours_are_not() -> None:
    whole = past(lambda _: 1)
    assert not Past(whole.hours[:167], whole.own, whole.every).is_enough(NOW)
    assert not Past((), {}, {}).is_enough(NOW)
