"""Whether to tell, whom, and why. Every decision has a name."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an alert exists."""

    FIRST_REPORT = "first report"
    UPDATED = "updated"
    BASELINE = "baseline"
    DIGEST = "digest"
    NOTICE = "notice"
    TEST = "test"


class State(StrEnum):
    """Where a delivery stands. It ends only as sent, dead or suppressed."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"
