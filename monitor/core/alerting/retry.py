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

MOST_UNANSWERED: Final = 2
"""A service that takes an alert and never answers may have it: it is asked once more and then no more, since each
time can be a duplicate."""

LATE: Final = timedelta(minutes=30)
SOON: Final = timedelta(minutes=5)
"""A try that may have arrived is repeated late, so that a slow service can settle: after `LATE`, or as soon as the
lane answers to another delivery, but not before `SOON`."""

REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=10)
"""How long a lane that did not answer rests before the next of its deliveries is tried. Longer each time, for each of
them has only `MOST_UNANSWERED` such tries."""

FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 600.0
LONGEST_WAIT: Final = timedelta(seconds=LONGEST_WAIT_S)
AMBIGUOUS: Final = "ambiguous"
"""The outcome of a try that may have arrived."""

PATIENCE: Final = 20
"""Tries (about two hours) for which a delivery keeps its place at the head of its lane."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state after a try, why, and when to try again if it is pending."""

    state: State
    reason: str
    due_at: datetime
    outcome: str


def after_failure(error: DeliveryError, now: datetime, unit: float, *, attempts: int, unanswered: int) -> Verdict:
    """Decide what follows a failed try.

    `attempts` counts the tries before this one, `unanswered` those of them that may have arrived, both since the
    delivery was made or retried by hand; `unit` is a random number in [0, 1) that spreads retries.
    """
    if error.permanent:
        return Verdict(State.DEAD, error.reason, now, "permanent")
    outcome = AMBIGUOUS if error.ambiguous else "temporary"
    if error.ambiguous and unanswered + 1 >= MOST_UNANSWERED:
        reason = f"no answer {unanswered + 1} times, it may have arrived: {error.reason}"
        return Verdict(State.DEAD, reason, now, outcome)
    if attempts + 1 >= MOST_TRIES:
        return Verdict(State.DEAD, f"gave up after {attempts + 1} tries: {error.reason}", now, outcome)
    if error.ambiguous:
        return Verdict(State.PENDING, error.reason, now + LATE, outcome)
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempts, 16))
    wait_s *= 1 + unit / 4
    return Verdict(
        State.PENDING, error.reason, now + timedelta(seconds=max(wait_s, error.retry_after_s or 0)), outcome
    )


def rest(unanswered: int) -> timedelta:
    """How long a lane rests in which so many deliveries (at least one) wait whose last word is missing."""
    return min(REST * (1 << min(unanswered - 1, 16)), LONGEST_REST)


def once_answered(due_at: datetime, now: datetime) -> datetime:
    """When a delivery that may have arrived, and is due at `due_at`, is tried again now that its lane answers."""
    return min(due_at, max(now, due_at - (LATE - SOON)))
