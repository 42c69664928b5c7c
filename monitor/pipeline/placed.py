"""Why an article is in its story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.stories.doubts import doubts, traits_of
from monitor.core.stories.grams import words_of
from monitor.core.stories.headline import read_headline

if TYPE_CHECKING:
    from monitor.core.stories.doubts import Doubt, Traits
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import PlacedArticle, PlacementView


@dataclass(frozen=True, slots=True)
class Rival:
    """An article that was compared: what speaks against its being about the same, and the traits that say so."""

    article: PlacedArticle
    doubts: tuple[Doubt, ...]
    traits: Traits


@dataclass(frozen=True, slots=True)
class Account:
    """Where an article was placed.

    `nearest` is of the story that it joined, or of the one that it nearly joined; `other` of the second nearest.
    """

    view: PlacementView
    traits: Traits
    nearest: Rival | None
    other: Rival | None


def account_of(work: Work, article_id: int) -> Account | None:
    """The account of an article; None if there is no such article or it was never placed."""
    view = work.stories.placement(article_id)
    if view is None:
        return None
    own = _traits(view.placed)
    return Account(view, own, _rival(own, view.nearest), _rival(own, view.other))


def _rival(own: Traits, article: PlacedArticle | None) -> Rival | None:
    if article is None:
        return None
    its = _traits(article)
    return Rival(article, tuple(doubts(own, its)), its)


def _traits(placed: PlacedArticle) -> Traits:
    headline = read_headline(placed.article.title)
    return traits_of(headline, words_of(headline.text), placed.article.source)
