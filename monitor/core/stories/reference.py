"""The slow, obvious twin of `Grouper`: it keeps every article for ever and looks at all of them each time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.stories.grams import FEATURE_MASK, features_of
from monitor.core.stories.reading import HOUR_S, RAREST_IN_LEAD, RAREST_IN_TITLE, Member, read
from monitor.core.stories.similarity import (
    JOIN_AT,
    NEAR_MISS,
    VOICES,
    doubt,
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
    """Places articles as `Grouper` does; the story alone is answered, not the reason."""

    def __init__(self, frequencies: Frequencies) -> None:
        self.frequencies = frequencies
        self._kept: list[_Kept] = []
        self._story: dict[str, str] = {}
        self._clock_h = float("-inf")

    def add(self, article: GroupArticle, now: datetime | None = None) -> str:
        """The story of an article, named by the id of the article that opened it."""
        at_h = article.published_at.timestamp() / HOUR_S
        self._clock_h = max(self._clock_h, now.timestamp() / HOUR_S if now else at_h)
        new = self._weighed(article, min(at_h, self._clock_h))
        best, best_story = 0.0, ""
        for story in dict.fromkeys(self._story[other.article.id] for other in self._candidates(new)):
            found = self._story_likeness(new, story)
            if found > best:
                best, best_story = found, story
        for kept in self._open():
            if new.title and article.url and article.url == kept.article.url and best < 1:
                best, best_story = 1.0, self._story[kept.article.id]
        self._story[article.id] = best_story if best >= JOIN_AT else article.id
        if new.title:
            self._kept.append(new)
        return self._story[article.id]

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

    def _story_likeness(self, new: _Kept, story: str) -> float:
        """The candidates of a story speak for it, and its newest others if they are few."""
        candidates = [kept for kept in self._candidates(new) if self._story[kept.article.id] == story]
        others = [kept for kept in self._open() if self._story[kept.article.id] == story and kept not in candidates]
        if max(self._likeness(new, kept) for kept in candidates) < JOIN_AT:
            return 0.0
        voices = candidates + others[: max(0, VOICES - len(candidates))]
        return story_likeness([self._likeness(new, kept) for kept in voices])

    def _likeness(self, new: _Kept, kept: _Kept) -> float:
        norms = sum(new.title.values()), sum(new.whole.values())
        its_norms = sum(kept.title.values()), sum(kept.whole.values())
        shared_title = new.title.keys() & kept.title.keys()
        in_title = sum(new.title[feature] for feature in shared_title)
        left = fade(new.at_h - kept.at_h) * doubt(
            new.reading, new.reading.headline.serials, new.article.outlet, _member(kept)
        )
        if most_likeness(in_title, norms, its_norms) * left < NEAR_MISS:
            return 0.0
        in_whole = sum(new.whole[feature] for feature in new.whole.keys() & kept.whole.keys())
        strongest = max(
            sum(new.title[feature] for feature in features if feature in shared_title)
            for features in map(features_of, new.reading.words)
        )
        return likeness((in_title, in_whole, strongest), norms, its_norms) * left


def _member(kept: _Kept) -> Member:
    """What `doubt` asks of an article."""
    headline = kept.reading.headline
    return Member(
        id=kept.article.id,
        story="",
        at_h=kept.at_h,
        features=array("H"),
        title_length=0,
        title_norm=0,
        whole_norm=0,
        outlet=kept.article.outlet,
        address=0,
        genre=headline.genre,
        series=headline.series,
        serials=headline.serials,
        actor=headline.actor,
    )
