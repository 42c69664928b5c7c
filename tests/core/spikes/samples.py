"""Pasts that are regular, so that what is usual can be told by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitor.core.spikes.model import DAY, HOUR, Almanac, Past

if TYPE_CHECKING:
    from collections.abc import Callable

SEOUL: Final = ZoneInfo("Asia/Seoul")
NOW: Final = datetime(2025, 3, 31, 0, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Seoul."""


def almanac(*holidays: date) -> Almanac:
    return Almanac(SEOUL, holidays.__contains__)


def past(
    own: Callable[[datetime], int],
    every: Callable[[datetime], int] = lambda _: 20,
    *,
    days: int = 28,
    until: datetime = NOW,
) -> Past:
    """Each hour of some days had so many stories; `every` is without those of the watchlist."""
    hours = tuple(until - days * DAY + n * HOUR for n in range(days * 24))
    counts = {hour: own(hour) for hour in hours}
    return Past(hours, counts, {hour: counts[hour] + every(hour) for hour in hours})


def by_day(each_day: int) -> Callable[[datetime], int]:
    """So many stories a day, at hours evenly apart."""
    apart = 24 // each_day
    return lambda hour: int(hour.hour % apart == 0)
