"""Whether a watchlist or a feed yields so much more than its habit that somebody should look first."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER_HELD: Final = 20
"""So many alerts an hour are no flood, whatever the habit."""

TIMES_HABIT: Final = 5
WITHOUT_HABIT: Final = 100
"""The limit an hour as long as there is no history to learn from."""

HISTORY: Final = timedelta(days=14)
LEAST_HISTORY: Final = timedelta(days=3)
RECENT: Final = timedelta(hours=1)
RELEASE_AFTER: Final = timedelta(hours=6)
"""What nobody released or dropped is sent as one digest then: a guard that is wrong delays, and loses nothing."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What yields too much (`watchlist NAME` or `feed NAME`), how much an hour, and what its limit is."""

    about: str
    yielded: int
    limit: int


def habit(alerted_at: Iterable[datetime], now: datetime) -> float:
    """Alerts in the busiest hour of a usual day: the median over the days of the history.

    The median, so that a few days of floods, or of big news, do not become the habit.
    """
    hours = Counter(int((now - moment) / timedelta(hours=1)) for moment in alerted_at)
    peaks: defaultdict[int, int] = defaultdict(int)
    for hour, count in hours.items():
        peaks[hour // 24] = max(peaks[hour // 24], count)
    return float(median(peaks.values())) if peaks else 0.0


def limit(alerted_at: Iterable[datetime], first_at: datetime | None, now: datetime) -> int:
    """How many alerts an hour are let through.

    `alerted_at` are the alerts of the last `HISTORY`, `first_at` is when the very first alert of the installation was
    made: a new one has no habits yet.
    """
    if first_at is None or now - first_at < LEAST_HISTORY:
        return WITHOUT_HABIT
    return max(NEVER_HELD, round(TIMES_HABIT * habit(alerted_at, now)))
