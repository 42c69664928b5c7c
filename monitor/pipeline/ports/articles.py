"""Articles, hits, stories and pages as stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.core.article import Article, Entry, Match
    from monitor.core.matching.needs import Need
    from monitor.core.stories.model import Placement
    from monitor.pipeline.records import (
        PlacedArticle,
        PlacementView,
        SeenArticle,
        StoredArticle,
        StoredHit,
        WantedText,
    )


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

    def add_hits(
        self, article_id: int, matches: Sequence[Match], now: datetime, versions: Mapping[str, str] = ...
    ) -> tuple[StoredHit, ...]:
        """Store matches as hits; only those that are new for (watchlist, article) come back.

        `versions`: of the definition by which each watchlist matched.
        """
        ...

    def hit(self, hit_id: int) -> StoredHit | None:
        """The hit of this number, or None."""
        ...

    def page(
        self, before_id: int | None, limit: int, since: datetime | None = None, need: Need | None = None
    ) -> tuple[SeenArticle, ...]:
        """Up to `limit` articles numbered below `before_id` (None: the newest), the highest number first.

        Only those first seen from `since` on; with `need`, only those that may meet it.
        """
        ...

    def count(self, since: datetime | None = None) -> int:
        """How many articles were first seen from `since` on."""
        ...

    def oldest_at(self) -> datetime | None:
        """When the first article was first seen; None if there is none."""
        ...

    def count_meeting(self, need: Need, moments: Sequence[datetime], before_id: int) -> tuple[int, ...]:
        """How many articles numbered below `before_id` may meet the need, by the index alone.

        Of each of the growing `moments` those first seen from then until the next.
        """
        ...


class Stories(Protocol):
    """The stories that articles belong to.

    A story is named by the number of the article that opened it; of stories that were merged, the oldest one's stays.
    """

    def place(self, article_id: int, placement: Placement, lead: str | None = None) -> None:
        """Store where an article belongs, and why; `lead` are the first lines that were read if not the summary."""
        ...

    def story_of(self, article_id: int) -> int | None:
        """The story of an article, or None if it was never placed."""
        ...

    def placement(self, article_id: int) -> PlacementView | None:
        """Why an article is in its story; None if there is no such article or it was never placed."""
        ...

    def merge(self, younger_id: int, story_id: int, article_id: int) -> None:
        """Make a story part of an older one, with its alerts and silences, as an article showed."""
        ...

    def merged(self, after_id: int) -> tuple[tuple[int, int], ...]:
        """Merges that articles with higher numbers showed, as (younger, the story it is part of now), in order."""
        ...

    def current(self, story_id: int) -> int:
        """The story that this one is part of by now; itself if it was never merged."""
        ...

    def placed(self, after_id: int) -> tuple[PlacedArticle, ...]:
        """The placed articles with higher numbers, in the order in which they came, with the texts they had then."""
        ...

    def oldest(self, since: datetime) -> int | None:
        """The lowest number of a placed article that was first seen since then, or None."""
        ...

    def keep_frequencies(self, article_id: int, packed: bytes, before_id: int) -> None:
        """Keep the frequencies as they were after an article.

        Those go that are not needed to begin with the article `before_id`, but for one to spare.
        """
        ...

    def frequencies(self, before_id: int | None) -> tuple[int, bytes] | None:
        """The newest frequencies kept before an article (None: of all), and after which they were kept; or None."""
        ...

    def frequencies_kept_at(self) -> datetime | None:
        """When the article was first seen after which frequencies were kept last, or None."""
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
