"""How alike two articles are, and an article and a story: 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from monitor.core.stories.headline import Genre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.stories.reading import Member, Reading, Serial

JOIN_AT: Final = 0.25
"""An article joins a story that is at least so alike."""

NEAR_MISS: Final = 0.2
"""Two articles that cannot be so alike are not compared further: they count as not alike at all."""

LEAD_TO_TITLE: Final = 2.0
LEAD_ALONE: Final = 0.1
"""First lines count no more than twice what the titles share and this: advertisements and columns of one outlet
begin with the same sentences under titles that have nothing in common."""

FADE_H: Final = 48.0
"""In so many hours between two articles their likeness falls to a third (1/e)."""

VOICES: Final = 5
"""The articles of a story that speak for it: those most alike. A story of fifty would else speak for none."""

_OTHER_GENRE: Final = 0.8
_TEMPLATE: Final = 0.5
_SAME_SERIES: Final = 0.5
_OTHER_SERIAL: Final = 0.25
_OTHER_DAY: Final = 0.6
_OTHER_ACTOR: Final = 0.6
_CALENDAR: Final = frozenset({"일", "월", "년", "주", "주차", "기", "편", "부", "보", "강"})
_TEMPLATES: Final = frozenset({Genre.NOTICE, Genre.ROUTINE})
_ONE_HAPPENING: Final = frozenset({Genre.NEWS, Genre.PICTURE})
_MANY_A_DAY: Final = frozenset({Genre.PICTURE, Genre.SHARES})


def likeness(shared: tuple[int, int, int], norms: tuple[int, int], other_norms: tuple[int, int]) -> float:
    """How alike two texts are, from squared weights: ½ cosine of titles, ½ of whole texts.

    `shared` is what the titles share, what the whole texts share, and what the strongest shared title word has
    of both; norms are those of title and whole text. Half of the result is reached without that word: "A사,
    MWC서 X" is not "A사, MWC서 Y".
    """
    title, whole, strongest = shared
    (norm, whole_norm), (other_norm, other_whole_norm) = norms, other_norms
    plain = cosine(title, norm, other_norm)
    most = LEAD_TO_TITLE * plain + LEAD_ALONE
    masked = cosine(title - strongest, norm - strongest, other_norm - strongest)
    plain_whole = min(most, cosine(whole, whole_norm, other_whole_norm))
    masked_whole = min(most, cosine(whole - strongest, whole_norm - strongest, other_whole_norm - strongest))
    return (plain + masked + plain_whole + masked_whole) / 4


def most_likeness(shared_title: int, norms: tuple[int, int], other_norms: tuple[int, int]) -> float:
    """How alike two texts could be at most whose titles share so much, whatever their first lines."""
    plain = cosine(shared_title, norms[0], other_norms[0])
    return (plain + LEAD_TO_TITLE * plain + LEAD_ALONE) / 2


def cosine(shared: int, norm: int, other_norm: int) -> float:
    """The cosine of two texts by the squared weights that they share and have."""
    if shared <= 0 or norm <= 0 or other_norm <= 0:
        return 0.0
    return min(1.0, shared / math.sqrt(norm * other_norm))


def strongest_word(words: Sequence[Sequence[int]], weights: dict[int, int], others: set[int]) -> int:
    """The most that one title word has of the weights of features that the other title has too."""
    most = 0
    for word in words:
        weight = 0
        for feature in word:
            if feature in others:
                weight += weights[feature]
        most = max(most, weight)
    return most


def fade(hours: float) -> float:
    """What so many hours between two publications leave of their likeness."""
    return math.exp(-abs(hours) / FADE_H)


def doubt(reading: Reading, serials: tuple[Serial, ...], outlet: str, member: Member) -> float:
    """What kinds of text and telling numbers leave of the likeness: 1 if nothing speaks against it."""
    headline = reading.headline
    left = 1.0
    if headline.genre != member.genre and not {headline.genre, member.genre} <= _ONE_HAPPENING:
        left *= _OTHER_GENRE
    if headline.genre in _TEMPLATES or member.genre in _TEMPLATES:
        left *= _TEMPLATE
        if headline.genre == member.genre and outlet == member.outlet:
            left *= _TEMPLATE
    if (
        headline.series
        and headline.series == member.series
        and outlet == member.outlet
        and headline.genre not in _MANY_A_DAY
    ):
        left *= _SAME_SERIES
    if serials and member.serials:
        left *= _agreement(serials, member.serials)
    if headline.actor and member.actor and not _may_be_one(headline.actor, member.actor):
        left *= _OTHER_ACTOR
    return left


def _may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one, written longer and shorter: they share a pair of letters."""
    return not {name[i : i + 2] for i in range(len(name) - 1)}.isdisjoint(
        other[i : i + 2] for i in range(len(other) - 1)
    )


def _agreement(serials: tuple[Serial, ...], others: tuple[Serial, ...]) -> float:
    """Less than 1 if something is counted in both and never with the same number: HBM3E and HBM4, 1분기 and 2분기.

    Other days and months part less: a report of the second day may name the first.
    """
    other = {name for name, _ in serials} & {name for name, _ in others}
    other -= {name for name, number in serials if (name, number) in others}
    if not other:
        return 1.0
    return _OTHER_DAY if other <= _CALENDAR else _OTHER_SERIAL


def story_likeness(likenesses: Sequence[float]) -> float:
    """How alike a story is: half its best article, half the mean of the articles that speak for it."""
    best = sorted(likenesses, reverse=True)[:VOICES]
    return (best[0] + sum(best) / len(best)) / 2
