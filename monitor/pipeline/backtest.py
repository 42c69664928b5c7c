"""What an edit of the configuration would gain and lose over the stored articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import Member
from monitor.core.article import news_at
from monitor.pipeline.rehearse import PastHits, rehearse_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from monitor.core.alerting.model import AlertPolicy
    from monitor.core.article import Article, Match
    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.records import PastArticle
    from monitor.pipeline.rehearse import Told

DOUBTFUL_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """A match on one side of the comparison: why it is weak ("" if it is not), and the words it stands on.

    One that is sure, and on both sides, goes without its words.
    """

    weak: str
    words: tuple[str, ...] = ()


_STURDY: Final = Seen("")


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that a watchlist matches before or after the edit, by the names of the watchlists.

    `at`: when it became news. `story_id`: its own number if it is in no story.
    """

    article_id: int
    story_id: int
    at: datetime
    title: str
    url: str
    source: str
    before: Mapping[str, Seen]
    after: Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Part:
    """Some articles: how many there are, those that match, and what each article is to its story."""

    articles: int
    judged: tuple[Judged, ...]
    members: tuple[tuple[int, Member], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """What the articles are judged by. Without `before`, the stored hits stand for it.

    `same`: watchlists that `after` matches for both.
    """

    before: Matcher | None
    after: Matcher
    same: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """A hit gained or lost, or a doubtful one."""

    watchlist: str
    judged: Judged
    seen: Seen


@dataclass(frozen=True, slots=True)
class Compared:
    """One watchlist over the history: its hits before and after, and those that changed, the newest first."""

    watchlist: str
    before: int
    after: int
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it: each watchlist, the most doubtful matches of the edited configuration, and what is told of all.

    `days`: from the oldest article to the newest, both days with it.
    """

    watchlists: tuple[Compared, ...]
    doubtful: tuple[Change, ...]
    told_before: Told
    told_after: Told
    days: int


def judge(past: Sequence[PastArticle], sides: Sides) -> Part:
    """Look at articles with both configurations."""
    judged = tuple(one for article in past if (one := _judged(article, sides)) is not None)
    members = tuple((_story(one), Member(one.seen.article.source, _at(one), one.new)) for one in past)
    return Part(len(past), judged, members)


def _judged(past: PastArticle, sides: Sides) -> Judged | None:
    """An article, or None if no watchlist matches it on either side."""
    article = past.seen.article
    new = {match.watchlist: match for match in sides.after.match(article)}
    if sides.before is None:
        before = {name: _STURDY if not weak else Seen(weak) for name, weak in past.hits.items()}
        after = {name: _seen(article, match, shown=name not in before) for name, match in new.items()}
    else:
        old = {match.watchlist: match for match in sides.before.match(article)}
        old |= {name: match for name, match in new.items() if name in sides.same}
        before = {name: _seen(article, match, shown=name not in new) for name, match in old.items()}
        after = {name: _seen(article, match, shown=name not in old) for name, match in new.items()}
    if not before and not after:
        return None
    return Judged(past.seen.id, _story(past), _at(past), article.title, article.url, article.source, before, after)


def _story(past: PastArticle) -> int:
    return past.story_id or past.seen.id


def _at(past: PastArticle) -> datetime:
    article = past.seen.article
    return news_at(article.published_at, article.published_precision, past.seen.first_seen_at)


def _seen(article: Article, match: Match, *, shown: bool) -> Seen:
    """A match with its words if it may be shown: one of one side only, or a doubtful one."""
    if not shown and not match.weak:
        return _STURDY
    words = (article.field(span.field)[span.start : span.end] for span in match.spans)
    return Seen(match.weak, tuple(dict.fromkeys(words)))


def compare(parts: Iterable[Part], names: Sequence[str], before: AlertPolicy, after: AlertPolicy) -> Comparison:
    """The outcome of all parts, for these watchlists in this order.

    What is told is decided for all watchlists that match, since one tells for another.
    """
    judged: list[Judged] = []
    members: defaultdict[int, list[Member]] = defaultdict(list)
    for part in parts:
        judged += part.judged
        for story_id, member in part.members:
            members[story_id].append(member)
    for story in members.values():
        story.sort(key=lambda member: member.seen_at)
    judged.sort(key=lambda one: (one.at, one.article_id), reverse=True)
    counts = Counter((name, side) for one in judged for side in (False, True) for name in _on(one, after=side))
    gained: defaultdict[str, list[Change]] = defaultdict(list)
    lost: defaultdict[str, list[Change]] = defaultdict(list)
    for one in judged:
        for name in one.after.keys() - one.before.keys():
            gained[name].append(Change(name, one, one.after[name]))
        for name in one.before.keys() - one.after.keys():
            lost[name].append(Change(name, one, one.before[name]))
    compared = tuple(
        Compared(name, counts[name, False], counts[name, True], tuple(gained[name]), tuple(lost[name]))
        for name in names
    )
    past = [list(_past_hits(judged, after=side)) for side in (False, True)]
    told = rehearse_both(past[0], past[1], members, (before, after))
    return Comparison(compared, _doubtful(judged), *told, days=_days(members.values(), after.zone))


def _days(stories: Iterable[Sequence[Member]], zone: tzinfo) -> int:
    """How many days the articles of all stories reach over; each story is in order."""
    ends = [(story[0].seen_at, story[-1].seen_at) for story in stories]
    if not ends:
        return 0
    first, last = min(first for first, _ in ends), max(last for _, last in ends)
    return (last.astimezone(zone).date() - first.astimezone(zone).date()).days + 1


def _doubtful(judged: Sequence[Judged]) -> tuple[Change, ...]:
    """The weak matches after the edit: those that are new come first, then the newest."""
    weak = [Change(name, one, seen) for one in judged for name, seen in one.after.items() if seen.weak]
    weak.sort(key=lambda change: change.watchlist in change.judged.before)
    return tuple(weak[:DOUBTFUL_SHOWN])


def _past_hits(judged: Sequence[Judged], *, after: bool) -> Iterable[PastHits]:
    for one in judged:
        on = _on(one, after=after)
        if on:
            yield PastHits(one.story_id, one.at, {name: bool(seen.weak) for name, seen in on.items()})


def _on(judged: Judged, *, after: bool) -> Mapping[str, Seen]:
    return judged.after if after else judged.before
