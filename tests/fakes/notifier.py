"""A notifier that keeps what it was given and fails on demand."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from monitor.core.errors import DeliveryError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from monitor.pipeline.records import AlertContent, Lane


class FakeNotifier:
    """Implements `ports.Notifier`: a channel fails as scripted or hangs; an alert titled `poison` always fails.

    `complaints` are the faults of templates that it tells of next.
    """

    def __init__(self, channels: Mapping[str, tuple[str, ...]]) -> None:
        self.channels = dict(channels)
        self.sent: list[tuple[Lane, AlertContent]] = []
        self.tries: list[Lane] = []
        self.hanging: dict[str, asyncio.Event] = {}
        self.poison = ""
        self.complaints: list[str] = []
        self._failures: defaultdict[str, deque[Exception]] = defaultdict(deque)

    def will_fail(self, channel: str, *errors: Exception) -> None:
        self._failures[channel].extend(errors)

    def recipients(self, channel: str) -> tuple[str, ...]:
        return self.channels.get(channel, ())

    async def send(self, lane: Lane, content: AlertContent) -> str:
        self.tries.append(lane)
        if lane.channel in self.hanging:
            await self.hanging[lane.channel].wait()
        if self._failures[lane.channel]:
            raise self._failures[lane.channel].popleft()
        if self.poison and self.poison in [hit.article.title for hit in content.hits]:
            raise DeliveryError("500", permanent=False)
        self.sent.append((lane, content))
        return "accepted"

    def faults(self) -> tuple[str, ...]:
        found, self.complaints = tuple(self.complaints), []
        return found

    def titles(self, channel: str) -> list[str]:
        return [hit.article.title for lane, content in self.sent if lane.channel == channel for hit in content.hits]
