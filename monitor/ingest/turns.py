"""One connection a host at a time, and a breath between two."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from monitor.pipeline.ports import Clock

_MOST_IDLE_HOSTS: Final = 1_000
MOST_SPACING_S: Final = 5.0
"""A host that asks for longer pauses would hold up the feeds that live on it."""


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at_s: float = 0.0
    waiting: int = 0


class HostTurns:
    """Gives out turns, one a host at a time, in the order they were asked for."""

    def __init__(self, clock: Clock, spacing_s: float) -> None:
        self._clock = clock
        self._spacing_s = spacing_s
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def take(self, name: str, spacing_s: float = 0.0) -> AsyncIterator[None]:
        """Hold the host's turn for the length of the block; the next begins no sooner than `spacing_s` after it.

        The usual spacing is the least, and `MOST_SPACING_S` the most.
        """
        spacing_s = min(max(spacing_s, self._spacing_s), max(self._spacing_s, MOST_SPACING_S))
        host = self._hosts.setdefault(name.lower(), _Host())
        host.waiting += 1
        try:
            async with host.lock:
                pause_s = host.free_at_s - self._clock.monotonic_s()
                if pause_s > 0:
                    await asyncio.sleep(min(pause_s, max(self._spacing_s, MOST_SPACING_S)))
                try:
                    yield
                finally:
                    host.free_at_s = self._clock.monotonic_s() + spacing_s
        finally:
            host.waiting -= 1
            self._forget_idle()

    def _forget_idle(self) -> None:
        """Keep redirects to ever new hosts from filling the memory."""
        if len(self._hosts) <= _MOST_IDLE_HOSTS:
            return
        now_s = self._clock.monotonic_s()
        for name, host in list(self._hosts.items()):
            if not host.waiting and host.free_at_s <= now_s:
                del self._hosts[name]
