"""What readers say of hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.pipeline.records import MarkedHit, Verdict


class Marks(Protocol):
    """Hits that readers called right or wrong."""

    def mark(self, hit_ids: Sequence[int], verdict: Verdict | None, now: datetime) -> tuple[int, ...]:
        """Say so of hits, in place of what was said before (None: nothing any more); the numbers that are hits."""
        ...

    def marked(self, watchlist: str = "", since: datetime | None = None) -> tuple[MarkedHit, ...]:
        """What was said of the hits that were stored from `since` on, of one watchlist or of all, by number."""
        ...
