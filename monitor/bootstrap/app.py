"""What a running program is made of."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitor.config.policy import is_korean_holiday
from monitor.core.spikes.model import Almanac
from monitor.pipeline.adopt import Setup

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config.compile import Compiled
    from monitor.config.model import Config
    from monitor.ingest.reader import HttpFeedReader
    from monitor.pipeline.deliver import Courier
    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import Clock, Heartbeat, Notifier, PageReader, Storage
    from monitor.pipeline.watch import Watcher

KOREA: Final = ZoneInfo("Asia/Seoul")
"""Where the news is made; its hours and holidays are those of the publishers, wherever the reader lives."""

ALMANAC: Final = Almanac(KOREA, is_korean_holiday)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time now, aware UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running program."""

    config: Config
    compiled: Compiled
    storage: Storage
    reader: HttpFeedReader
    pages: PageReader
    notifier: Notifier
    poller: Poller
    courier: Courier
    watcher: Watcher
    heartbeat: Heartbeat | None
    clock: Clock
    zone: ZoneInfo
    stamp: tuple[object, ...] = ()
    """Of the files of the configuration, before they were read; () if it came from none."""

    @property
    def setup(self) -> Setup:
        """What of the configuration concerns the database."""
        return Setup(tuple(self.poller.specs.values()), self.watcher.definitions, self.poller.audience)


@dataclass(frozen=True, slots=True)
class Member:
    """What a worker begins with: parts made of the published configuration, and the versions that they stand for."""

    app: App
    database: str
    base: Path
    schema: str
    version: int
    readers: list[HttpFeedReader]

    def retire(self, old: App, new: App) -> None:
        """Another app has taken over; its reader is closed at the end with the others."""
        if new.reader is not old.reader:
            self.readers.append(new.reader)


@dataclass(frozen=True, slots=True)
class OpenedStorage:
    """A migrated database and the zone in which people read its times."""

    storage: Storage
    zone: ZoneInfo
