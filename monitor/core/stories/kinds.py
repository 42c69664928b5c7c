"""What an article adds to the story it joins: a copy, an update or a new angle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.stories.grams import features_of, is_number
from monitor.core.stories.model import Kind, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

VERBATIM_SHARE: Final = 0.7
"""Nearly the same text: at least so much of the shorter one's weight is in the longer."""

SAME_TITLE_COSINE: Final = 0.9
LEAST_TITLE_COSINE: Final = 0.25
"""Under titles less alike than this, equal first lines are an outlet's standing sentences, no copy."""

NEW_ANGLE_SHARE: Final = 0.5
"""At least so many of the telling words are new: the happening is told from another side."""

TELLING_WEIGHT: Final = 16_000
"""A word is telling if a pair of its letters is in fewer than about 2 % of articles (idf above 4)."""

_KNOWN_SHARE: Final = 0.6
_FEWEST_NEW: Final = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """What deciding needs of the article and of the nearest article of the story.

    `title_cosine` and `verbatim` are 0 to 1; `telling` are the telling words and numbers of the title, `new`
    those of them that no recent title of the story has.
    """

    same_address: bool
    round_up: bool
    title_cosine: float
    verbatim: float
    telling: tuple[str, ...]
    new: tuple[str, ...]


def kind_of(comparison: Comparison) -> tuple[Kind, Why]:
    """What an article that joins is, and why.

    Single articles can only be judged so far: whether something new is worth telling shows when a second outlet
    has it too (see `accounts.corroborated`).
    """
    if comparison.same_address:
        return Kind.UPDATE, Why.REVISED
    if comparison.round_up:
        return Kind.UPDATE, Why.ROUND_UP
    verbatim = comparison.verbatim >= VERBATIM_SHARE and comparison.title_cosine >= LEAST_TITLE_COSINE
    if verbatim or comparison.title_cosine >= SAME_TITLE_COSINE:
        return Kind.COPY, Why.VERBATIM
    if any(is_number(word) or word.isascii() for word in comparison.new):
        return Kind.UPDATE, Why.NEW_FACTS
    if len(comparison.new) >= max(_FEWEST_NEW, NEW_ANGLE_SHARE * len(comparison.telling)):
        return Kind.NEW_ANGLE, Why.OTHER_WORDS
    return Kind.COPY, Why.NOTHING_NEW


def known_words(words: Iterable[str], weights: dict[int, int], known: set[int]) -> tuple[str, ...]:
    """Those of the words that stand in titles with these features, whatever their particles.

    A number must be there whole; of a word, most of its weight.
    """
    return tuple(word for word in words if _is_known(word, weights, known))


def telling_words(words: Iterable[str], weights: dict[int, int]) -> tuple[str, ...]:
    """Those of the words that are numbers or rare; words of one letter say too little."""
    return tuple(
        word
        for word in words
        if len(word) > 1
        and (is_number(word) or max(weights[feature] for feature in features_of(word)) >= TELLING_WEIGHT)
    )


def _is_known(word: str, weights: dict[int, int], known: set[int]) -> bool:
    features = features_of(word)
    if is_number(word):
        return known.issuperset(features)
    shared = sum(weights[feature] for feature in features if feature in known)
    return shared >= _KNOWN_SHARE * sum(weights[feature] for feature in features)
