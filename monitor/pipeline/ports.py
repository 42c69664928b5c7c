"""What the use cases need of the outside world, as small Protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from monitor.core.alerting import Reason, State
    from monitor.core.article import Article, Entry, Match
    from monitor.core.schedule import FeedState
    from monitor.core.stories.model import Placement
    from monitor.pipeline.records import (
        AlertContent,
        AlertDraft,
        Attempt,
        FeedClaim,
        FeedSpec,
        Gap,
        Lane,
        LeasedDelivery,
        PlacedArticle,
        PollRequest,
        Reading,
        SeenArticle,
        StoredArticle,
        StoredHit,
        WantedText,
    )

T = TypeVar("T")


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


class Feeds(Protocol):
    """Feeds and their poll state."""

    def sync(self, specs: Sequence[FeedSpec], now: datetime) -> None:
        """Make the stored feeds those of the configuration.

        A new feed is due now. One with a changed address is due now and a new feed in all else: its next poll is
        a baseline, so that another section's fifty entries are no flood. A feed that is not named any more is
        disabled, its history kept.
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

    def next_due_at(self) -> datetime | None:
        """When the next enabled feed is due, or None if there is none."""
        ...

    def heal(self, now: datetime, lease_for: timedelta) -> None:
        """Mend what a wrong clock wrote: a feed that was polled in the future keeps its wait, counted from now.

        No lease lasts longer than `lease_for` from now. Doing it again, or where nothing is wrong, changes nothing.
        """
        ...


class Articles(Protocol):
    """Articles, the entries they came by, and their hits."""

    def find(self, feed_id: int, entries: Sequence[Entry]) -> dict[str, StoredArticle]:
        """The stored articles of these entries by entry key: known by this feed's key, else by identity."""
        ...

    def get(self, article_id: int) -> StoredArticle | None:
        """The article of this number with the feeds that carried it; None if there is none."""
        ...

    def add(self, article: Article, now: datetime) -> tuple[int, bool]:
        """Store an article; its number, and whether it is new (false: the identity was there already)."""
        ...

    def link(self, feed_id: int, links: Mapping[str, int], now: datetime) -> None:
        """Remember that this feed carried these articles (entry key to article number); repeating is harmless."""
        ...

    def revise(self, article_id: int, article: Article, now: datetime) -> None:
        """Replace the texts of an article; what was there becomes a revision. Url and first-seen time stay."""
        ...

    def add_hits(self, article_id: int, matches: Sequence[Match], now: datetime) -> tuple[StoredHit, ...]:
        """Store matches as hits; only those that are new for (watchlist, article) come back."""
        ...

    def page(self, before_id: int | None, limit: int, since: datetime | None = None) -> tuple[SeenArticle, ...]:
        """Up to `limit` articles numbered below `before_id` (None: the newest), the highest number first.

        Only those first seen from `since` on.
        """
        ...

    def count(self, since: datetime | None = None) -> int:
        """How many articles were first seen from `since` on."""
        ...


class Outbox(Protocol):
    """Alerts and their deliveries."""

    def add_alert(self, draft: AlertDraft, now: datetime) -> int | None:
        """Store an alert with its deliveries; None if one with this key exists already (nothing is stored)."""
        ...

    def told(self, story_ids: Sequence[int]) -> frozenset[tuple[str, int]]:
        """The watchlists that have an alert about these stories, as (watchlist, story)."""
        ...

    def gathering(self, reason: Reason, channel: str, now: datetime) -> int | None:
        """The newest alert of this reason whose every delivery is on this channel, pending and due after `now`."""
        ...

    def attach(self, alert_id: int, hit_ids: Iterable[int] = (), notes: Iterable[str] = ()) -> None:
        """Add hits and notes to an alert; repeating a hit is harmless."""
        ...

    def release(self, reason: Reason, now: datetime) -> int:
        """Make waiting deliveries of this reason due now; how many there were."""
        ...

    def due_lanes(self, now: datetime) -> tuple[Lane, ...]:
        """Lanes with a delivery that is due, or whose lease has expired, and none under a live lease."""
        ...

    def next_due_at(self) -> datetime | None:
        """When the next pending delivery is due or lease expires, or None."""
        ...

    def heal(self, now: datetime, lease_for: timedelta, longest_wait: timedelta) -> None:
        """Mend what a wrong clock wrote.

        No delivery that was tried, or was made in the future, waits for longer than `longest_wait` from now, and no
        lease lasts longer than `lease_for`. Digests keep their time of day. Doing it again changes nothing.
        """
        ...

    def lease_next(self, lane: Lane, now: datetime, lease_for: timedelta, patience: int) -> LeasedDelivery | None:
        """Lease the oldest delivery of a lane that is due, if no other of that lane is under a live lease.

        Deliveries that have been tried `patience` times or more come after all others, so that one poisonous
        alert cannot block a lane for ever.
        """
        ...

    def content(self, alert_id: int) -> AlertContent:
        """What to render, hits in the order they were attached."""
        ...

    def finish(
        self, delivery: LeasedDelivery, attempt: Attempt | None, state: State, reason: str, due_at: datetime
    ) -> None:
        """Write the outcome of a try (state pending means: again at `due_at`) and give the lease back.

        Raises:
            LeaseLostError: the lease has passed to another; nothing is written.
        """
        ...

    def postpone(self, lane: Lane, due_at: datetime) -> None:
        """Let no pending delivery of a lane be tried before `due_at`."""
        ...

    def retry(self, delivery_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
        """Make dead or suppressed deliveries pending again; the numbers that were changed."""
        ...

    def counts(self) -> dict[str, int]:
        """Deliveries by state."""
        ...


class Stories(Protocol):
    """The stories that articles belong to. A story is named by the number of the article that opened it."""

    def place(self, article_id: int, placement: Placement) -> None:
        """Store where an article belongs, and why."""
        ...

    def story_of(self, article_id: int) -> int | None:
        """The story of an article, or None if it was never placed."""
        ...

    def placed(self, after_id: int) -> tuple[PlacedArticle, ...]:
        """The placed articles with higher numbers, in the order in which they came."""
        ...

    def oldest(self, since: datetime) -> int | None:
        """The lowest number of a placed article that was first seen since then, or None."""
        ...

    def keep_frequencies(self, article_id: int, packed: bytes) -> None:
        """Keep the frequencies as they were after an article; the oldest ones go."""
        ...

    def frequencies(self, before_id: int) -> tuple[int, bytes] | None:
        """The newest frequencies kept before an article, with the article they were kept after; None if none."""
        ...


class FullTexts(Protocol):
    """Articles whose pages are still to be read."""

    def want(self, article_id: int, feed: str, now: datetime) -> None:
        """Have an article's page read soon; harmless if it is waiting already."""
        ...

    def waiting(self, now: datetime) -> bool:
        """Whether a page is due to be read."""
        ...

    def claim(self, now: datetime, again_at: datetime, limit: int) -> tuple[WantedText, ...]:
        """Up to `limit` pages that are due; each counts as tried and is due again at `again_at`, if still wanted."""
        ...

    def done(self, article_id: int) -> None:
        """The page is not wanted any more."""
        ...

    def add_text(self, article_id: int, content: str) -> None:
        """Give an article its full text. Its hits lose their spans; `add_hits` gives new ones to those that match."""
        ...


class Listings(Protocol):
    """Read models: rows as the command line and the API show them (see docs/reference.md for the keys)."""

    def stories(
        self, *, since: datetime | None = None, watchlist: str = "", limit: int = 50
    ) -> list[dict[str, object]]:
        """Stories, the one with the newest article first."""
        ...

    def feeds(self) -> list[dict[str, object]]:
        """Feeds, by name, the removed ones too."""
        ...

    def articles(self, *, since: datetime | None = None, feed: str = "", limit: int = 50) -> list[dict[str, object]]:
        """Articles, newest first seen first."""
        ...

    def hits(self, *, since: datetime | None = None, watchlist: str = "", limit: int = 50) -> list[dict[str, object]]:
        """Hits, newest first."""
        ...

    def alerts(
        self, *, since: datetime | None = None, watchlist: str = "", limit: int = 50
    ) -> list[dict[str, object]]:
        """Alerts, newest first."""
        ...

    def deliveries(
        self, *, since: datetime | None = None, state: str = "", channel: str = "", limit: int = 50
    ) -> list[dict[str, object]]:
        """Deliveries, newest first."""
        ...

    def oldest_pending_at(self, now: datetime) -> datetime | None:
        """When the oldest delivery that should have gone out by now was created, or None.

        One that waits for its hour (a digest) does not count; one that waits after a failed try does.
        """
        ...


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
    def listings(self) -> Listings:
        """Read models."""
        ...


class Storage(Protocol):
    """Runs a function inside one transaction; it is committed if the function returns, else rolled back."""

    async def write(self, do: Callable[[Work], T]) -> T:
        """Run in the one writer thread."""
        ...

    async def read(self, do: Callable[[Work], T]) -> T:
        """Run on a snapshot, beside a writer."""
        ...
