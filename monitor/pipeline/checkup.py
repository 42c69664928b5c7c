"""Is all well: what the doctor and the status page look at, and what they call well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - dataclass fields are read at run time by tools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.schedule import Health
from monitor.pipeline.upkeep import WELL

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import Reload

OVERDUE_AFTER: Final = timedelta(minutes=5)
"""The daemon claims what is due every second; a feed that waits this long shows that it does not run."""

STUCK_AFTER: Final = timedelta(minutes=30)
"""A delivery that should have gone out so long ago shows that a channel is down."""

BACKUP_AFTER: Final = timedelta(days=8)
"""Who made copies, and made none for a week and a day, has a job that does not run any more."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database that was made."""

    made_at: datetime
    file: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Checkup:
    """How all stood `at` a moment.

    `health`: how many feeds there are of each. `feed_due_at`: when the next poll is or was due. `oldest_at`: since
    when the oldest delivery that should have gone out waits. `next_delivery_at`: when the next one is due.
    """

    at: datetime
    reload: Reload
    feed_due_at: datetime | None
    health: Mapping[str, int]
    sick: tuple[str, ...]
    waiting: int
    dead: int
    oldest_at: datetime | None
    next_delivery_at: datetime | None
    backup: Backup | None

    @property
    def is_overdue(self) -> bool:
        """Whether a feed waits so long that no daemon can be running."""
        return self.feed_due_at is not None and self.at - self.feed_due_at > OVERDUE_AFTER

    @property
    def is_stuck(self) -> bool:
        """Whether alerts do not get out."""
        return self.oldest_at is not None and self.at - self.oldest_at > STUCK_AFTER

    @property
    def is_backup_late(self) -> bool:
        """Whether copies were made, and are not any more."""
        return self.backup is not None and self.at - self.backup.made_at > BACKUP_AFTER


def check_up(work: Work, now: datetime) -> Checkup:
    """Look at everything that the database tells."""
    feeds = work.listings.feeds()
    counts = work.outbox.counts()
    return Checkup(
        at=now,
        reload=work.reloads.state(),
        feed_due_at=work.feeds.next_due_at(),
        health=dict(Counter(str(feed["health"]) for feed in feeds).most_common()),
        sick=tuple(str(feed["name"]) for feed in feeds if Health(str(feed["health"])) not in WELL),
        waiting=counts.get("pending", 0) + counts.get("leased", 0),
        dead=counts.get("dead", 0),
        oldest_at=work.listings.oldest_pending_at(now),
        next_delivery_at=work.outbox.next_due_at(),
        backup=work.backups.last(),
    )
