"""When a spike begins and ends, and when a watchlist has fallen quiet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.spikes.habit import SHORT, WINDOWS, Habit, learn
from monitor.core.spikes.model import DAY, HOUR, Almanac, Judgement, Past
from monitor.core.spikes.tail import chance_of_at_least, chance_of_none

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

UNLIKELY: Final = 0.0001
UNLIKELY_OF_FEW: Final = 0.0005
FEW: Final = 6.0
LEAST_COUNT: Final = 3
TIMES_USUAL: Final = 2.5
"""A spike is less likely than this by habit, holds so many stories, and so many times the usual.

Where fewer than `FEW` are usual in the last three hours, counts come in steps too large for the limit to be reached
exactly, so that a higher one costs hardly a false spike. Simulated quiet watchlists had 1.0 in two months at most, on
the average of those alike (see bench/spikes.py); with .0005 for all of them it was 1.4.
"""

TIMES_OVER: Final = 1.5
"""A spike is over when every window holds less than so many times the usual."""

REST: Final = DAY
"""A watchlist has no second spike within a day of the first."""

LONGER: Final = 1.5
"""A lull is so many times longer than the longest quiet of the history."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What began in a window that ends now: stories of the watchlist, and all others."""

    window: timedelta
    own: int
    others: int


def judge(habit: Habit, counted: Counted, now: datetime) -> Judgement:
    """How unusual the stories of a window are."""
    expected = habit.expected(now - counted.window, now, counted.others)
    chance = chance_of_at_least(counted.own, expected, habit.dispersion[counted.window])
    return Judgement(counted.window, counted.own, expected, chance)


def count(own: Sequence[datetime], every: Sequence[datetime], now: datetime) -> tuple[Counted, ...]:
    """The stories of each window, from the times at which those of the watchlist and of all feeds began."""
    found = []
    for window in WINDOWS:
        mine = sum(now - window < moment <= now for moment in own)
        total = sum(now - window < moment <= now for moment in every)
        found.append(Counted(window, mine, max(total - mine, 0)))
    return tuple(found)


def spike(judgements: Sequence[Judgement]) -> Judgement | None:
    """The shortest window that is a spike, or None."""
    return next((one for one in judgements if _is_spike(one)), None)


def is_over(judgements: Sequence[Judgement]) -> bool:
    """Whether nothing is left of a spike."""
    return all(one.count < LEAST_COUNT or one.count < TIMES_OVER * one.expected for one in judgements)


def may_begin(last_began_at: datetime | None, now: datetime) -> bool:
    """Whether a watchlist may have a spike after its last one; one in the future is of a wrong clock."""
    return last_began_at is None or now - last_began_at >= REST or last_began_at > now


def _is_spike(one: Judgement) -> bool:
    few = one.window == SHORT and one.expected < FEW
    unlikely = one.chance < (UNLIKELY_OF_FEW if few else UNLIKELY)
    return unlikely and one.count >= LEAST_COUNT and one.count >= TIMES_USUAL * one.expected


def lull(past: Past, last_hit_at: datetime, almanac: Almanac) -> Judgement | None:
    """The quiet since the last hit, if it is far longer than by habit, else None.

    The habit is that of the time up to the last hit. Hours that were not watched are neither quiet nor busy. How
    busy the rest of the news is does not count: sick feeds are a cause of a lull, and no excuse for it.
    """
    quiet = [hour for hour in past.hours if hour > last_hit_at]
    before = Past(tuple(hour for hour in past.hours if hour <= last_hit_at), past.own, past.every)
    length = len(quiet) * HOUR
    if length < DAY or not before.is_enough(last_hit_at) or length < LONGER * _longest_quiet(before):
        return None
    habit = learn(before, almanac)
    expected = sum(habit.usual(hour, hour + HOUR)[0] for hour in quiet)
    days = length / DAY
    chance = chance_of_none(expected / days, habit.dispersion[DAY]) ** days
    return Judgement(length, 0, expected, chance) if chance < UNLIKELY else None


def _longest_quiet(past: Past) -> timedelta:
    """The most watched hours in a row in which no story of the watchlist began."""
    longest = run = 0
    for hour in past.hours:
        run = 0 if past.own.get(hour) else run + 1
        longest = max(longest, run)
    return longest * HOUR
