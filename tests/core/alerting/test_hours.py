from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alerting.hours import EVERY_DAY, Day, DigestTime, Hours, Window, awake, is_quiet, never, next_digest

SEOUL = ZoneInfo("Asia/Seoul")
CHUSEOK = date(2026, 9, 25)
WORK = Hours(active=(Window(time(9), time(18), frozenset({Day.WORKDAY})),))
NIGHT = Hours(quiet=(Window(time(22), time(7)),))


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("moment", "hours", "wakes"),
    [
        (seoul(22, 21, 59), NIGHT, seoul(22, 21, 59)),
        (seoul(22, 22), NIGHT, seoul(23, 7)),
        (seoul(23, 3), NIGHT, seoul(23, 7)),
        (seoul(24, 18), WORK, seoul(28, 9)),
        (seoul(22, 3), Hours(), seoul(22, 3)),
    ],
)
def test_a_channel_wakes_at_the_end_of_its_quiet_hours(moment: datetime, hours: Hours, wakes: datetime) -> None:
    assert awake(moment, hours, SEOUL, lambda day: day == CHUSEOK) == wakes


def test_hours_that_never_wake_hold_nothing() -> None:
    always = Hours(quiet=(Window(time(0), time(0), EVERY_DAY),))
    assert is_quiet(seoul(22, 3), always, SEOUL, never)
    assert awake(seoul(22, 3), always, SEOUL, never) == seoul(22, 3)


def test_an_hour_that_the_clock_repeats_has_one_digest() -> None:
    zone = ZoneInfo("America/New_York")
    times = (DigestTime(time(1, 30)),)
    first = next_digest(datetime(2026, 11, 1, 4, tzinfo=UTC), times, zone, never)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert next_digest(first, times, zone, never) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_a_digest_on_days_that_never_come_is_every_day_s() -> None:
    times = (DigestTime(time(8), frozenset({Day.HOLIDAY})),)
    assert next_digest(seoul(22, 9), times, SEOUL, never) == seoul(23, 8)
