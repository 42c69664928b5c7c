"""What people look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.records import Carried, Place


class Listings(Protocol):
    """Read models: rows as the command line and the API show them (see docs/reference.md for the keys).

    With `before`, a list goes on behind that place.
    """

    def stories(
        self,
        *,
        since: datetime | None = None,
        watchlist: str = "",
        story_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Stories, the one with the newest article first; with `story_id` only this one."""
        ...

    def feeds(self) -> list[dict[str, object]]:
        """Feeds, by name, the removed ones too."""
        ...

    def articles(
        self,
        *,
        since: datetime | None = None,
        feed: str = "",
        story_id: int | None = None,
        article_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Articles, newest first seen first; with `story_id` those of this story, with `article_id` only this one."""
        ...

    def hits(
        self,
        *,
        since: datetime | None = None,
        watchlist: str = "",
        alert_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Hits, newest first; with `alert_id` only those that this alert tells of."""
        ...

    def alerts(
        self,
        *,
        since: datetime | None = None,
        watchlist: str = "",
        article_id: int | None = None,
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Alerts and what became of them, newest first; with `article_id`, those of the article and its story."""
        ...

    def deliveries(
        self,
        *,
        since: datetime | None = None,
        state: str = "",
        channel: str = "",
        limit: int = 50,
        before: Place | None = None,
    ) -> list[dict[str, object]]:
        """Deliveries, newest first."""
        ...

    def carried(self, watchlist: str = "", limit: int = 50) -> tuple[Carried, ...]:
        """The articles with the newest hits, of one watchlist or of any, the newest hit first."""
        ...

    def totals(self) -> dict[str, int]:
        """How many articles, hits, alerts and gaps were ever stored; they never fall."""
        ...

    def feed_counts(self, now: datetime) -> tuple[dict[str, int], int]:
        """Enabled feeds by health, and how many of them are due."""
        ...

    def attempts(self, delivery_id: int) -> list[dict[str, object]]:
        """The tries at a delivery, in order."""
        ...

    def passed(self, article_id: int) -> list[dict[str, object]]:
        """The hits of an article that a channel is not told of, and why, in order."""
        ...

    def watchlists(self, since: datetime) -> dict[str, tuple[int, str]]:
        """Of each watchlist that ever hit: its hits from `since` on, and when the last one was stored (ISO 8601)."""
        ...

    def alerts_made(self, since: datetime, until: datetime) -> int:
        """How many alerts about articles were made from `since` on and before `until`."""
        ...

    def oldest_pending_at(self, now: datetime) -> datetime | None:
        """When the delivery should have gone out that waits beyond its time for longest, or None.

        One that waits for its hour (a digest) does not count; one that waits after a failed try does, since its hour.
        """
        ...
