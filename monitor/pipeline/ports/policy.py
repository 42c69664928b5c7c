"""What deciding needs to know of the past, and silences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.core.alerting.model import StoryState
    from monitor.core.alerting.silence import Matchers, Silence
    from monitor.pipeline.records import HitPlace


class Tellings(Protocol):
    """Who was told of which story, and how much is told as a rule."""

    def stories(self, story_ids: Sequence[int]) -> dict[int, StoryState]:
        """What is known of these stories: their articles in order, and who was told of them."""
        ...

    def untold(self, watchlist: str, story_id: int, since: int) -> tuple[int, ...]:
        """The watchlist's hits of a story that are numbered above `since`, in order."""
        ...

    def pass_over(self, hit_ids: Sequence[int], channel: str, why: str, alert_id: int, now: datetime) -> None:
        """Store why a channel is not told of hits; see `core.alerting.model.Pass`. The first reason stays."""
        ...

    def hits(self, alert_id: int) -> tuple[HitPlace, ...]:
        """The hits of an alert in the order in which they were attached."""
        ...

    def places(self, hit_ids: Sequence[int]) -> tuple[HitPlace, ...]:
        """Where these hits stand."""
        ...

    def withhold(self, alert_id: int, channel: str, why: str) -> int:
        """Suppress what of an alert is pending on a channel; how many deliveries that were."""
        ...

    def first_at(self) -> datetime | None:
        """When the first alert about a story was made, or None."""
        ...

    def of_watchlist(self, watchlist: str, since: datetime) -> tuple[datetime, ...]:
        """When first reports were made for a watchlist since then."""
        ...

    def of_feed(self, feed_id: int, since: datetime) -> tuple[datetime, ...]:
        """When first reports were made since then of articles that this feed carried."""
        ...

    def held_since(self, about: str, since: datetime) -> int:
        """How many stories were held for this flood since then."""
        ...

    def holds(self) -> list[dict[str, object]]:
        """The floods that are held now: `id`, `about`, `why`, `channel`, `stories`, `created_at`, `released_at`."""
        ...

    def release_held(self, alert_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
        """Send held floods now; the numbers that were released."""
        ...

    def drop_held(self, alert_ids: Sequence[int], why: str) -> tuple[int, ...]:
        """Suppress held floods; the numbers that were dropped."""
        ...

    def of_key(self, key: str) -> int:
        """The alert of this key; there must be one."""
        ...


class Silences(Protocol):
    """Time-bounded mutes."""

    def add(self, matchers: Matchers, why: str, now: datetime, ends_at: datetime) -> int:
        """Store a silence; its number."""
        ...

    def expire(self, silence_id: int, now: datetime) -> bool:
        """End a silence now; false if there is no live one of this number."""
        ...

    def live(self, now: datetime) -> tuple[Silence, ...]:
        """The silences that last beyond `now`, by number."""
        ...

    def all(
        self, *, since: datetime | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[Silence, ...]:
        """Silences made since then, the newest first; only those numbered below `before_id`."""
        ...
