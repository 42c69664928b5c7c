"""What to do after a try at a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import State

if TYPE_CHECKING:
    from monitor.core.errors import DeliveryError

MOST_TRIES: Final = 440
"""About three days of tries, the longest ten minutes apart: then a delivery is dead: visible, announced, replayable.
Counted in tries and not in time, so that a delivery which waited behind others has all of them."""

MOST_AMBIGUOUS_TRIES: Final = 4
"""A service that takes an alert and never answers may have it: it is asked again 5, 20 and 80 minutes later, and then
no more, since each time can be a duplicate."""

FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 600.0
LONGEST_WAIT: Final = timedelta(seconds=LONGEST_WAIT_S)
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


def after_failure(
    error: DeliveryError, now: datetime, unit: float, *, attempts: int, ambiguous_attempts: int
) -> Verdict:
    """Decide what follows a failed try.

    `attempts` counts the tries before this one, `ambiguous_attempts` those of them that may have arrived; `unit` is
    a random number in [0, 1) that spreads retries.
    """
    if error.permanent:
        return Verdict(State.DEAD, error.reason, now, "permanent")
    outcome = "ambiguous" if error.ambiguous else "temporary"
    if error.ambiguous and ambiguous_attempts + 1 >= MOST_AMBIGUOUS_TRIES:
        reason = f"no answer {ambiguous_attempts + 1} times, it may have arrived: {error.reason}"
        return Verdict(State.DEAD, reason, now, outcome)
    if attempts + 1 >= MOST_TRIES:
        return Verdict(State.DEAD, f"gave up after {attempts + 1} tries: {error.reason}", now, outcome)
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempts, 16))
    if error.ambiguous:
        wait_s = AMBIGUOUS_WAIT_S * 4**ambiguous_attempts
    wait_s *= 1 + unit / 4
    return Verdict(
        State.PENDING, error.reason, now + timedelta(seconds=max(wait_s, error.retry_after_s or 0)), outcome
    )
