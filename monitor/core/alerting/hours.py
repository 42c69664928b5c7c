"""When a channel may be rung, and when its digests are due: windows and times of day in the user's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo

    IsHoliday: TypeAlias = Callable[[date], bool]

LOOK_AHEAD: Final = timedelta(days=31)
"""The longest stretch for which a channel is held: no Korean run of holidays is nearly as long."""

_DAY: Final = timedelta(days=1)


class Day(IntEnum):
    """A kind of day: a weekday, or what the calendar makes of it."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6
    HOLIDAY = 7
    WORKDAY = 8


EVERY_DAY: Final = frozenset(Day)


@dataclass(frozen=True, slots=True)
class DigestTime:
    """A time of day on some days."""

    at: time
    days: frozenset[Day] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of some days, by the day it begins on; one that ends no later than it begins goes on overnight."""

    start: time
    end: time
    days: frozenset[Day] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Hours:
    """When a channel may be rung: inside a window of `active` (() for always) and outside those of `quiet`."""

    active: tuple[Window, ...] = ()
    quiet: tuple[Window, ...] = ()


def never(_day: date) -> bool:
    """A calendar without holidays."""
    return False


def falls_on(day: date, days: frozenset[Day], is_holiday: IsHoliday) -> bool:
    """Whether a day is of one of these kinds. A workday is Monday to Friday and no public holiday."""
    weekday = Day(day.weekday())
    if weekday in days:
        return True
    holiday = is_holiday(day)
    return (holiday and Day.HOLIDAY in days) or (not holiday and weekday < Day.SAT and Day.WORKDAY in days)


def is_quiet(moment: datetime, hours: Hours, zone: tzinfo, is_holiday: IsHoliday) -> bool:
    """Whether a channel is not to be rung at this moment (aware)."""
    if not hours.active and not hours.quiet:
        return False
    if any(_within(moment, window, zone, is_holiday) for window in hours.quiet):
        return True
    return bool(hours.active) and not any(_within(moment, window, zone, is_holiday) for window in hours.active)


def awake(moment: datetime, hours: Hours, zone: tzinfo, is_holiday: IsHoliday) -> datetime:
    """The first moment from `moment` on at which a channel may be rung, in the zone of `moment`.

    Hours that allow none within `LOOK_AHEAD` hold nothing: an alert is never held for ever.
    """
    if not is_quiet(moment, hours, zone, is_holiday):
        return moment
    edges = sorted(edge for edge in _edges(moment, hours, zone) if edge > moment)
    return next((edge for edge in edges if not is_quiet(edge, hours, zone, is_holiday)), moment)


def next_digest(now: datetime, times: tuple[DigestTime, ...], zone: tzinfo, is_holiday: IsHoliday) -> datetime:
    """The first of the digest times (at least one) strictly after `now`, in the zone of `now`.

    Moments are compared, not the hands of the clock: an hour that a change of the clock repeats has one digest.
    Times on days that never come within `LOOK_AHEAD` count as every day's.
    """
    today = now.astimezone(zone).date()
    days = [today + number * _DAY for number in range(LOOK_AHEAD.days + 1)]
    for day in days:
        due = [_at(day, one.at, zone) for one in times if falls_on(day, one.days, is_holiday)]
        later = [moment for moment in due if moment > now]
        if later:
            return min(later).astimezone(now.tzinfo)
    return next_digest(now, tuple(DigestTime(one.at) for one in times), zone, is_holiday)


def _at(day: date, at: time, zone: tzinfo) -> datetime:
    """A moment as UTC, so that comparing it with another compares moments."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _within(moment: datetime, window: Window, zone: tzinfo, is_holiday: IsHoliday) -> bool:
    today = moment.astimezone(zone).date()
    return any(
        falls_on(day, window.days, is_holiday) and start <= moment < end
        for day in (today - _DAY, today)
        for start, end in [_ends(day, window, zone)]
    )


def _ends(day: date, window: Window, zone: tzinfo) -> tuple[datetime, datetime]:
    last = day if window.end > window.start else day + _DAY
    return _at(day, window.start, zone), _at(last, window.end, zone)


def _edges(moment: datetime, hours: Hours, zone: tzinfo) -> Iterator[datetime]:
    """Where quiet can turn into waking."""
    first = moment.astimezone(zone).date() - _DAY
    for number in range(LOOK_AHEAD.days + 2):
        for window in hours.active:
            yield _ends(first + number * _DAY, window, zone)[0].astimezone(moment.tzinfo)
        for window in hours.quiet:
            yield _ends(first + number * _DAY, window, zone)[1].astimezone(moment.tzinfo)
