"""Placing articles in stories one by one, over a window that moves with them."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from itertools import islice, repeat
from typing import TYPE_CHECKING, Final

from monitor.core.stories.doubts import doubts, left_by, traits_of
from monitor.core.stories.kinds import Comparison, kind_of, known_words, telling_words
from monitor.core.stories.model import Joined, Opened, Placement
from monitor.core.stories.reading import HOUR_S, Member, address_of, numbers_in, read, weigh
from monitor.core.stories.similarity import (
    JOIN_AT,
    MERGE_AT,
    NEAR_MISS,
    VOICES,
    are_one,
    cosine,
    fade,
    likeness,
    most_likeness,
    story_likeness,
    strongest_word,
)
from monitor.core.stories.window import WINDOW_H, Window

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.stories.doubts import Traits
    from monitor.core.stories.frequencies import Frequencies
    from monitor.core.stories.model import GroupArticle
    from monitor.core.stories.reading import Reading, Weighed

MOST_MEMBERS: Final = 100_000
"""The oldest articles leave the window beyond this, whatever their age: memory is bounded."""

TITLES_KNOWN: Final = 40
"""So many of a story's newest titles are what it has told already."""

LEAST_LEAD: Final = 2
"""Texts are compared as copies if title and first lines weigh so many times their titles at least."""

_NOTHING: Final = repeat(0)


@dataclass(frozen=True, slots=True)
class _New:
    """The article being placed."""

    article: GroupArticle
    reading: Reading
    weighed: Weighed
    traits: Traits
    at_h: float
    address: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A story like an article: its name, how alike it is, and its article that is most alike."""

    story: str
    likeness: float
    nearest: Member


def age(story: str) -> tuple[int, str]:
    """What orders the names of stories by age, for articles that are numbered in the order in which they come."""
    return len(story), story


class Grouper:
    """The open stories.

    Articles are to be numbered in the order in which they come: of two stories that are merged, the one with the
    lower number stays.

    One writer: articles are placed one after another, in the order in which they came. `frequencies` is learned
    from and belongs to the grouper.

    To take up where another grouper stopped: give it frequencies dumped before a window's articles, and `restore`
    those articles in order; every later placement is then the same.
    """

    def __init__(self, frequencies: Frequencies, *, most_members: int = MOST_MEMBERS) -> None:
        self.frequencies = frequencies
        self._window = Window(most_members)
        self._clock_h = -math.inf

    def __len__(self) -> int:
        """The articles in the window."""
        return len(self._window)

    def add(self, article: GroupArticle, now: datetime | None = None) -> Placement:
        """Place an article in the story that is most like it, or in one of its own.

        `now` is when it came in (aware); without it, the latest publication so far is taken for the time. Stories
        that it is so like that they are one are merged into the oldest of them.
        """
        new = self._take_in(article, now)
        ranked = self._find(new)
        nearest = ranked[0] if ranked else None
        if nearest is None or nearest.likeness < JOIN_AT:
            opened = Opened(nearest.nearest.id, nearest.likeness) if nearest is not None else Opened()
            placement = Placement(article.id, opened)
        else:
            same = self._same(new, ranked)
            reason = self._joined(new, nearest, ranked[1] if len(ranked) > 1 else None)
            for younger in same[1:]:
                self._window.merge(younger, same[0])
            placement = Placement(same[0], reason, tuple(same[1:]))
        self._keep(new, placement.story)
        return placement

    def restore(self, article: GroupArticle, story: str, now: datetime | None = None) -> None:
        """Take in an article that was placed before, with the story it is in and the time it came in."""
        self._keep(self._take_in(article, now), story)

    def merge(self, younger: str, older: str) -> None:
        """Merge stories as another grouper of the same articles did; again, or without their articles: harmless."""
        self._window.merge(younger, older)

    def _same(self, new: _New, ranked: list[_Found]) -> list[str]:
        """The stories that an article shows to be one with the nearest, the oldest first; that one at least."""
        first, *others = ranked
        same = [first.story]
        if first.likeness >= MERGE_AT:
            title = _title(first.nearest)
            same += [
                other.story
                for other in others
                if other.likeness >= MERGE_AT and are_one(new.weighed.title, title, _title(other.nearest))
            ]
        return sorted(same, key=age)

    def _take_in(self, article: GroupArticle, now: datetime | None) -> _New:
        at_h = article.published_at.timestamp() / HOUR_S
        now_h = now.timestamp() / HOUR_S if now else at_h
        self._clock_h = max(self._clock_h, now_h)
        self._window.forget_before(self._clock_h - WINDOW_H)
        reading = read(article)
        if reading.title:
            self.frequencies.learn((*reading.title, *reading.lead))
        return _New(
            article,
            reading,
            weigh(reading, self.frequencies),
            traits_of(reading.headline, reading.words, article.outlet),
            min(at_h, self._clock_h),
            address_of(article.url),
        )

    def _keep(self, new: _New, story: str) -> None:
        """Put an article with a readable title into the window."""
        weighed = new.weighed
        if not weighed.title:
            return
        member = Member(
            id=new.article.id,
            story=story,
            at_h=new.at_h,
            features=array("H", weighed.whole),
            title_length=len(weighed.title),
            title_norm=weighed.title_norm,
            whole_norm=weighed.whole_norm,
            address=new.address,
            traits=new.traits,
        )
        self._window.add(member, weighed.posted, self._clock_h)

    def _find(self, new: _New) -> list[_Found]:
        """The stories that are like an article, the most alike first."""
        if not new.weighed.title:
            return []
        revised = self._window.at_address(new.address)
        if revised is not None:
            return [_Found(revised.story, 1.0, revised)]
        by_story: dict[str, list[tuple[float, Member]]] = {}
        for member in self._window.candidates(new.weighed.posted):
            by_story.setdefault(member.story, []).append((self._likeness(new, member), member))
        found = []
        for story, voices in by_story.items():
            most, nearest = max(voices, key=lambda voice: voice[0])
            if most >= JOIN_AT:
                self._complete(new, story, voices)
                most = story_likeness([likeness for likeness, _ in voices])
            found.append(_Found(story, most, nearest))
        return sorted(found, key=lambda one: one.likeness, reverse=True)

    def _complete(self, new: _New, story: str, voices: list[tuple[float, Member]]) -> None:
        """Let a story's newest members speak too if few of it were candidates."""
        if len(voices) >= VOICES or len(voices) == self._window.size(story):
            return
        compared = {id(member) for _, member in voices}
        others = (member for member in self._window.newest(story) if id(member) not in compared)
        voices.extend((self._likeness(new, other), other) for other in islice(others, VOICES - len(voices)))

    def _likeness(self, new: _New, member: Member) -> float:
        weighed, title = new.weighed, member.features[: member.title_length]
        norms, its_norms = (weighed.title_norm, weighed.whole_norm), (member.title_norm, member.whole_norm)
        in_title = sum(map(weighed.title.get, title, _NOTHING))
        most = most_likeness(in_title, norms, its_norms)
        if most < NEAR_MISS:
            return 0.0
        left = fade(new.at_h - member.at_h) * left_by(doubts(new.traits, member.traits))
        if most * left < NEAR_MISS:
            return 0.0
        in_whole = sum(map(weighed.whole.get, member.features, _NOTHING))
        strongest = strongest_word(weighed.words, weighed.title, set(title))
        return likeness((in_title, in_whole, strongest), norms, its_norms) * left

    def _joined(self, new: _New, found: _Found, other: _Found | None) -> Joined:
        """Why an article joins: what it shares with the nearest article, and what is new to the story."""
        weighed, nearest = new.weighed, found.nearest
        told: set[int] = set()
        for member in islice(self._window.newest(found.story), TITLES_KNOWN):
            told.update(member.features[: member.title_length])
        its_title = _title(nearest)
        words = telling_words(new.reading.words, weighed.title)
        shared = known_words(words, weighed.title, its_title)
        known = set(known_words(words, weighed.title, told))
        added = tuple(word for word in words if word not in known)
        shared_title = sum(weight for feature, weight in weighed.title.items() if feature in its_title)
        shared_whole = sum(weighed.whole[feature] for feature in nearest.features if feature in weighed.whole)
        shorter = min(weighed.whole_norm, nearest.whole_norm)
        has_lead = shorter >= LEAST_LEAD * max(weighed.title_norm, nearest.title_norm)
        kind, why = kind_of(
            Comparison(
                same_address=new.address != 0 and new.address == nearest.address,
                round_up=new.reading.headline.round_up,
                title_cosine=cosine(shared_title, weighed.title_norm, nearest.title_norm),
                verbatim=shared_whole / shorter if shorter and has_lead else 0.0,
                telling=words,
                new=added,
            )
        )
        numbers = numbers_in(shared)
        return Joined(
            kind,
            why,
            nearest.id,
            round(found.likeness, 3),
            tuple(word for word in shared if word not in numbers),
            numbers,
            added,
            other.nearest.id if other is not None else "",
            round(other.likeness, 3) if other is not None else 0.0,
        )


def _title(member: Member) -> set[int]:
    return set(member.features[: member.title_length])
