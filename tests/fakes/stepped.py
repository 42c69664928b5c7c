"""A clock that runs with the machine's, and can be moved."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SteppedClock:
    """Implements `ports.Clock` for the real engine: `pass_by` lets time pass, `step` moves the wall clock alone."""

    def __init__(self, now: datetime) -> None:
        self._ahead = now - datetime.now(UTC)
        self._passed = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic_s(self) -> float:
        return time.monotonic() + self._passed.total_seconds()

    def pass_by(self, span: timedelta) -> None:
        self._ahead += span
        self._passed += span

    def step(self, by: timedelta) -> None:
        self._ahead += by
