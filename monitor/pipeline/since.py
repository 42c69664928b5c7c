"""From when on, as people write it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DURATION: Final = re.compile(r"(\d+)([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since_of(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A duration back from now (`3d`, `12h`), or a date or time in ISO 8601, in `zone` if it names none; "": None.

    Raises:
        ValueError: it is neither; says what is wrong.
    """
    if not text:
        return None
    duration = _DURATION.fullmatch(text)
    if duration:
        try:
            return now - timedelta(**{_UNITS[duration[2]]: int(duration[1])})
        except OverflowError:
            raise ValueError(f"{text!r} is longer than there has been time") from None
    try:
        stated = datetime.fromisoformat(text)
        return (stated if stated.tzinfo else stated.replace(tzinfo=zone)).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is neither a duration (30m, 12h, 3d) nor a date (2026-01-31)") from None
