"""Names that often stand in the hits of a watchlist, and seldom elsewhere."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from monitor.core.text.normal import fold
from monitor.core.text.script import is_hangul
from monitor.pipeline.suggest.model import Evidence, Sort, Suggestion
from monitor.pipeline.suggest.nouns import nouns_of, verbal_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.article import Article
    from monitor.pipeline.suggest.model import Asked

LEAST_STORIES: Final = 3
LEAST_SHARE: Final = 0.03
"""Of the articles that hit a watchlist, so many have the name."""

LEAST_LIFT: Final = 10.0
"""So many times more often than in all articles."""

MOST_NAMES: Final = 5
"""Of a watchlist, those that tell most."""

FEWEST_TAILS: Final = 3
"""A noun in Hangul is met with so many different particles, none being one; a verb is not."""

MOST_VERBAL: Final = 0.02
"""A word that so often becomes a verb (협상하다) is no name."""


@dataclass(slots=True)
class NameSurvey:
    """Counts names over all articles, and over those that hit each watchlist."""

    asked: Asked
    _articles: int = 0
    _everywhere: Counter[str] = field(default_factory=Counter)
    _verbal: Counter[str] = field(default_factory=Counter)
    _hits: Counter[str] = field(default_factory=Counter)
    _found: defaultdict[tuple[str, str], Evidence] = field(default_factory=lambda: defaultdict(Evidence))
    _stories: defaultdict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    _tails: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def look(self, article: Article, story_id: int, watchlists: Iterable[str]) -> None:
        """An article and the watchlists that match it."""
        words = [*nouns_of(article.title), *nouns_of(article.summary)]
        stems = {stem for stem, _ in words}
        self._articles += 1
        self._everywhere.update(stems)
        self._verbal.update({verb for stem in stems if (verb := verbal_part(stem))})
        for name in watchlists:
            self._hits[name] += 1
            for stem in stems:
                self._found[name, stem].add(article.title)
                self._stories[name, stem].add(story_id)
            for stem, tail in words:
                self._tails[stem].add(tail)

    def suggestions(self) -> Iterator[Suggestion]:
        """By watchlist, the most telling names first."""
        for watchlist in self.asked.watchlists:
            scored = [
                (self._score(watchlist, stem, one), stem, one)
                for (name, stem), one in self._found.items()
                if name == watchlist and self._may_be(watchlist, stem)
            ]
            best = sorted(((score, stem, one) for score, stem, one in scored if score > 0), key=lambda row: -row[0])
            for _, stem, one in best[:MOST_NAMES]:
                yield Suggestion(
                    Sort.NAME,
                    "",
                    stem,
                    one.articles,
                    self._hits[watchlist],
                    self._everywhere[stem] - one.articles,
                    watchlist,
                    examples=one.examples,
                )

    def _may_be(self, watchlist: str, stem: str) -> bool:
        """Whether a word is a noun or a name that no term has yet."""
        folded = fold(stem)
        own = {fold(spelling) for name in self.asked.watchlists[watchlist] for spelling in self.asked.terms[name].any}
        if folded in self.asked.spellings | self.asked.names or any(spelling in folded for spelling in own):
            return False
        if len(self._stories[watchlist, stem]) < LEAST_STORIES:
            return False
        if self._verbal[stem] > MOST_VERBAL * self._everywhere[stem]:
            return False
        return stem[0].isupper() if not is_hangul(stem[-1]) else len(self._tails[stem]) >= FEWEST_TAILS

    def _score(self, watchlist: str, stem: str, one: Evidence) -> float:
        """How much a name tells of the watchlist; 0 if it is too rare in it, or too common elsewhere."""
        hits = self._hits[watchlist]
        lift = (one.articles / hits) / (self._everywhere[stem] / self._articles)
        if one.articles < LEAST_SHARE * hits or lift < LEAST_LIFT:
            return 0.0
        return one.articles * math.log(lift)
