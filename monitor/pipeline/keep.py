"""Store what a feed brought: new articles, revisions, stories and hits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from monitor.core.alerting import decide
from monitor.core.alerting.model import NewHit
from monitor.pipeline.records import FullText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.core.article import Article, Entry, Match
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import FeedSpec, StoredArticle
    from monitor.pipeline.stories import StoryKeeper


ENOUGH_LETTERS: Final = 600
"""A summary of so many letters tells what an article is about; `fulltext: auto` reads the page of a shorter one."""


class Matcher(Protocol):
    """Finds the watchlists that are true of an article."""

    def match(self, article: Article) -> tuple[Match, ...]:
        """The matches, in the order of the watchlists."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What a poll added to the storage."""

    articles_new: int
    new_entries: int
    hits: tuple[NewHit, ...]


@dataclass(frozen=True, slots=True)
class Keeping:
    """One transaction's keeping. `versions`: of the definitions by which the watchlists match."""

    work: Work
    matcher: Matcher
    stories: StoryKeeper
    now: datetime
    versions: Mapping[str, str] = field(default_factory=dict)

    def keep(self, feed_id: int, spec: FeedSpec, entries: Sequence[Entry]) -> Kept:
        """Store the entries' articles and hits, the oldest first so that alerts come in the order of events."""
        known = self.work.articles.find(feed_id, entries)
        links: dict[str, int] = {}
        hits: list[NewHit] = []
        merged = False
        articles_new = 0
        oldest_first = list(entries)
        oldest_first.reverse()
        oldest_first.sort(key=lambda entry: entry.article.published_at or self.now)
        for entry in oldest_first:
            stored = known.get(entry.key)
            if stored is None:
                article_id, created = self.work.articles.add(entry.article, self.now)
                links[entry.key] = article_id
                if created:
                    articles_new += 1
                    placed = self.stories.place(self.work, article_id, entry.article, self.now)
                    merged = merged or bool(placed.absorbed)
                    hits += self._match(article_id, entry.article, placed.story_id, revised=False)
                    if wants_fulltext(spec.fulltext, entry.article):
                        self.work.fulltexts.want(article_id, spec.name, self.now)
                continue
            if not stored.linked:
                links[entry.key] = stored.id
            hits += self._reconsider(stored, entry.article)
        self.work.articles.link(feed_id, links, self.now)
        if merged:
            hits = [replace(hit, story_id=self.work.stories.current(hit.story_id)) for hit in hits]
        return Kept(articles_new, len(links), tuple(hits))

    def add_text(self, article_id: int, text: str) -> list[NewHit]:
        """Give an article the text of its page, if that is longer, and match it again."""
        stored = self.work.articles.get(article_id)
        if stored is None or len(text) <= len(stored.article.content):
            return []
        self.work.fulltexts.add_text(article_id, text)
        return self._match(article_id, replace(stored.article, content=text), None, revised=False)

    def _reconsider(self, stored: StoredArticle, article: Article) -> Sequence[NewHit]:
        """Match a known article again if it was revised, or if another feed (with other watchlists) brings it."""
        revised = revision(stored, article)
        if revised is not None:
            self.work.articles.revise(stored.id, revised, self.now)
            return self._match(stored.id, revised, None, revised=True)
        if not stored.linked:
            return self._match(stored.id, _carried_too(stored.article, article), None, revised=False)
        return ()

    def _match(self, article_id: int, article: Article, story_id: int | None, *, revised: bool) -> list[NewHit]:
        stored = self.work.articles.add_hits(article_id, self.matcher.match(article), self.now, self.versions)
        if not stored:
            return []
        story = story_id or self.work.stories.story_of(article_id) or article_id
        news = decide.freshness(article.published_at, self.now, revised=revised)
        return [NewHit(hit.id, story, hit.watchlist, news, bool(hit.weak)) for hit in stored]


def wants_fulltext(mode: FullText, article: Article) -> bool:
    """Whether an article's page is to be read: by the feed's mode, and if it has an address."""
    if mode is FullText.NEVER or not article.url:
        return False
    return mode is FullText.ALWAYS or (not article.content and len(article.summary) < ENOUGH_LETTERS)


def revision(stored: StoredArticle, article: Article) -> Article | None:
    """The revised article, or None if nothing is new in what came.

    A title is new if the article never had it; a text is new if it is longer. So two feeds that carry one article
    with different titles or summaries do not rewrite it in turn for ever.
    """
    old = stored.article
    title = old.title
    if article.title and article.title != old.title and article.title not in stored.earlier_titles:
        title = article.title
    summary = max(old.summary, article.summary, key=len)
    content = max(old.content, article.content, key=len)
    if (title, summary, content) == (old.title, old.summary, old.content):
        return None
    return replace(_carried_too(old, article), title=title, summary=summary, content=content)


def _carried_too(old: Article, article: Article) -> Article:
    """The article with the feeds that carried it before and the one that carries it now."""
    feeds = dict.fromkeys((*old.feeds, *article.feeds))
    feed_tags = dict.fromkeys((*old.feed_tags, *article.feed_tags))
    return replace(old, feeds=tuple(feeds), feed_tags=tuple(feed_tags))
