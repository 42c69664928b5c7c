"""How many of the hits that readers looked at are right, by watchlist, term and time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.pipeline.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from monitor.pipeline.records import MarkedHit


class Period(StrEnum):
    """What is counted together."""

    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Precision:
    """The marked hits of a watchlist in a period (`2025-01`, or `2025-W05` by ISO 8601) of which a term is a part.

    `term` is "" for all hits of the watchlist.
    """

    watchlist: str
    term: str
    period: str
    right: int
    wrong: int

    @property
    def share(self) -> float:
        """What part of them is right, from 0 to 1."""
        return self.right / (self.right + self.wrong)


def precision(marked: Iterable[MarkedHit], period: Period, zone: tzinfo) -> tuple[Precision, ...]:
    """By watchlist, term and period of the hits, in this order; a hit counts for each term that matched in it."""
    counts: Counter[tuple[str, str, str, Verdict]] = Counter()
    for hit in marked:
        name = _name(hit.first_seen_at.astimezone(zone), period)
        for term in ("", *hit.terms):
            counts[hit.watchlist, term, name, hit.verdict] += 1
    places = sorted({key[:3] for key in counts})
    return tuple(
        Precision(*place, right=counts[*place, Verdict.RIGHT], wrong=counts[*place, Verdict.WRONG])
        for place in places
    )


def _name(moment: datetime, period: Period) -> str:
    if period is Period.MONTH:
        return f"{moment:%Y-%m}"
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"
