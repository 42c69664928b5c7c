"""Publication times as Korean feeds write them. Libraries misread most of these without a sound."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitor.core.article import Precision

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 100
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "kst": 9, "jst": 9, "cst": -6, "cdt": -5, "est": -5, "edt": -4,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "bst": 1, "ist": 5.5, "hkt": 8, "sgt": 8,
}  # fmt: skip
_WEEKDAY: Final = re.compile(
    r"\(?(?:\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|rsday|urday)?\b"
    r"|(?<![가-힣])[월화수목금토일]요일|(?<![가-힣0-9])[월화수목금토일](?![가-힣]))\)?\s*[.,]?"
)
_CLOCK: Final = re.compile(
    r"(?P<half1>오전|오후|[ap]\.?m\.?(?![a-z]))?\s*"
    r"(?<!\d)(?P<hour>\d{1,2})\s*(?::|시)\s*(?P<minute>\d{1,2})?\s*분?(?:\s*:?\s*(?P<second>\d{1,2})(?:[.,]\d+)?(?!\d)\s*초?)?"
    r"\s*(?P<half2>오전|오후|[ap]\.?m\.?(?![a-z]))?"
)
_OFFSET: Final = re.compile(r"(?:gmt|utc|ut)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?(?!\d)\s*$")
_NAMED_OFFSET: Final = re.compile(r"(?:gmt|utc)\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?(?!\d)")
_REGION: Final = re.compile(r"[a-z]+/[a-z_]+(?:/[a-z_]+)?", re.IGNORECASE)
_ABBREVIATION: Final = re.compile(r"(?<![a-z])([a-z]{1,4})(?![a-z])")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})t?(\d{2})(\d{2})(\d{2})?(?!\d)")
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EPOCH: Final = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?")
_DAYS: Final = (
    re.compile(r"(?<!\d)(?P<year>\d{4})\s*(?:[-./]|년)\s*(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[\s-]+(?P<month>[a-z]{3,9}|\d{1,2}월?)[\s.,-]+(?P<year>\d{4}|\d{2})(?!\d)"),
    re.compile(
        r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)[\s,].*?(?<!\d)(?P<year>\d{4})(?!\d)"
    ),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)"),
)
_PIVOT: Final = 70
_NOON: Final = 12
_MIDNIGHT_AFTER: Final = 24
_MOST_OFFSET_HOURS: Final = 14


def parse_date(raw: str, zone: ZoneInfo) -> tuple[datetime, Precision] | None:
    """Read a stated time: aware UTC and how exact it is, or None if it cannot be read.

    A time without a zone is in `zone`, the feed's. What is stated is returned, be it in 1970 or 2099.
    """
    text = " ".join(raw.split())[:_LONGEST].lower()
    try:
        return _epoch(text) or _compact(text, zone) or _written(text, raw, zone)
    except (ValueError, OverflowError):
        return None


def _epoch(text: str) -> tuple[datetime, Precision] | None:
    found = _EPOCH.fullmatch(text)
    return (datetime.fromtimestamp(int(found[1]), UTC), Precision.SECOND) if found else None


def _compact(text: str, zone: ZoneInfo) -> tuple[datetime, Precision] | None:
    """`20250127`, `202501271000`, `20250127100000+0900`."""
    day = _COMPACT_DAY.fullmatch(text)
    if day:
        return _utc(datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=zone)), Precision.DAY
    found = _COMPACT.match(text)
    if not found:
        return None
    year, month, day_, hour, minute, second = (int(part or 0) for part in found.groups())
    rest = text[found.end() :]
    at = datetime(year, month, day_, hour, minute, second, tzinfo=_zone(rest, rest, zone))
    return _utc(at), Precision.SECOND if found[6] else Precision.MINUTE


def _written(text: str, raw: str, zone: ZoneInfo) -> tuple[datetime, Precision] | None:
    text = _WEEKDAY.sub(" ", text).strip()
    clock = _CLOCK.search(text)
    if not clock:
        day = next(_days(text), None)
        return (_utc(day.replace(tzinfo=zone)), Precision.DAY) if day else None
    # The time of day stands in the middle of `Jan 27 10:00:00 KST 2025`, so it is cut out.
    day = next(_days(f"{text[: clock.start()]} {text[clock.end() :]}"), None)
    if not day:
        return None
    at = day.replace(tzinfo=_zone(text[clock.end() :].strip(), raw, zone)) + _time_of_day(clock)
    return _utc(at), Precision.SECOND if clock["second"] else Precision.MINUTE


def _days(text: str) -> Iterator[datetime]:
    for pattern in _DAYS:
        found = pattern.search(text)
        if not found:
            continue
        month = _month(found["month"])
        day = int(found["day"])
        if "/" in found[0] and month > _NOON >= day:
            month, day = day, month
        if month:
            yield datetime(_year(found["year"]), month, day)  # noqa: DTZ001 - the zone is joined by the caller


def _month(text: str) -> int:
    digits = text.rstrip("월")
    if digits.isdecimal():
        return int(digits)
    return _MONTHS.index(text[:3]) + 1 if text[:3] in _MONTHS else 0


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - a year of two digits is short for one of this or the last century
        return year
    return year + (2000 if year < _PIVOT else 1900)


def _time_of_day(clock: re.Match[str]) -> timedelta:
    hour, minute, second = int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0)
    half = (clock["half1"] or clock["half2"] or "").replace(".", "")
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half in {"오후", "pm"} else 0)
    if hour > _MIDNIGHT_AFTER or minute >= 60 or second > 60:  # noqa: PLR2004 - the clock's own numbers
        raise ValueError(clock[0])
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(text: str, raw: str, zone: ZoneInfo) -> tzinfo:
    """The zone stated in what follows the time of day; `raw` keeps the capitals that a region needs."""
    offset = _NAMED_OFFSET.search(text) or _OFFSET.search(text)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > _MOST_OFFSET_HOURS:
            raise ValueError(text)
        span = timedelta(hours=hours, minutes=minutes)
        return timezone(-span if offset[1] == "-" else span)
    region = _REGION.search(raw)
    if region:
        return _region(region[0], zone)
    for name in _ABBREVIATION.findall(text):
        if name in _ZONES:
            return timezone(timedelta(hours=_ZONES[name]))
    return zone


def _region(name: str, zone: ZoneInfo) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError):
        return zone


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
