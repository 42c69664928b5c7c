"""Who is logged in, and what was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.checkup import Backup
    from monitor.pipeline.sessions import Session


class Sessions(Protocol):
    """Browsers that are or were logged in, by the hash of their cookie."""

    def begin(self, digest: str, stamp: str, now: datetime, most: int) -> None:
        """Begin a session; of more than `most` the longest unseen are forgotten."""
        ...

    def find(self, digest: str) -> Session | None:
        """The session of a cookie, ended or not; None if it is no cookie of ours."""
        ...

    def see(self, digest: str, now: datetime) -> None:
        """Remember that the browser was seen now."""
        ...

    def end(self, digest: str, now: datetime) -> None:
        """Log out; the browser stays known."""
        ...

    def forget(self, digest: str) -> None:
        """Forget a browser."""
        ...


class Backups(Protocol):
    """Copies of the database that were made."""

    def add(self, backup: Backup) -> None:
        """Remember one."""
        ...

    def last(self) -> Backup | None:
        """The newest; None if there is none."""
        ...
