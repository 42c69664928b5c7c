"""A clock that moves when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2025, 1, 27, 0, 0, tzinfo=UTC)


class FakeClock:
    """Implements `ports.Clock`. Both of its times pass together; `step` moves the wall clock alone."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._monotonic_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, by: timedelta | float) -> datetime:
        """Let time pass; bare numbers are seconds. Returns the new time."""
        passed = by if isinstance(by, timedelta) else timedelta(seconds=by)
        if passed < timedelta(0):
            raise ValueError("time does not run back; use step for a wall clock that is put back")
        self._now += passed
        self._monotonic_s += passed.total_seconds()
        return self._now

    def step(self, by: timedelta) -> datetime:
        """Set the wall clock forth or back, as an operator or NTP does. Returns the new time."""
        self._now += by
        return self._now
