"""What a changed configuration does to what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from monitor.pipeline.records import Lane, Reload


class Reloads(Protocol):
    """How the configuration stands, and what follows from a new one."""

    def state(self) -> Reload:
        """How the last reading went."""
        ...

    def ask(self, now: datetime) -> None:
        """Ask the daemon to read the configuration."""
        ...

    def answer(self, now: datetime, fault: str = "", fault_since: datetime | None = None) -> None:
        """Say that the configuration was read, and what was wrong with it."""
        ...

    def suppress_others(self, lanes: Collection[Lane], reason: str) -> tuple[int, ...]:
        """Suppress the pending deliveries outside these lanes; their numbers."""
        ...

    def restore(self, delivery_ids: Sequence[int], lanes: Collection[Lane], reason: str) -> int:
        """Make those of these deliveries pending again that are suppressed for this reason and in these lanes.

        They are due when they were; how many there were.
        """
        ...

    def rename_channel(self, old: str, new: str) -> None:
        """Give the deliveries and silences of a channel to its new name.

        An alert that has a delivery for the recipient under the new name already keeps both as they are.
        """
        ...

    def rename(self, old: str, new: str) -> None:
        """Give what a watchlist has (hits, alerts, turns, versions, silences) to its new name.

        What the new name has already stays as it is.
        """
        ...
