"""What was stored, read through from its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.records import PastArticle


class History(Protocol):
    """The stored articles in the order of their numbers, each with its story and its hits."""

    def bounds(self, since: datetime | None = None) -> tuple[int, int] | None:
        """The lowest and the highest number of an article first seen from `since` on; None if there is none."""
        ...

    def between(self, low: int, high: int, since: datetime | None = None) -> tuple[PastArticle, ...]:
        """The articles numbered from `low` to `high`, both with it, of those first seen from `since` on."""
        ...

    def watchlists(self) -> tuple[str, ...]:
        """The names of all watchlists that have stored hits, sorted."""
        ...
