"""Keep the grouping of articles in step with the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.stories.frequencies import Frequencies
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.headline import LETTERS_READ
from monitor.core.stories.model import GroupArticle
from monitor.pipeline.merge import merge

if TYPE_CHECKING:
    from monitor.core.article import Article
    from monitor.pipeline.ports import Work

WINDOW: Final = timedelta(hours=48)
"""A story is open for so long after its last article came in."""

KEEP_EVERY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """The story of an article, and the younger stories that are part of it from now on."""

    story_id: int
    absorbed: tuple[int, ...] = ()


@dataclass(slots=True)
class StoryKeeper:
    """Places articles in stories. Used in the writer thread only, inside a transaction.

    What it holds in memory is made from the database at the first article, and again after `forget`: a transaction
    that was rolled back leaves articles in memory that do not exist. `starter` is what frequencies begin with in a
    new database, as `Frequencies.dump` wrote it.
    """

    starter: bytes
    _grouper: Grouper | None = None
    _newest: int = 0
    _kept_at: datetime | None = None
    _caught_up_in: Work | None = None
    _stale: threading.Event = field(default_factory=threading.Event)

    def place(self, work: Work, article_id: int, article: Article, now: datetime) -> Placed:
        """Place a stored article, and merge the stories that it shows to be one."""
        grouper = self._caught_up(work, now)
        placement = grouper.add(group_article(article_id, article, now), now)
        lead = None if article.summary else article.content[:LETTERS_READ]
        work.stories.place(article_id, placement, lead)
        self._newest = article_id
        if self._kept_at is None or abs(now - self._kept_at) >= KEEP_EVERY:
            oldest = work.stories.oldest(now - WINDOW) or article_id
            work.stories.keep_frequencies(article_id, grouper.frequencies.dump(), oldest)
            self._kept_at = now
        story_id, absorbed = int(placement.story), tuple(map(int, placement.absorbed))
        for younger_id in absorbed:
            merge(work, younger_id, story_id, article_id)
        return Placed(story_id, absorbed)

    def forget(self) -> None:
        """Make it all anew from the database before the next article; may be called from any thread."""
        self._stale.set()

    def _caught_up(self, work: Work, now: datetime) -> Grouper:
        """The grouper with every article in the database, those of other processes too; read once a transaction."""
        if self._grouper is None or self._stale.is_set():
            self._stale.clear()
            self._grouper = self._begin(work, now)
        elif work is self._caught_up_in:
            return self._grouper
        self._caught_up_in = work
        known = self._newest
        for placed in work.stories.placed(known):
            article = group_article(placed.id, placed.article, placed.first_seen_at)
            self._grouper.restore(article, str(placed.story_id), placed.first_seen_at)
            self._newest = placed.id
        for younger_id, story_id in work.stories.merged(known):
            self._grouper.merge(str(younger_id), str(story_id))
        return self._grouper

    def _begin(self, work: Work, now: datetime) -> Grouper:
        """A grouper as it was before the first article of the window, as nearly as frequencies were kept."""
        kept = work.stories.frequencies(work.stories.oldest(now - WINDOW))
        self._kept_at = work.stories.frequencies_kept_at()
        if kept is None:
            self._newest = 0
            return Grouper(Frequencies.load(self.starter))
        self._newest, packed = kept
        return Grouper(Frequencies.load(packed))


def group_article(article_id: int, article: Article, now: datetime) -> GroupArticle:
    """What of an article decides its story; without a stated time it is taken to be of `now`."""
    return GroupArticle(
        id=str(article_id),
        title=article.title,
        published_at=article.published_at or now,
        lead=article.summary or article.content,
        outlet=article.source,
        url=article.url,
    )
