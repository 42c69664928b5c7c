"""The time, what is read and what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.article import Entry
    from monitor.pipeline.records import AlertContent, FeedSpec, Lane, PollRequest, Reading


class Clock(Protocol):
    """The time, passed in."""

    def now(self) -> datetime:
        """The time now, aware UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only ever grow, for durations."""
        ...


class FeedReader(Protocol):
    """Fetches, decodes and parses one feed."""

    async def read(self, request: PollRequest) -> Reading:
        """Read a feed within its limits.

        Raises:
            FetchError: the feed could not be read this time.
        """
        ...

    async def read_older(self, request: PollRequest, limit_pages: int) -> tuple[Entry, ...]:
        """The entries of the pages before a feed's first, to fill a gap; () if it has none that can be read."""
        ...


class PageReader(Protocol):
    """Reads the page of an article."""

    async def fetch(self, article_url: str, spec: FeedSpec) -> str:
        """The text of an article without boilerplate; "" if it may not be read, or holds none.

        Raises:
            FetchError: the page could not be read this time.
        """
        ...


class Heartbeat(Protocol):
    """Tells a watcher elsewhere that the program lives."""

    @property
    def every_s(self) -> float:
        """How often it is to beat."""
        ...

    async def beat(self) -> str:
        """Beat once, within seconds; what went wrong, or ""."""
        ...


class Notifier(Protocol):
    """Renders an alert and sends it to one recipient."""

    def recipients(self, channel: str) -> tuple[str, ...]:
        """The recipients of a channel: `("",)` if it has only one, `()` if there is no such channel."""
        ...

    async def send(self, lane: Lane, content: AlertContent) -> str:
        """Send, within a deadline. The answer is a short text for the record, without secrets.

        Raises:
            DeliveryError: it was not, or perhaps not, delivered.
        """
        ...

    def faults(self) -> tuple[str, ...]:
        """What the operator should know of, though everything was sent: templates that fail. Each is given once."""
        ...
