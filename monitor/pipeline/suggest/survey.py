"""Look through the stored articles for what the configuration lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Watchlist
from monitor.core.query.nodes import TermRef
from monitor.pipeline.records import Verdict
from monitor.pipeline.suggest.names import NameSurvey
from monitor.pipeline.suggest.terms import TermSurvey
from monitor.pipeline.suggest.wrong import WrongSurvey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.ports import Storage
    from monitor.pipeline.records import PastArticle
    from monitor.pipeline.suggest.model import Asked, Suggestion

PAGE: Final = 1_000
"""Article numbers that are read at once."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found: how many articles were looked at, and suggestions, those for terms first."""

    articles: int
    suggestions: tuple[Suggestion, ...]


async def survey(
    storage: Storage,
    asked: Asked,
    matcher: Matcher,
    *,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Survey:
    """Look at the articles first seen from `since` on; `matcher` finds the hits of the watchlists asked about.

    Raises:
        StorageError: the database cannot be used.
    """
    ends = await storage.read(lambda work: work.history.bounds(since))
    marks = await storage.read(lambda work: work.marks.marked())
    looking = _Looking(asked, matcher, {(one.watchlist, one.article_id): one.verdict for one in marks})
    articles = 0
    for low in range(ends[0], ends[1] + 1, PAGE) if ends else ():
        past = await _page(storage, low, since)
        for one in past:
            looking.at(one)
        articles += len(past)
        progress(len(past))
    return Survey(articles, looking.suggestions())


async def _page(storage: Storage, low: int, since: datetime | None) -> tuple[PastArticle, ...]:
    return await storage.read(lambda work: work.history.between(low, low + PAGE - 1, since))


class _Looking:
    """The three surveys over one stream of articles."""

    def __init__(self, asked: Asked, matcher: Matcher, marks: Mapping[tuple[str, int], Verdict]) -> None:
        alone = [Watchlist(name, TermRef(name)) for name in asked.terms]
        self._asked = asked
        self._matcher = matcher
        self._term_matcher = compile_matcher(asked.terms, alone)
        self._marks = marks
        self._terms = TermSurvey(asked)
        self._names = NameSurvey(asked)
        self._wrong = WrongSurvey(asked)

    def at(self, past: PastArticle) -> None:
        """Look at one article."""
        article, number = past.seen.article, past.seen.id
        hit = [match.watchlist for match in self._matcher.match(article)]
        self._names.look(article, past.story_id or number, hit)
        for match in self._term_matcher.match(article):
            self._terms.look(article, match)
            of = [name for name in hit if match.watchlist in self._asked.watchlists[name]]
            if of:
                said = {self._marks.get((name, number)) for name in of}
                verdict = next((one for one in (Verdict.RIGHT, Verdict.WRONG) if one in said), None)
                self._wrong.look(article, match.watchlist, verdict)

    def suggestions(self) -> tuple[Suggestion, ...]:
        """All of them."""
        return (*self._terms.suggestions(), *self._wrong.suggestions(), *self._names.suggestions())
