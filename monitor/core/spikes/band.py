"""In which range the stories of a day usually lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.spikes.model import HISTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

LEAST_DAYS: Final = 3
"""Days of the same kind that must have been watched before a range is named."""

_OUTSIDE: Final = 0.1
"""The share of days that lie below the range, and above it."""


def band(
    day: date, counts: Mapping[date, int], watched: Collection[date], is_restful: Callable[[date], bool]
) -> tuple[int, int] | None:
    """The range in which four of five watched days of the same kind lay, in the four weeks before `day`.

    `is_restful`: Saturday, Sunday or a holiday; such days are compared with each other only. None if too few days
    were watched.
    """
    alike = sorted(
        counts.get(one, 0) for one in watched if day - HISTORY <= one < day and is_restful(one) == is_restful(day)
    )
    if len(alike) < LEAST_DAYS:
        return None
    below = int(len(alike) * _OUTSIDE)
    return alike[below], alike[-1 - below]
