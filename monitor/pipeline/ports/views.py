"""What the pages ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.spikes.model import Turn
    from monitor.pipeline.views import HitTime, HitView, Pulse, SeenDelivery, StoriesPage, StoryView, Totals


class Views(Protocol):
    """Read models of the dashboard, each a few statements whatever its length."""

    def stories(
        self, start: datetime, end: datetime, *, watchlist: str = "", limit: int = 50, skip: int = 0
    ) -> StoriesPage:
        """The stories with a hit first seen in a span of time (of one watchlist, or of any), the newest hit first."""
        ...

    def story(self, story_id: int) -> StoryView | None:
        """One story with all its articles and what was told of it; None if there is none of this number."""
        ...

    def hit_times(self, watchlist: str, since: datetime) -> tuple[HitTime, ...]:
        """The hits of a watchlist from `since` on, in order."""
        ...

    def hits(self, watchlist: str, *, before_id: int | None = None, limit: int = 20) -> tuple[HitView, ...]:
        """The hits of a watchlist numbered below `before_id`, the newest first."""
        ...

    def hit_ids(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The numbers of the hits first seen in a span of time, in order."""
        ...

    def counts(self, since: datetime) -> dict[str, tuple[int, int]]:
        """Of each watchlist with a hit from `since` on: how many stories and articles hit it."""
        ...

    def turns(self, watchlist: str, since: datetime) -> tuple[Turn, ...]:
        """The spikes and lulls of a watchlist that began from `since` on, the newest first."""
        ...

    def deliveries(
        self, *, state: str = "", channel: str = "", before_id: int | None = None, limit: int = 50
    ) -> tuple[SeenDelivery, ...]:
        """Deliveries numbered below `before_id` with their tries and what they tell of, the newest first."""
        ...

    def totals(self) -> Totals:
        """How much is stored."""
        ...

    def pulse(self) -> Pulse:
        """The highest numbers of what pages show."""
        ...
