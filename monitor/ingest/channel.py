"""What a feed says of itself before its first entry: how often to come, when not to, and where older pages are."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from typing import Final

_LONGEST_HEAD: Final = 65_536
_FIRST_ENTRY: Final = re.compile(r"<(?:item|entry)[\s>]")
_TTL: Final = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD: Final = re.compile(r"<\w{1,20}:updatePeriod>\s*([a-z]{5,8})\s*<", re.IGNORECASE)
_FREQUENCY: Final = re.compile(r"<\w{1,20}:updateFrequency>\s*(\d{1,5})\s*<", re.IGNORECASE)
_SKIPPED: Final = re.compile(r"<skip(hours|days)\b.{0,2000}?</skip", re.IGNORECASE | re.DOTALL)
_HOUR: Final = re.compile(r"<hour>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY: Final = re.compile(r"<day>\s*([a-z]{3})[a-z]{0,6}\s*<", re.IGNORECASE)
_LINK: Final = re.compile(r"<(?:\w{1,20}:)?link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PERIODS_S: Final = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OLDER: Final = ("prev-archive", "next")
_HOURS_OF_DAY: Final = 24
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed's own statements: its `title` and its site (`home`, canonical), each "" if there is none.

    `ttl_s` is None if it states none; `skip_hours` are in UTC (0-23), `skip_days` ISO weekdays (1-7). `older_url` is
    the page before this one (RFC 5005) as written, perhaps relative, or "".
    """

    title: str = ""
    home: str = ""
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    older_url: str = ""

    @property
    def feed_id(self) -> str:
        """What a feed is known by at whatever address: a digest of its title and site, "" if it states neither.

        Publishers that give all their sections one title share it, so it is a hint that equal entries confirm.
        """
        if not self.title and not self.home:
            return ""
        stated = f"{self.title}\x1f{self.home}".encode("utf-8", "replace")
        return hashlib.blake2b(stated, digest_size=_DIGEST_BYTES).hexdigest()


def channel_of(xml: str) -> Channel:
    """Read what stands before the first entry; what makes no sense there is as if it were not stated."""
    entry = _FIRST_ENTRY.search(xml, 0, _LONGEST_HEAD)
    head = xml[: entry.start() if entry else _LONGEST_HEAD]
    hours: set[int] = set()
    days: set[int] = set()
    for skipped in _SKIPPED.finditer(head):
        if skipped[1].lower() == "hours":
            hours |= {int(hour) % _HOURS_OF_DAY for hour in _HOUR.findall(skipped[0]) if int(hour) <= _HOURS_OF_DAY}
        else:
            days |= {_DAYS.index(day.lower()) + 1 for day in _DAY.findall(skipped[0]) if day.lower() in _DAYS}
    return Channel(
        ttl_s=_ttl_s(head),
        skip_hours=_some(hours, _HOURS_OF_DAY),
        skip_days=_some(days, len(_DAYS)),
        older_url=_older(head),
    )


def _ttl_s(head: str) -> float | None:
    ttl = _TTL.search(head)
    if ttl and int(ttl[1]):
        return int(ttl[1]) * 60.0
    period = _PERIOD.search(head)
    if not period or period[1].lower() not in _PERIODS_S:
        return None
    frequency = _FREQUENCY.search(head)
    return _PERIODS_S[period[1].lower()] / max(1, int(frequency[1]) if frequency else 1)


def _some(skipped: set[int], all_of_them: int) -> frozenset[int]:
    """A feed that asks never to be polled means something else."""
    return frozenset(skipped) if len(skipped) < all_of_them else frozenset()


def _older(head: str) -> str:
    found: dict[str, str] = {}
    for link in _LINK.findall(head):
        stated = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(link)}
        for rel in stated.get("rel", "").lower().split():
            found.setdefault(rel.rpartition("/")[2], html.unescape(stated.get("href", "")).strip())
    return next((found[rel] for rel in _OLDER if found.get(rel)), "")
