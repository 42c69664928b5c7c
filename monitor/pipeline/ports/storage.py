"""Transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.pipeline.ports.articles import Articles, FullTexts, Stories
    from monitor.pipeline.ports.cluster import Cluster
    from monitor.pipeline.ports.feeds import Feeds
    from monitor.pipeline.ports.history import History
    from monitor.pipeline.ports.listings import Listings
    from monitor.pipeline.ports.marks import Marks
    from monitor.pipeline.ports.outbox import Outbox
    from monitor.pipeline.ports.policy import Silences, Tellings
    from monitor.pipeline.ports.rates import Rates, Versions
    from monitor.pipeline.ports.reloads import Reloads
    from monitor.pipeline.ports.sessions import Backups, Sessions
    from monitor.pipeline.ports.views import Views

T = TypeVar("T")


class Work(Protocol):
    """One transaction's view of the storage."""

    @property
    def feeds(self) -> Feeds:
        """Feeds."""
        ...

    @property
    def articles(self) -> Articles:
        """Articles and hits."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Alerts and deliveries."""
        ...

    @property
    def stories(self) -> Stories:
        """Stories."""
        ...

    @property
    def fulltexts(self) -> FullTexts:
        """Pages to be read."""
        ...

    @property
    def history(self) -> History:
        """All articles, from the first on."""
        ...

    @property
    def listings(self) -> Listings:
        """Read models."""
        ...

    @property
    def marks(self) -> Marks:
        """What readers say of hits."""
        ...

    @property
    def tellings(self) -> Tellings:
        """Who was told of which story."""
        ...

    @property
    def silences(self) -> Silences:
        """Silences."""
        ...

    @property
    def rates(self) -> Rates:
        """How often watchlists hit."""
        ...

    @property
    def versions(self) -> Versions:
        """The definitions of watchlists."""
        ...

    @property
    def reloads(self) -> Reloads:
        """What a changed configuration does to what is stored."""
        ...

    @property
    def views(self) -> Views:
        """What the pages ask for."""
        ...

    @property
    def cluster(self) -> Cluster:
        """What several hosts share."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who is logged in."""
        ...

    @property
    def backups(self) -> Backups:
        """What was copied."""
        ...


class Storage(Protocol):
    """Runs a function inside one transaction; it is committed if the function returns, else rolled back."""

    async def write(self, do: Callable[[Work], T]) -> T:
        """Run in the one writer thread."""
        ...

    async def read(self, do: Callable[[Work], T]) -> T:
        """Run on a snapshot, beside a writer."""
        ...
