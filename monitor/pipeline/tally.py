"""What this process did since it started, counted for whoever watches over it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.pipeline.records import PollSummary

BOUNDS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds of the classes in which durations are counted."""

OUTCOMES: Final = ("fetched", "not_modified", "failed")
"""What a poll can come to, as `PollSummary` counts it."""


@dataclass(slots=True)
class Durations:
    """How long something took, by classes; `counts` has one more than `BOUNDS_S`, for what took longer."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    sum_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.sum_s += seconds


@dataclass(slots=True)
class Tally:
    """Polls by outcome and duration, and when the scheduler last looked for due feeds (monotonic seconds)."""

    polls: Counter[str] = field(default_factory=Counter)
    polling: Durations = field(default_factory=Durations)
    beat_s: float | None = None

    def polled(self, summary: PollSummary, seconds: float) -> None:
        """Count a poll."""
        for outcome in OUTCOMES:
            self.polls[outcome] += getattr(summary, outcome)
        self.polling.add(seconds)
