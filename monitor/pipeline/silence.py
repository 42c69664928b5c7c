"""Which silences cover which hits."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from monitor.core.alerting.silence import covers
from monitor.core.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.core.alerting.model import NewHit
    from monitor.core.alerting.silence import Silence
    from monitor.core.article import Article, Match
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import HitPlace

log = logging.getLogger(__name__)


class Matcher(Protocol):
    """Finds whether a query is true of an article."""

    def match(self, article: Article) -> tuple[Match, ...]:
        """The matches; none if it is not true."""
        ...


def _nothing(_query: str) -> Matcher | None:
    return None


@dataclass(frozen=True, slots=True)
class Queries:
    """Looks for the queries that silences are written in, each compiled once."""

    compile: Callable[[str], Matcher | None] = _nothing
    _compiled: dict[str, Matcher | None] = field(default_factory=dict)

    def is_true(self, query: str, article: Article) -> bool:
        """Whether a query is true of an article; one that cannot be read any more silences nothing."""
        if query not in self._compiled:
            try:
                self._compiled[query] = self.compile(query)
            except QueryError as error:
                log.warning("a silence silences nothing: %s", error)
                self._compiled[query] = None
        matcher = self._compiled[query]
        return matcher is not None and bool(matcher.match(article))


def with_silences(work: Work, queries: Queries, hits: Sequence[NewHit], now: datetime) -> tuple[NewHit, ...]:
    """The hits with the silences that cover them."""
    live = work.silences.live(now)
    if not live:
        return tuple(hits)
    found = silences_of(work, queries, live, work.tellings.places([hit.hit_id for hit in hits]))
    return tuple(replace(hit, silenced=found[hit.hit_id]) for hit in hits)


def silences_of(
    work: Work, queries: Queries, live: Sequence[Silence], places: Sequence[HitPlace]
) -> dict[int, tuple[tuple[str, int], ...]]:
    """The silences that cover each hit, by its number, as (channel, number of the silence)."""
    return {
        place.id: tuple(
            (silence.matchers.channel, silence.id)
            for silence in live
            if covers(silence.matchers, place.watchlist, place.story_id)
            and _says(work, queries, silence.matchers.query, place)
        )
        for place in places
    }


def _says(work: Work, queries: Queries, query: str, place: HitPlace) -> bool:
    if not query:
        return True
    stored = work.articles.get(place.article_id)
    return stored is not None and queries.is_true(query, stored.article)
