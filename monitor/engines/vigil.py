"""Says that the program lives: canaries to channels, a heartbeat to a watcher elsewhere, a line in the log."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from monitor.pipeline import briefing, canary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TypeAlias

    from monitor.pipeline.ports import Clock, Heartbeat, Storage, Work
    from monitor.pipeline.tell import Audience

    _Tell: TypeAlias = Callable[[Work, str, datetime, Audience, datetime], int]

log = logging.getLogger(__name__)

STATE_EVERY_S: Final = 3600.0


def _told(tell: _Tell, channel: str, due_at: datetime, audience: Audience, now: datetime, work: Work) -> int:
    return tell(work, channel, due_at, audience, now)


class Vigil:
    """`audience` and `heartbeat` are those of the configuration in force."""

    def __init__(
        self, storage: Storage, clock: Clock, audience: Audience, heartbeat: Heartbeat | None = None
    ) -> None:
        self.audience = audience
        self.heartbeat = heartbeat
        self._storage = storage
        self._clock = clock
        self._told: dict[tuple[str, str], datetime] = {}
        self._beat_s: float | None = None
        self._said_s = clock.monotonic_s()
        self._trouble = ""

    async def tell_canaries(self) -> int:
        """Tell each channel whose canary is due; how many alerts are new."""
        due = canary.due_canaries(self.audience, self._clock.now())
        return await self._tell("canary", due, canary.tell_canary)

    async def tell_briefings(self) -> int:
        """Tell each channel whose briefing is due; how many alerts are new."""
        due = briefing.due_briefings(self.audience, self._clock.now())
        return await self._tell("briefing", due, briefing.tell_briefing)

    async def _tell(self, what: str, due: dict[str, datetime], tell: _Tell) -> int:
        audience, now, new = self.audience, self._clock.now(), 0
        for channel, due_at in due.items():
            if self._told.get((what, channel)) == due_at:
                continue
            new += await self._storage.write(partial(_told, tell, channel, due_at, audience, now))
            self._told[what, channel] = due_at
        return new

    async def beat(self) -> None:
        """Beat if it is time and alerts get out. That a watcher is not reached is logged when it begins and ends."""
        heartbeat, passed_s = self.heartbeat, self._clock.monotonic_s()
        if heartbeat is None or (self._beat_s is not None and passed_s - self._beat_s < heartbeat.every_s):
            return
        self._beat_s = passed_s
        now = self._clock.now()
        oldest_at = await self._storage.read(lambda work: work.listings.oldest_pending_at(now))
        if oldest_at is not None and now - oldest_at > canary.BEHIND_AFTER:
            trouble = f"none while a delivery waits since {oldest_at:%Y-%m-%d %H:%M} UTC"
        else:
            trouble = await heartbeat.beat()
        if trouble and trouble != self._trouble:
            log.warning("heartbeat: %s", trouble)
        elif self._trouble and not trouble:
            log.info("heartbeat: well again")
        self._trouble = trouble

    async def say_state(self) -> None:
        """One line in the log, every hour."""
        passed_s = self._clock.monotonic_s()
        if passed_s - self._said_s < STATE_EVERY_S:
            return
        self._said_s = passed_s
        audience, now = self.audience, self._clock.now()
        found = await self._storage.read(lambda work: canary.standing(work, audience, now))
        waited = (
            f", the oldest for {int((now - found.oldest_at).total_seconds() // 60)} min" if found.oldest_at else ""
        )
        log.info(
            "%d of %d feeds well, %d deliveries waiting%s, %d dead",
            found.well,
            found.feeds,
            found.waiting,
            waited,
            found.dead,
        )
