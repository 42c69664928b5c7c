"""Browsers that are logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is or was logged in. `stamp` is that of the password or token that it showed."""

    stamp: str
    begun_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
