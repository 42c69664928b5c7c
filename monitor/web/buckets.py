"""Stretches of the calendar over which articles are counted: the longer the span, the longer each."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """How long one is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


LONGEST_IN_DAYS: Final = 92
LONGEST_IN_WEEKS: Final = 400
"""Of longer spans months are counted."""


def unit_of(first: date, last: date) -> Unit:
    """What a span is divided into."""
    days = (last - first).days + 1
    if days <= LONGEST_IN_DAYS:
        return Unit.DAY
    return Unit.WEEK if days <= LONGEST_IN_WEEKS else Unit.MONTH


def begin_of(day: date, unit: Unit) -> date:
    """The first day of the stretch that a day lies in; weeks begin on Monday."""
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)


def begins(first: date, last: date, unit: Unit) -> list[date]:
    """The first days of all stretches that hold a day of the span, the oldest first."""
    found, day = [], begin_of(first, unit)
    while day <= last:
        found.append(day)
        day = begin_of(day + timedelta(days={Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31}[unit]), unit)
    return found
