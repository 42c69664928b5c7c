"""How often watchlists hit, when anyone looked, and what was told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from monitor.core.matching.version import Definition
    from monitor.core.spikes.model import Turn
    from monitor.pipeline.records import HitStory


class Rates(Protocol):
    """Stories by the time of their first article, watched hours, and turns."""

    def beat(self, hour: datetime, forget_before: datetime) -> None:
        """Remember that feeds were watched in this clock hour; older hours than `forget_before` go."""
        ...

    def watched(self, since: datetime) -> tuple[datetime, ...]:
        """The clock hours that were watched from `since` on, ascending."""
        ...

    def began(self, after_id: int, since: datetime) -> Iterator[tuple[int, int, datetime]]:
        """Articles with higher numbers, first seen from `since` on, as (number, story, when it began to be news)."""
        ...

    def hit_stories(self, since: datetime) -> tuple[HitStory, ...]:
        """The stories of each watchlist with a hit first seen from `since` on, by when their first hit began."""
        ...

    def carriers(self, watchlist: str, since: datetime) -> tuple[str, ...]:
        """The feeds that carried its hits first seen from `since` on, the one with the most first."""
        ...

    def open_turns(self) -> tuple[Turn, ...]:
        """The turns that have not ended."""
        ...

    def last_spike_at(self, watchlist: str) -> datetime | None:
        """When its last spike began, or None."""
        ...

    def begin(self, turn: Turn) -> int | None:
        """Store a turn; None if one of its kind is open for its watchlist (nothing is stored)."""
        ...

    def end(self, turn_id: int, now: datetime) -> bool:
        """End a turn; whether it was open."""
        ...


class Versions(Protocol):
    """The definitions that watchlists had."""

    def sync(self, definitions: Mapping[str, Definition], now: datetime) -> None:
        """Remember the definition that each watchlist has now, and since when, if that is new."""
        ...

    def definition(self, watchlist: str, version: str) -> Definition | None:
        """The definition that a watchlist had under this version; None if it is not known."""
        ...

    def in_force(self) -> dict[str, tuple[str, datetime]]:
        """Of each watchlist that ever was: the version it had last, and since when."""
        ...
