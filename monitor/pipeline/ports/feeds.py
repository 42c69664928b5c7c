"""Feeds as stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from monitor.core.schedule import FeedState
    from monitor.pipeline.records import FeedClaim, FeedSpec, Gap


class Feeds(Protocol):
    """Feeds and their poll state."""

    def sync(self, specs: Sequence[FeedSpec], now: datetime) -> None:
        """Make the stored feeds those of the configuration.

        A new feed is due now. One with a changed address is due now and a new feed in all else: its next poll is
        a baseline, so that another section's fifty entries are no flood. A feed that is not named any more is
        disabled, its history kept.
        """
        ...

    def addresses(self) -> Mapping[str, str]:
        """The address of every feed that ever was, by name: those of the configuration first, then the newest."""
        ...

    def rename(self, old: str, new: str) -> None:
        """Give a feed with all it has another name, which no feed has.

        A poll of it that is under way loses its claim, so that nothing is written under the old name; it is due as
        it was.
        """
        ...

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Up to `limit` names of enabled feeds that are due and not claimed, the longest due first."""
        ...

    def claim_due(
        self, now: datetime, lease_for: timedelta, limit: int, names: Sequence[str] | None = None
    ) -> tuple[FeedClaim, ...]:
        """Claim up to `limit` enabled feeds that are due and not claimed by another, the longest due first.

        With `names`, only of these.
        """
        ...

    def claim_named(self, names: Sequence[str], now: datetime, lease_for: timedelta) -> tuple[FeedClaim, ...]:
        """Claim these enabled feeds whether due or not, except those claimed by another now."""
        ...

    def save(self, claim: FeedClaim, state: FeedState, gap: Gap | None = None) -> None:
        """Write the state after a poll, record the gap, and give the claim back.

        Raises:
            LeaseLostError: the claim has passed to another; nothing is written.
        """
        ...

    def twin(self, feed_id: int, fingerprint: str, keys: Sequence[str]) -> str:
        """An older enabled feed with this fingerprint whose last poll shares an entry with `keys`, or ""."""
        ...

    def release(self, claim: FeedClaim) -> None:
        """Give a claim back without having polled; harmless if it was lost."""
        ...

    def release_token(self, feed_id: int, token: str) -> None:
        """The same for a claim of which only this is known."""
        ...

    def take_up(self, feed_id: int, token: str, until: datetime) -> FeedClaim | None:
        """Prolong a claim that was made elsewhere; None if it was lost, or the feed is not polled any more."""
        ...

    def next_due_at(self) -> datetime | None:
        """When the next enabled feed is due, or None if there is none."""
        ...

    def heal(self, now: datetime, lease_for: timedelta) -> None:
        """Mend what a wrong clock wrote: a feed that was polled in the future keeps its wait, counted from now.

        No lease lasts longer than `lease_for` from now. Doing it again, or where nothing is wrong, changes nothing.
        """
        ...
