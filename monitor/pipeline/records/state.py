"""How the configuration stands, and what a run did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools


@dataclass(frozen=True, slots=True)
class Published:
    """The text of config.yaml that all workers use, and its version, which grows."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Reload:
    """The last reading of the configuration.

    `asked_at`: when someone last asked for one. `read_at`: when the daemon last read it. `fault`: what was wrong with
    it, so that an earlier one is still in force, since `fault_since`; "" if it was taken over.
    """

    asked_at: datetime | None = None
    read_at: datetime | None = None
    fault: str = ""
    fault_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollSummary:
    """What polling did; sums with `+`."""

    feeds: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    articles_new: int = 0
    hits_new: int = 0
    alerts: int = 0
    gaps: int = 0
    failures: tuple[tuple[str, str], ...] = field(default=())

    def __add__(self, other: PollSummary) -> PollSummary:
        return PollSummary(
            feeds=self.feeds + other.feeds,
            fetched=self.fetched + other.fetched,
            not_modified=self.not_modified + other.not_modified,
            failed=self.failed + other.failed,
            articles_new=self.articles_new + other.articles_new,
            hits_new=self.hits_new + other.hits_new,
            alerts=self.alerts + other.alerts,
            gaps=self.gaps + other.gaps,
            failures=self.failures + other.failures,
        )
