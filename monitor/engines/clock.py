"""The guard for the moment when someone steps the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.pipeline.ports import Clock

STEP: Final = timedelta(seconds=30)
"""A smaller difference between wall time and the monotonic clock is slewing, or a blocked loop."""


@dataclass(slots=True)
class StepGuard:
    """Notices when wall time jumps against the monotonic clock."""

    clock: Clock
    _wall: datetime = field(init=False)
    _mono_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._mark()

    def step(self) -> timedelta:
        """How far the wall clock was stepped since the last call: positive forward, zero if it was not."""
        wall, mono_s = self._wall, self._mono_s
        self._mark()
        step = (self._wall - wall) - timedelta(seconds=self._mono_s - mono_s)
        return step if abs(step) >= STEP else timedelta(0)

    def _mark(self) -> None:
        self._wall, self._mono_s = self.clock.now(), self.clock.monotonic_s()
