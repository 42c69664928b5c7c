"""How many alerts an hour are let through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.alerting import flood

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=60)


def hourly(days: int, alerts: int) -> list[datetime]:
    return [NOW - timedelta(days=day, minutes=1) for day in range(days) for _ in range(alerts)]


def test_a_new_installation_has_no_habit_to_be_held_to() -> None:
    assert flood.limit([], None, NOW) == flood.WITHOUT_HABIT
    assert flood.limit(hourly(2, 500), NOW - timedelta(hours=1), NOW) == flood.WITHOUT_HABIT


def test_the_habit_is_the_busiest_hour_of_a_usual_day() -> None:
    assert flood.habit([], NOW) == 0
    assert flood.habit([*hourly(7, 10), *[NOW - timedelta(minutes=2)] * 90], NOW) == 10


def test_each_day_counts_with_its_own_busiest_hour() -> None:
    days = [NOW - timedelta(days=day, minutes=1) for day, alerts in enumerate((10, 2, 10, 2)) for _ in range(alerts)]
    assert flood.habit(days, NOW) == 6


def test_the_limit_grows_with_the_habit_and_never_falls_below_the_least() -> None:
    assert flood.limit([], LONG_AGO, NOW) == flood.NEVER_HELD
    assert flood.limit(hourly(7, 30), LONG_AGO, NOW) == round(flood.TIMES_HABIT * 30)
