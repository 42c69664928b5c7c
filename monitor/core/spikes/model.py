"""What is counted, what is usual, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

HISTORY: Final = timedelta(days=28)
"""How far back a habit is learned from."""

LEAST_HISTORY: Final = timedelta(days=14)
"""Nothing is said before the history is as long as this: every weekday was seen twice."""

LEAST_HOURS: Final = 168
"""Nor before so many hours of it were watched."""

Cell: TypeAlias = tuple[int, int]
"""A kind of day (0 working day, 1 Saturday, 2 Sunday or holiday) and an hour of it."""


class TurnKind(StrEnum):
    """How a watchlist left its habit."""

    SPIKE = "spike"
    LULL = "lull"


@dataclass(frozen=True, slots=True)
class Almanac:
    """What kind of hour an hour is, where the news is made. `is_holiday` knows the public holidays there."""

    zone: tzinfo
    is_holiday: Callable[[date], bool]

    def cell(self, moment: datetime) -> Cell:
        """The cell of an aware time."""
        return _cell(self, moment)


@lru_cache(maxsize=4096)
def _cell(almanac: Almanac, moment: datetime) -> Cell:
    """Remembered: each watchlist asks for the same hours, several times a look."""
    local = moment.astimezone(almanac.zone)
    weekday = local.weekday()
    if weekday == 6 or almanac.is_holiday(local.date()):  # noqa: PLR2004 - Sunday
        return 2, local.hour
    return int(weekday == 5), local.hour  # noqa: PLR2004 - Saturday


@dataclass(frozen=True, slots=True)
class Past:
    """Stories by the hour in which they began, of a watchlist (`own`) and of all feeds (`every`, these included).

    `hours` are the starts of the hours that were watched, aware UTC, ascending; other hours say nothing.
    """

    hours: tuple[datetime, ...]
    own: Mapping[datetime, int]
    every: Mapping[datetime, int]

    def between(self, start: datetime, end: datetime) -> Past:
        """The part of it from `start` to before `end`."""
        return Past(tuple(hour for hour in self.hours if start <= hour < end), self.own, self.every)

    def is_enough(self, until: datetime) -> bool:
        """Whether a habit can be told from it at `until`."""
        return len(self.hours) >= LEAST_HOURS and until - self.hours[0] >= LEAST_HISTORY


@dataclass(frozen=True, slots=True)
class Judgement:
    """How unusual a count is: `chance` is that of so many or more (for a lull: of none at all) by habit."""

    window: timedelta
    count: int
    expected: float
    chance: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A spike or a lull that was told, until it ended. `id` is 0 until it is stored."""

    kind: TurnKind
    watchlist: str
    began_at: datetime
    judgement: Judgement
    ended_at: datetime | None = None
    id: int = 0
