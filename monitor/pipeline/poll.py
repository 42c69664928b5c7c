"""The main use case: fetch a feed, decide what is new, match it, and commit all of it at once."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from monitor.core import schedule
from monitor.core.alerting import decide
from monitor.core.alerting.model import NewHit
from monitor.core.errors import FetchError, FetchFailure, LeaseLostError, StorageError
from monitor.core.schedule import Brought, Served
from monitor.pipeline import notices, tell
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
    state = claim.state
    spec = poller.specs[claim.name]
    if state.address:
        spec = replace(spec, url=state.address)
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
    state = schedule.after_failure(claim.state, error, _policy(poller, claim.name), now, poller.random())
    work.feeds.save(claim, state)
    alerts = _tell_change(work, poller, claim, state, error)
    return PollSummary(feeds=1, failed=1, alerts=alerts, failures=((claim.name, str(error)),))


def _commit_reading(work: Work, poller: Poller, claim: FeedClaim, reading: Reading) -> PollSummary:
    now = poller.clock.now()
    if not isinstance(reading, Fresh):
        state = _after(poller, claim, reading, None, now)
        etag, last_modified = reading.etag or state.etag, reading.last_modified or state.last_modified
        state = replace(state, etag=etag, last_modified=last_modified)
        work.feeds.save(claim, state)
        return PollSummary(feeds=1, not_modified=1, alerts=_tell_change(work, poller, claim, state))
    kept = _keep(work, poller.matcher, claim.feed_id, reading.entries, now)
    brought = _brought(work, claim, reading, kept.new_entries)
    state = replace(
        _after(poller, claim, reading, brought, now),
        etag=reading.etag,
        last_modified=reading.last_modified,
        body_hash=reading.body_hash if reading.complete else "",
    )
    gap = _gap(claim.state, state, brought, now) if brought.gap else None
    work.feeds.save(claim, state, gap)
    intents = decide.decide(kept.hits, poller.audience.policy, now, baseline=claim.state.first_ok_at is None)
    alerts = tell.put(work.outbox, intents, poller.audience, now) + _tell_change(work, poller, claim, state)
    return PollSummary(
        feeds=1,
        fetched=1,
        articles_new=kept.articles_new,
        hits_new=len(kept.hits),
        alerts=alerts,
        gaps=int(gap is not None),
    )


def _policy(poller: Poller, name: str) -> PollPolicy:
    """A feed with an interval of its own is asked at that interval, whatever its rate."""
    every = poller.specs[name].every
    return poller.policy if every is None else replace(poller.policy, every=every, adaptive=False)


def _after(poller: Poller, claim: FeedClaim, reading: Reading, brought: Brought | None, now: datetime) -> FeedState:
    served = Served(reading.max_age_s, reading.ttl_s, reading.skip_hours, reading.skip_days, reading.moved_to)
    policy = _policy(poller, claim.name)
    return schedule.after_success(claim.state, served, brought, policy=policy, now=now, unit=poller.random())


def _brought(work: Work, claim: FeedClaim, reading: Fresh, new_entries: int) -> Brought:
    keys = tuple(entry.key for entry in reading.entries)
    known = claim.state.last_keys
    dates = [entry.article.published_at for entry in reading.entries if entry.article.published_at]
    return Brought(
        keys=keys,
        new=new_entries,
        oldest_at=min(dates, default=None),
        newest_at=max(dates, default=None),
        gap=bool(claim.state.last_ok_at and keys and known and set(keys).isdisjoint(known)),
        fingerprint=reading.feed_id,
        twin=work.feeds.twin(claim.feed_id, reading.feed_id, keys),
    )


def _gap(old: FeedState, new: FeedState, brought: Brought, now: datetime) -> Gap:
    """What may be missing since the last poll: as many entries as the rate brings until the oldest one seen."""
    after = old.last_ok_at or now
    before = min(max(brought.oldest_at or now, after), now)
    at_most = math.ceil(max(old.per_hour, new.per_hour) * ((before - after) / timedelta(hours=1)))
    return Gap(after, before, max(at_most, 1))


def _tell_change(
    work: Work, poller: Poller, claim: FeedClaim, state: FeedState, error: FetchError | None = None
) -> int:
    """Tell the operator of a turn in the feed's health; how many alerts are new."""
    language, channel = poller.audience.policy.language, poller.audience.operator
    change = schedule.change(claim.state, state)
    if change is schedule.Change.NONE or not channel:
        return 0
    if error is not None:
        note = notices.feed_broken(claim.name, state.failures, error, language)
    elif change is schedule.Change.MOVED:
        note = notices.feed_moved(claim.name, state.address, language)
    else:
        note = notices.feed_recovered(claim.name, language)
    return tell.put_notice(work.outbox, channel, (note,), poller.audience, poller.clock.now())


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a poll added to the storage."""

    articles_new: int
    new_entries: int
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
    return _Kept(articles_new, len(links), tuple(hits))


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
