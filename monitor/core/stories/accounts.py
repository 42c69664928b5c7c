"""What a story's articles together tell: who was first, who wrote for themselves, what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.stories.frequencies import Frequencies  # noqa: TC001 - part of the signature users read
from monitor.core.stories.grams import FEATURE_MASK, features_of, grams_of, words_of
from monitor.core.stories.headline import read_headline, read_lead
from monitor.core.stories.kinds import known_words, telling_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.stories.model import GroupArticle

COPIED_SHARE: Final = 0.6
"""Copies: at least so many of the shorter one's three-letter pieces are in the longer."""

FEWEST_PIECES: Final = 40
"""Fewer pieces than this prove no copying: short texts are alike by chance."""

FEWEST_OUTLETS: Final = 2

_WIRE: Final = re.compile(
    r"[(\[][^()\[\]=]{0,20}=\s*(?P<wire>연합뉴스|뉴시스|뉴스1|AP|AFP|로이터|신화|교도|블룸버그)"
)
_LETTERS: Final = re.compile("[0-9a-z가-힣]+")


@dataclass(frozen=True, slots=True)
class Account:
    """One telling of a story: the outlets that carry it, the first of them first.

    `wire` is the agency it is credited to, "" if none is named.
    """

    outlets: tuple[str, ...]
    wire: str = ""


def first_report(articles: Sequence[GroupArticle]) -> GroupArticle:
    """The earliest article by publication; its outlet is the first reporter. There must be one article."""
    return min(articles, key=lambda article: (article.published_at, article.id))


def independent_accounts(articles: Iterable[GroupArticle]) -> tuple[Account, ...]:
    """The tellings of a story, earliest first: copies of one press release or wire report count once.

    Two articles are one telling if the text of one is nearly in the other, if both name the same agency, or if
    one outlet wrote both.
    """
    ordered = sorted(articles, key=lambda article: (article.published_at, article.id))
    pieces = [_pieces(article) for article in ordered]
    wires = [_wire(article) for article in ordered]
    teller = list(range(len(ordered)))
    for later in range(len(ordered)):
        for earlier in range(later):
            same_outlet = ordered[later].outlet != "" and ordered[later].outlet == ordered[earlier].outlet
            same_wire = wires[later] != "" and wires[later] == wires[earlier]
            if same_outlet or same_wire or _copied(pieces[later], pieces[earlier]):
                _unite(teller, earlier, later)
    accounts = []
    for first in dict.fromkeys(teller):
        tellings = [number for number, its_first in enumerate(teller) if its_first == first]
        accounts.append(
            Account(
                tuple(dict.fromkeys(ordered[number].outlet for number in tellings)),
                next((wires[number] for number in tellings if wires[number]), ""),
            )
        )
    return tuple(accounts)


def corroborated(told: Iterable[str], articles: Iterable[GroupArticle], frequencies: Frequencies) -> tuple[str, ...]:
    """Telling title words and numbers that the told titles lack and that two outlets or more have.

    Two or more of them are an update worth telling. Words are as the earliest article writes them.
    """
    known = {feature for title in told for word in _title_words(title) for feature in features_of(word)}
    outlets: dict[str, set[str]] = {}
    for article in sorted(articles, key=lambda article: (article.published_at, article.id)):
        words = _title_words(article.title)
        grams = tuple(dict.fromkeys(gram for word in words for gram in grams_of(word)))
        weights = dict(zip((gram & FEATURE_MASK for gram in grams), frequencies.weights(grams), strict=True))
        old = set(known_words(words, weights, known))
        for word in telling_words(words, weights):
            if word in old:
                continue
            same = next((other for other in outlets if known_words([word], weights, set(features_of(other)))), word)
            outlets.setdefault(same, set()).add(article.outlet)
    return tuple(word for word, theirs in outlets.items() if len(theirs) >= FEWEST_OUTLETS)


def _title_words(title: str) -> tuple[str, ...]:
    return words_of(read_headline(title).text)


def _pieces(article: GroupArticle) -> frozenset[str]:
    """The pieces of three letters in the first lines, or in the title if there are none."""
    text = read_lead(article.lead) or read_headline(article.title).text
    letters = "".join(_LETTERS.findall(text))
    return frozenset(letters[place : place + 3] for place in range(len(letters) - 2))


def _wire(article: GroupArticle) -> str:
    found = _WIRE.search(article.lead[:120])
    return found["wire"] if found else ""


def _copied(pieces: frozenset[str], others: frozenset[str]) -> bool:
    shorter = min(len(pieces), len(others))
    return shorter >= FEWEST_PIECES and len(pieces & others) >= COPIED_SHARE * shorter


def _unite(teller: list[int], earlier: int, later: int) -> None:
    """Make two tellings one, under the earlier of the two."""
    one, other = sorted((teller[earlier], teller[later]))
    for number, first in enumerate(teller):
        if first == other:
            teller[number] = one
