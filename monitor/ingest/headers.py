"""What the headers of an answer mean to us."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})")
_NO_AGE: Final = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_LONGEST_VALIDATOR: Final = 1_000
_SECONDS: Final = re.compile(r"\d{1,10}(?:\.\d+)?")


def opaque(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str:
    """A validator as it came, quotes included; byte for byte, so that it can be sent back."""
    for key, value in headers:
        if key.lower() == name and len(value) <= _LONGEST_VALIDATOR:
            return value.decode("latin-1").strip()
    return ""


def charset(content_type: str) -> str:
    """The charset that a content type names, or ""."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def retry_after_s(value: str, now: datetime) -> float | None:
    """Seconds to wait: from a number or from a date, never negative; None if it says nothing readable."""
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (_aware(at) - now).total_seconds())


def fresh_s(cache_control: str, age: str, expires: str, sent_at: str) -> float | None:
    """How long the answer stays fresh, or None if not stated: max-age, else Expires less Date, less Age."""
    text = cache_control.lower()
    if _NO_AGE.search(text):
        return None
    found = _MAX_AGE.search(text)
    stated_s = float(found[1]) if found else _seconds_between(sent_at, expires)
    if stated_s is None:
        return None
    spent_s = float(age) if _SECONDS.fullmatch(age.strip()) else 0.0
    return max(0.0, stated_s - spent_s)


def _seconds_between(sent_at: str, expires: str) -> float | None:
    try:
        start, end = parsedate_to_datetime(sent_at), parsedate_to_datetime(expires)
    except (ValueError, OverflowError):
        return None
    return (_aware(end) - _aware(start)).total_seconds()


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
