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
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def max_age_s(cache_control: str, age: str) -> float | None:
    """How long the answer stays fresh: max-age less the age it has already, or None if not stated."""
    text = cache_control.lower()
    found = _MAX_AGE.search(text)
    if not found or _NO_AGE.search(text):
        return None
    spent = float(age) if age.strip().isdecimal() else 0.0
    return max(0.0, float(found[1]) - spent)
