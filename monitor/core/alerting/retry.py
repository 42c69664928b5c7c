"""What to do after a try at a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import State

if TYPE_CHECKING:
    from monitor.core.errors import DeliveryError

GIVE_UP_AFTER: Final = timedelta(days=3)
"""A delivery that could not be made for so long is dead: visible, announced, and replayable."""

FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 600.0
AMBIGUOUS_WAIT_S: Final = 300.0
"""A delivery that timed out may have arrived: it is tried again late, so that a slow service can settle."""

PATIENCE: Final = 20
"""Tries (about two hours) for which a delivery keeps its place at the head of its lane."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state after a try, why, and when to try again if it is pending."""

    state: State
    reason: str
    due_at: datetime
    outcome: str


def after_failure(error: DeliveryError, attempts: int, created_at: datetime, now: datetime, unit: float) -> Verdict:
    """Decide what follows a failed try.

    `attempts` counts the tries before this one; `unit` is a random number in [0, 1) that spreads retries.
    """
    if error.permanent:
        return Verdict(State.DEAD, error.reason, now, "permanent")
    outcome = "ambiguous" if error.ambiguous else "temporary"
    if now - created_at > GIVE_UP_AFTER:
        return Verdict(State.DEAD, f"gave up after {GIVE_UP_AFTER.days} days: {error.reason}", now, outcome)
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempts, 16)) * (1 + unit / 4)
    if error.ambiguous:
        wait_s = max(wait_s, AMBIGUOUS_WAIT_S)
    wait_s = max(wait_s, error.retry_after_s or 0.0)
    return Verdict(State.PENDING, error.reason, now + timedelta(seconds=wait_s), outcome)
