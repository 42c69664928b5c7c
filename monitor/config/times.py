"""How a configuration writes days, hours and times of day."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from monitor.config.values import did_you_mean, fault
from monitor.core.alerting.hours import EVERY_DAY, Day, DigestTime, Window

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MIDNIGHT: Final = "24:00"
_DAYS: Final = {
    **{day.name.lower(): frozenset({day}) for day in Day if day < Day.HOLIDAY},
    "holidays": frozenset({Day.HOLIDAY}),
    "workdays": frozenset({Day.WORKDAY}),
}
_WEEK: Final = [name for name in _DAYS if len(name) == 3]  # noqa: PLR2004 - mon to sun


def _days(text: str) -> frozenset[Day]:
    """`DAY ("," DAY)*`, a DAY being mon … sun, a range of them, holidays or workdays; "" for every day."""
    if not text:
        return EVERY_DAY
    found: set[Day] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if part in _DAYS:
            found |= _DAYS[part]
        elif first in _WEEK and last in _WEEK:
            start, end = _WEEK.index(first), _WEEK.index(last)
            found |= {Day(number % 7) for number in range(start, end + 1 if end >= start else end + 8)}
        else:
            fault(f"{part} is not a day", did_you_mean(part, _DAYS, "write mon-fri, sat,sun, holidays or workdays"))
    return frozenset(found)


def _split(text: Any, todo: str) -> tuple[frozenset[Day], str]:
    """`[DAYS] REST`."""
    words = text.split() if isinstance(text, str) else []
    if not 1 <= len(words) <= 2:  # noqa: PLR2004 - days and hours
        fault("this is not a time", todo)
    return _days(words[0] if len(words) > 1 else ""), words[-1]


def _clock(text: str, todo: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        fault(f"{text or 'nothing'} is not a time of day", todo)
    return time(int(found[1]), int(found[2]))


def _digest_time(text: Any) -> DigestTime:
    """`[DAYS] HH:MM`."""
    if isinstance(text, DigestTime):
        return text
    todo = 'write "08:00" or "mon-fri 08:00", in 24 hours'
    days, clock = _split(text, todo)
    return DigestTime(_clock(clock, todo), days)


def _window(text: Any) -> Window:
    """`[DAYS] HH:MM-HH:MM` or `DAYS`, the latter for all of these days."""
    if isinstance(text, Window):
        return text
    todo = 'write "22:00-07:00", "mon-fri 09:00-18:00" or "sat,sun,holidays"'
    days, hours = _split(text, todo)
    if ":" not in hours:
        if days is not EVERY_DAY:
            fault(f"{hours} is not a stretch of time", todo)
        return Window(time(0), time(0), _days(hours))
    start, _, end = hours.partition("-")
    return Window(_clock(start, todo), time(0) if end == _MIDNIGHT else _clock(end, todo), days)


def _several(one: Any) -> Any:
    """What a list of them is made of: one text stands for a list of one."""
    return tuple(one) if isinstance(one, (list, tuple)) else (one,)


def _digest_times(value: Any) -> tuple[DigestTime, ...]:
    return tuple(_digest_time(one) for one in _several(value))


def _windows(value: Any) -> tuple[Window, ...]:
    return tuple(_window(one) for one in _several(value))


def _days_text(days: frozenset[Day]) -> str:
    names = (name for name, kinds in _DAYS.items() if kinds <= days)
    return "" if days == EVERY_DAY else f"{','.join(names)} "


def times_text(times: tuple[DigestTime, ...]) -> list[str]:
    """Digest times as a configuration writes them."""
    return [f"{_days_text(one.days)}{one.at:%H:%M}" for one in times]


def _windows_text(windows: tuple[Window, ...]) -> list[str]:
    return [f"{_days_text(one.days)}{one.start:%H:%M}-{one.end:%H:%M}" for one in windows]


def _schema(pattern: str, *examples: str) -> WithJsonSchema:
    text = {"type": "string", "pattern": pattern, "examples": list(examples)}
    return WithJsonSchema({"anyOf": [text, {"type": "array", "items": text}]})


DigestTimes = Annotated[
    tuple[DigestTime, ...],
    BeforeValidator(_digest_times),
    PlainSerializer(times_text, return_type=list[str]),
    _schema(r"^(([a-z,-]+ )?([01][0-9]|2[0-3]):[0-5][0-9]|.*\$\{.*)$", "08:00", "mon-fri 08:00"),
]
Windows = Annotated[
    tuple[Window, ...],
    BeforeValidator(_windows),
    PlainSerializer(_windows_text, return_type=list[str]),
    _schema(
        r"^([a-z,-]+|([a-z,-]+ )?[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}|.*\$\{.*)$",
        "22:00-07:00",
        "mon-fri 09:00-18:00",
        "sat,sun,holidays",
    ),
]
