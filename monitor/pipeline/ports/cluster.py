"""What several hosts share beside the work itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.pipeline.records import Published


class Cluster(Protocol):
    """Who is asking which host, who schedules, and which configuration all use."""

    def busy_hosts(self, now: datetime) -> dict[str, bool]:
        """Hosts that must not be asked now; true for those that are being asked at this moment."""
        ...

    def take_hosts(self, tokens: Mapping[str, str], now: datetime, until: datetime) -> None:
        """Let these hosts be asked by who holds these tokens."""
        ...

    def free_host(self, host: str, token: str, now: datetime, allowed_at: datetime) -> None:
        """A host is asked no more, and not again before `allowed_at`; harmless if the token was lost."""
        ...

    def hold(self, post: str, token: str, now: datetime, until: datetime) -> bool:
        """Take or keep a post that only one has at a time; whether it is held by this token now."""
        ...

    def leave(self, post: str, token: str, now: datetime) -> None:
        """Give a post up; harmless if another has it."""
        ...

    def publish(self, configuration: str, now: datetime) -> int:
        """Make this the configuration of all workers, if it is not; its version."""
        ...

    def published(self) -> Published | None:
        """The configuration of all workers; None if none was ever published."""
        ...

    def versions(self) -> tuple[str, int | None]:
        """The version of the schema, and that of the configuration of all workers."""
        ...
