"""When to poll a feed next, and how it is doing."""

from __future__ import annotations

from monitor.core.schedule.model import Brought, Change, FeedState, Health, PollPolicy, Served
from monitor.core.schedule.step import after_failure, after_success, change

__all__ = [
    "Brought",
    "Change",
    "FeedState",
    "Health",
    "PollPolicy",
    "Served",
    "after_failure",
    "after_success",
    "change",
]
