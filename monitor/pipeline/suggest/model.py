"""What is suggested, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.matching.model import Term

EXAMPLES_SHOWN: Final = 2
"""Titles that are kept of each suggestion."""


class Sort(StrEnum):
    """What a suggestion is."""

    SPELLING = "spelling"
    CONTINUATION = "continuation"
    WEAK = "weak"
    CONTEXT = "context"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text for a term (a spelling, or what it excludes), or a name that could be a term.

    `term` is "" for a name, `watchlist` is "" for all others. `text` is "" if nothing can be written. `articles` is
    how many speak for it, `of` out of how many, and `against` how many speak against it; what they count depends on
    the sort.
    """

    sort: Sort
    term: str
    text: str
    articles: int
    of: int = 0
    against: int = 0
    watchlist: str = ""
    beside: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """For which watchlists and terms is asked: the terms of each watchlist by its name, each term by its own.

    `spellings`: every spelling that any term in force has, folded; `names`: the names of these terms, folded.
    """

    watchlists: Mapping[str, frozenset[str]]
    terms: Mapping[str, Term]
    spellings: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(slots=True)
class Evidence:
    """Articles that speak for something: how many, and the titles of the first."""

    articles: int = 0
    against: int = 0
    titles: list[str] = field(default_factory=list)

    def add(self, title: str, *, against: bool = False) -> None:
        """Count an article."""
        self.articles += 1
        self.against += against
        if len(self.titles) < EXAMPLES_SHOWN:
            self.titles.append(title)

    @property
    def examples(self) -> tuple[str, ...]:
        """The titles."""
        return tuple(self.titles)
