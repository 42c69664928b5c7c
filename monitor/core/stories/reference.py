"""The slow, obvious twin of `Grouper`: it keeps every article for ever and looks at all of them each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.stories.doubts import Traits, doubts, left_by, traits_of
from monitor.core.stories.grams import FEATURE_MASK, features_of
from monitor.core.stories.grouper import age
from monitor.core.stories.reading import HOUR_S, RAREST_IN_LEAD, RAREST_IN_TITLE, read
from monitor.core.stories.similarity import (
    JOIN_AT,
    MERGE_AT,
    NEAR_MISS,
    VOICES,
    are_one,
    fade,
    likeness,
    most_likeness,
    story_likeness,
)
from monitor.core.stories.window import CANDIDATES, LEAST_SHARED, NEWEST_A_FEATURE, WINDOW_H

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.stories.frequencies import Frequencies
    from monitor.core.stories.model import GroupArticle
from monitor.core.stories.reading import Reading


@dataclass(frozen=True, slots=True)
class _Kept:
    """An article as it was weighed when it came."""

    article: GroupArticle
    reading: Reading
    at_h: float
    seen_h: float
    title: dict[int, int]
    whole: dict[int, int]
    rare: frozenset[int]


class ReferenceGrouper:
    """Places articles as `Grouper` does; the story alone is answered, not the reason.

    `stories` has the story of every article, merges included.
    """

    def __init__(self, frequencies: Frequencies) -> None:
        self.frequencies = frequencies
        self._kept: list[_Kept] = []
        self.stories: dict[str, str] = {}
        self._clock_h = float("-inf")

    def add(self, article: GroupArticle, now: datetime | None = None) -> str:
        """The story of an article, named by the id of the article that opened it."""
        at_h = article.published_at.timestamp() / HOUR_S
        self._clock_h = max(self._clock_h, now.timestamp() / HOUR_S if now else at_h)
        new = self._weighed(article, min(at_h, self._clock_h))
        found = {
            story: self._story_likeness(new, story)
            for story in dict.fromkeys(self.stories[other.article.id] for other in self._candidates(new))
        }
        for kept in self._open():
            if new.title and article.url and article.url == kept.article.url:
                found = {self.stories[kept.article.id]: (1.0, kept)}
                break
        self.stories[article.id] = self._placed(new, found)
        if new.title:
            self._kept.append(new)
        return self.stories[article.id]

    def _placed(self, new: _Kept, found: dict[str, tuple[float, _Kept]]) -> str:
        """The story to join or open, after those were merged that are one."""
        best = max(found, key=lambda story: found[story][0], default="")
        if not best or found[best][0] < JOIN_AT:
            return new.article.id
        same = [best]
        if found[best][0] >= MERGE_AT:
            same += [
                story
                for story, (its_likeness, nearest) in found.items()
                if story != best
                and its_likeness >= MERGE_AT
                and are_one(new.title, set(found[best][1].title), set(nearest.title))
            ]
        oldest = min(same, key=age)
        for article_id, story in self.stories.items():
            if story in same:
                self.stories[article_id] = oldest
        return oldest

    def _weighed(self, article: GroupArticle, at_h: float) -> _Kept:
        reading = read(article)
        if reading.title:
            self.frequencies.learn((*reading.title, *reading.lead))
        weights = dict(
            zip(
                (*reading.lead, *reading.title),
                self.frequencies.weights((*reading.lead, *reading.title)),
                strict=True,
            )
        )
        counts = self.frequencies.counts
        rare = [
            *sorted(reading.title_starts, key=lambda gram: counts[gram])[:RAREST_IN_TITLE],
            *sorted(reading.lead_starts, key=lambda gram: counts[gram])[:RAREST_IN_LEAD],
        ]
        return _Kept(
            article,
            reading,
            at_h,
            self._clock_h,
            {gram & FEATURE_MASK: weights[gram] for gram in reading.title},
            {gram & FEATURE_MASK: weights[gram] for gram in (*reading.lead, *reading.title)},
            frozenset(gram & FEATURE_MASK for gram in rare),
        )

    def _open(self) -> list[_Kept]:
        """The articles in the window, newest first."""
        return [kept for kept in reversed(self._kept) if kept.seen_h >= self._clock_h - WINDOW_H]

    def _candidates(self, new: _Kept) -> list[_Kept]:
        """The open articles that share most of the rare pairs, the newest first."""
        shared = {kept.article.id: 0 for kept in self._open()}
        for feature in new.rare:
            for kept in [kept for kept in self._open() if feature in kept.rare][:NEWEST_A_FEATURE]:
                shared[kept.article.id] += 1
        enough = [kept for kept in self._open() if shared[kept.article.id] >= LEAST_SHARED]
        return sorted(enough, key=lambda kept: shared[kept.article.id], reverse=True)[:CANDIDATES]

    def _story_likeness(self, new: _Kept, story: str) -> tuple[float, _Kept]:
        """How alike a story is, and its candidate that is most alike.

        Its candidates speak for it, and its newest others if they are few.
        """
        candidates = [kept for kept in self._candidates(new) if self.stories[kept.article.id] == story]
        others = [kept for kept in self._open() if self.stories[kept.article.id] == story and kept not in candidates]
        nearest = max(candidates, key=lambda kept: self._likeness(new, kept))
        most = self._likeness(new, nearest)
        if most < JOIN_AT:
            return most, nearest
        voices = candidates + others[: max(0, VOICES - len(candidates))]
        return story_likeness([self._likeness(new, kept) for kept in voices]), nearest

    def _likeness(self, new: _Kept, kept: _Kept) -> float:
        norms = sum(new.title.values()), sum(new.whole.values())
        its_norms = sum(kept.title.values()), sum(kept.whole.values())
        shared_title = new.title.keys() & kept.title.keys()
        in_title = sum(new.title[feature] for feature in shared_title)
        left = fade(new.at_h - kept.at_h) * left_by(doubts(_traits(new), _traits(kept)))
        if most_likeness(in_title, norms, its_norms) * left < NEAR_MISS:
            return 0.0
        in_whole = sum(new.whole[feature] for feature in new.whole.keys() & kept.whole.keys())
        strongest = max(
            sum(new.title[feature] for feature in features if feature in shared_title)
            for features in map(features_of, new.reading.words)
        )
        return likeness((in_title, in_whole, strongest), norms, its_norms) * left


def _traits(kept: _Kept) -> Traits:
    return traits_of(kept.reading.headline, kept.reading.words, kept.article.outlet)
