"""How many stories a watchlist usually gets in a span of time."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.spikes.model import DAY, HOUR, Almanac, Cell, Past

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHORT: Final = timedelta(hours=3)
WINDOWS: Final = (SHORT, DAY)
"""What is counted: the last three hours, in which a rise shows first, and the last day, for the rare ones."""

LEAN: Final = 8.0
"""Stories that speak for a cell being like all others: the fewer a watchlist has, the more it leans on the whole."""

CALM: Final = 15.0
"""Other stories that speak for a span being as busy as usual."""

LEAST_LEVEL: Final = 1.0
"""The rest of the news is never taken to be calmer than usual. After a start feeds come in one after another; and in
simulations, calm hours of the others made half of the false spikes."""

USUAL_DISPERSION: Final = 0.15
"""What a watchlist's rate is taken to go up and down by, before its own history says so."""

USUAL_WEIGHT: Final = 20.0
"""How much that counts against the history, in squares of expected stories."""


@dataclass(frozen=True, slots=True)
class Habit:
    """Usual rates an hour by cell, of the watchlist and of all other stories; `dispersion` by length of window."""

    almanac: Almanac
    own: Mapping[Cell, float]
    others: Mapping[Cell, float]
    own_mean: float
    others_mean: float
    dispersion: Mapping[timedelta, float]

    def usual(self, start: datetime, end: datetime) -> tuple[float, float]:
        """The stories of the watchlist and of all others that usually begin between two times."""
        own = others = 0.0
        for moment, share in parts(start, end):
            cell = self.almanac.cell(moment)
            own += share * self.own.get(cell, self.own_mean)
            others += share * self.others.get(cell, self.others_mean)
        return own, others

    def expected(self, start: datetime, end: datetime, others: int) -> float:
        """The stories to expect between two times in which `others` began that do not hit the watchlist.

        What lifts all news (new feeds, a busy day, feeds that catch up after a failure) is no news of this watchlist.
        """
        own, usual_others = self.usual(start, end)
        return own * _level(others, usual_others)


def parts(start: datetime, end: datetime) -> Iterable[tuple[datetime, float]]:
    """The clock hours between two times, and how much of each lies between them (0 to 1)."""
    hour = start.replace(minute=0, second=0, microsecond=0)
    while hour < end:
        yield hour, (min(hour + HOUR, end) - max(hour, start)) / HOUR
        hour += HOUR


def learn(past: Past, almanac: Almanac) -> Habit:
    """The habit in a past of at least one watched hour.

    A cell's rate is the watchlist's share of all stories times the stories of that cell, corrected by what the
    watchlist itself had in that cell as far as it had enough to say.
    """
    cells = {hour: almanac.cell(hour) for hour in past.hours}
    exposed: Counter[Cell] = Counter(cells.values())
    own: Counter[Cell] = Counter()
    every: Counter[Cell] = Counter()
    for hour, cell in cells.items():
        own[cell] += past.own.get(hour, 0)
        every[cell] += past.every.get(hour, 0)
    hours, own_all, every_all = len(past.hours), own.total(), every.total()
    share = (own_all + 0.5) / (every_all + 0.5)
    own_rates, other_rates = {}, {}
    for cell, length in exposed.items():
        rate = (every[cell] + every_all / hours) / (length + 1)
        by_share = share * every[cell]
        own_rates[cell] = share * rate * (own[cell] + LEAN) / (by_share + LEAN)
        other_rates[cell] = max(rate - (own[cell] + own_all / hours) / (length + 1), 0.0)
    habit = Habit(
        almanac, own_rates, other_rates, (own_all + 0.5) / hours, (every_all - own_all) / hours, dispersion={}
    )
    doubt = 1 / (own_all + 0.5)
    fitted = {window: _dispersion(past, habit, window) + doubt for window in WINDOWS}
    return Habit(almanac, own_rates, other_rates, habit.own_mean, habit.others_mean, fitted)


def _dispersion(past: Past, habit: Habit, window: timedelta) -> float:
    """How much more the watchlist's counts vary than by chance alone, over whole blocks of the window's length."""
    size = window // HOUR
    blocks: defaultdict[int, list[datetime]] = defaultdict(list)
    for hour in past.hours:
        blocks[int(hour.timestamp()) // 3600 // size].append(hour)
    excess, weight = USUAL_DISPERSION * USUAL_WEIGHT, USUAL_WEIGHT
    for hours in blocks.values():
        if len(hours) < size:
            continue
        own = sum(past.own.get(hour, 0) for hour in hours)
        others = sum(past.every.get(hour, 0) for hour in hours) - own
        cells = [habit.almanac.cell(hour) for hour in hours]
        usual = sum(habit.own[cell] for cell in cells)
        expected = usual * _level(others, sum(habit.others[cell] for cell in cells))
        excess += (own - expected) ** 2 - expected
        weight += expected**2
    return max(excess / weight, 0.0)


def _level(others: int, usual: float) -> float:
    """How busy the rest of the news is, 1 if as usual or calmer."""
    return max((others + CALM) / (usual + CALM), LEAST_LEVEL)
