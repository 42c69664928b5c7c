"""The main use case: fetch a feed, decide what is new, match it, and commit all of it at once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from monitor.core import schedule
from monitor.core.alerting import decide, notices
from monitor.core.alerting.model import NewHit
from monitor.core.errors import FetchError, FetchFailure, LeaseLostError, StorageError
from monitor.pipeline import tell
from monitor.pipeline.records import Fresh, Gap, PollRequest, PollSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from monitor.core.article import Article, Entry, Match
    from monitor.core.schedule import FeedState, PollPolicy
    from monitor.pipeline.ports import Clock, FeedReader, Storage, Work
    from monitor.pipeline.records import FeedClaim, FeedSpec, Reading, StoredArticle
    from monitor.pipeline.tell import Audience


log = logging.getLogger(__name__)


class Matcher(Protocol):
    """Finds the watchlists that are true of an article."""

    def match(self, article: Article) -> tuple[Match, ...]:
        """The matches, in the order of the watchlists."""
        ...


@dataclass(frozen=True, slots=True)
class Poller:
    """What polling needs. `random` gives numbers in [0, 1)."""

    storage: Storage
    reader: FeedReader
    matcher: Matcher
    clock: Clock
    specs: Mapping[str, FeedSpec]
    policy: PollPolicy
    audience: Audience
    random: Callable[[], float]


async def poll_feed(poller: Poller, claim: FeedClaim) -> PollSummary:
    """Run one poll, from fetch to commit.

    A failure is committed like a success: as the feed's state, with its notice. If the claim was lost meanwhile,
    nothing is written, since another is polling this feed.

    Raises:
        StorageError: nothing could be committed; the claim runs out and the feed is polled again.
    """
    spec = poller.specs[claim.name]
    state = claim.state
    request = PollRequest(spec, state.etag, state.last_modified, state.body_hash)
    try:
        reading = await poller.reader.read(request)
    except FetchError as error:
        return await _commit(poller, claim, partial(_commit_failure, poller=poller, claim=claim, error=error))
    try:
        return await _commit(poller, claim, partial(_commit_reading, poller=poller, claim=claim, reading=reading))
    except StorageError:
        raise
    except Exception as fault:
        log.exception("a fault of ours while keeping what feed %s brought", claim.name)
        internal = FetchError(FetchFailure.INTERNAL, type(fault).__name__)
        return await _commit(poller, claim, partial(_commit_failure, poller=poller, claim=claim, error=internal))


async def _commit(poller: Poller, claim: FeedClaim, commit: Callable[[Work], PollSummary]) -> PollSummary:
    try:
        return await poller.storage.write(commit)
    except LeaseLostError:
        return PollSummary(feeds=1, failed=1, failures=((claim.name, "another poll of this feed took over"),))


def _commit_failure(work: Work, poller: Poller, claim: FeedClaim, error: FetchError) -> PollSummary:
    now = poller.clock.now()
    policy = _policy(poller, claim.name)
    state = schedule.after_failure(claim.state, error, policy, now, poller.random())
    work.feeds.save(claim, state)
    alerts = 0
    if schedule.change(claim.state, state) is schedule.Change.BROKEN:
        language = poller.audience.policy.language
        alerts = _notice(work, poller, notices.feed_broken(claim.name, state.failures, error, language), now)
    return PollSummary(feeds=1, failed=1, alerts=alerts, failures=((claim.name, str(error)),))


def _commit_reading(work: Work, poller: Poller, claim: FeedClaim, reading: Reading) -> PollSummary:
    now = poller.clock.now()
    policy = _policy(poller, claim.name)
    state = schedule.after_success(claim.state, policy, now, reading.max_age_s, poller.random())
    if not isinstance(reading, Fresh):
        state = replace(
            state,
            etag=reading.etag or state.etag,
            last_modified=reading.last_modified or state.last_modified,
        )
        work.feeds.save(claim, state)
        return PollSummary(feeds=1, not_modified=1, alerts=_recovered(work, poller, claim, state, now))
    keys = tuple(entry.key for entry in reading.entries)
    gap = _gap(claim.state, keys, now)
    state = replace(
        state,
        etag=reading.etag,
        last_modified=reading.last_modified,
        body_hash=reading.body_hash if reading.complete else "",
        last_keys=keys or claim.state.last_keys,
    )
    work.feeds.save(claim, state, gap)
    kept = _keep(work, poller.matcher, claim.feed_id, reading.entries, now)
    intents = decide.decide(kept.hits, poller.audience.policy, now, baseline=claim.state.first_ok_at is None)
    alerts = tell.put(work.outbox, intents, poller.audience, now)
    alerts += _recovered(work, poller, claim, state, now)
    return PollSummary(
        feeds=1,
        fetched=1,
        articles_new=kept.articles_new,
        hits_new=len(kept.hits),
        alerts=alerts,
        gaps=int(gap is not None),
    )


def _policy(poller: Poller, name: str) -> PollPolicy:
    every = poller.specs[name].every
    return poller.policy if every is None else replace(poller.policy, every=every)


def _gap(state: FeedState, keys: Sequence[str], now: datetime) -> Gap | None:
    """A gap, if this poll shares no entry with the last one that brought entries."""
    if state.last_ok_at is None or not keys or not state.last_keys or not set(keys).isdisjoint(state.last_keys):
        return None
    return Gap(after=state.last_ok_at, before=now)


def _recovered(work: Work, poller: Poller, claim: FeedClaim, state: FeedState, now: datetime) -> int:
    if schedule.change(claim.state, state) is not schedule.Change.RECOVERED:
        return 0
    return _notice(work, poller, notices.feed_recovered(claim.name, poller.audience.policy.language), now)


def _notice(work: Work, poller: Poller, note: str, now: datetime) -> int:
    channel = poller.audience.operator
    return tell.put_notice(work.outbox, channel, (note,), poller.audience, now) if channel else 0


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a poll added to the storage."""

    articles_new: int
    hits: tuple[NewHit, ...]


def _keep(work: Work, matcher: Matcher, feed_id: int, entries: Sequence[Entry], now: datetime) -> _Kept:
    """Store the entries' articles and hits, the oldest first so that alerts come in the order of events."""
    known = work.articles.find(feed_id, entries)
    links: dict[str, int] = {}
    hits: list[NewHit] = []
    articles_new = 0
    oldest_first = list(entries)
    oldest_first.reverse()
    oldest_first.sort(key=lambda entry: entry.article.published_at or now)
    for entry in oldest_first:
        stored = known.get(entry.key)
        if stored is None:
            article_id, created = work.articles.add(entry.article, now)
            links[entry.key] = article_id
            if created:
                articles_new += 1
                hits += _match(work, matcher, article_id, entry.article, now, revised=False)
            continue
        if not stored.linked:
            links[entry.key] = stored.id
        hits += _reconsider(work, matcher, stored, entry.article, now)
    work.articles.link(feed_id, links, now)
    return _Kept(articles_new, tuple(hits))


def _reconsider(
    work: Work, matcher: Matcher, stored: StoredArticle, article: Article, now: datetime
) -> Sequence[NewHit]:
    """Match a known article again if it was revised, or if another feed (with other watchlists) brings it."""
    revised = revision(stored, article)
    if revised is not None:
        work.articles.revise(stored.id, revised, now)
        return _match(work, matcher, stored.id, revised, now, revised=True)
    if not stored.linked:
        return _match(work, matcher, stored.id, _carried_too(stored.article, article), now, revised=False)
    return ()


def _carried_too(old: Article, article: Article) -> Article:
    """The article with the feeds that carried it before and the one that carries it now."""
    feeds = dict.fromkeys((*old.feeds, *article.feeds))
    feed_tags = dict.fromkeys((*old.feed_tags, *article.feed_tags))
    return replace(old, feeds=tuple(feeds), feed_tags=tuple(feed_tags))


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


def _match(
    work: Work, matcher: Matcher, article_id: int, article: Article, now: datetime, *, revised: bool
) -> list[NewHit]:
    news = decide.freshness(article.published_at, now, revised=revised)
    stored = work.articles.add_hits(article_id, matcher.match(article), now)
    return [NewHit(hit.id, article_id, hit.watchlist, news, bool(hit.weak)) for hit in stored]
