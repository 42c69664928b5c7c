"""How alike two articles are, and an article and a story: 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

JOIN_AT: Final = 0.25
"""An article joins a story that is at least so alike."""

MERGE_AT: Final = 0.3
MERGE_SHARE: Final = 0.25
"""Stories are one if an article is so like both, and if their titles share so much of what it shares with either: a
title that tells of two happenings does not make them one."""

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


def are_one(weights: dict[int, int], one: set[int], other: set[int]) -> bool:
    """Whether two titles share enough of what each shares with a third, whose features have these weights."""
    with_one = weights.keys() & one
    with_other = weights.keys() & other
    most = min(sum(map(weights.__getitem__, with_one)), sum(map(weights.__getitem__, with_other)))
    return sum(map(weights.__getitem__, with_one & with_other)) >= MERGE_SHARE * most


def story_likeness(likenesses: Sequence[float]) -> float:
    """How alike a story is: half its best article, half the mean of the articles that speak for it."""
    best = sorted(likenesses, reverse=True)[:VOICES]
    return (best[0] + sum(best) / len(best)) / 2
