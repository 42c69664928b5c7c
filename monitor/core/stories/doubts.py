"""What speaks against two articles being about one happening although their words are alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.stories.headline import SERIAL_UNITS, Genre

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.core.stories.headline import Headline

Counted: TypeAlias = tuple[str, str]
"""What is counted, and its number: ("hbm", "4"), ("분기", "1"), ("억", "409")."""


class Doubt(StrEnum):
    """Why likeness counts for less."""

    GENRE = "another kind of text"
    TEMPLATE = "a text that is written to a pattern"
    SAME_OUTLET = "the same outlet's pattern"
    OTHER_TEMPLATE = "another pattern"
    SERIES = "another instalment of a column"
    SERIALS = "another number of the same thing"
    CALENDAR = "another day, month or year"
    QUANTITIES = "other quantities of the same units"
    ACTOR = "somebody else in front"
    REGION = "another region"


_LEFT: Final = {
    Doubt.GENRE: 0.8,
    Doubt.TEMPLATE: 0.5,
    Doubt.SAME_OUTLET: 0.5,
    Doubt.OTHER_TEMPLATE: 0.5,
    Doubt.SERIES: 0.5,
    Doubt.SERIALS: 0.25,
    Doubt.CALENDAR: 0.6,
    Doubt.QUANTITIES: 0.6,
    Doubt.ACTOR: 0.6,
    Doubt.REGION: 0.6,
}

_CALENDAR: Final = frozenset({"일", "월", "년", "주", "주차", "기", "편", "부", "보", "강"})
_TEMPLATES: Final = frozenset({Genre.NOTICE, Genre.ROUTINE})
_ONE_HAPPENING: Final = frozenset({Genre.NEWS, Genre.PICTURE})
_MANY_A_DAY: Final = frozenset({Genre.PICTURE, Genre.SHARES})
_NO_QUANTITY: Final = frozenset({"시", *(unit[0] for unit in SERIAL_UNITS)})
_LEAST_UNITS: Final = 2
"""One number may grow from report to report (the dead of a fire); two that both differ are two companies' results."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What of an article is asked for doubts.

    `regions` has a bit for each region that is named; `quantities` are (unit, number), none if all have one unit.
    """

    outlet: str
    genre: Genre
    series: str
    serials: tuple[Counted, ...]
    quantities: tuple[Counted, ...]
    actor: str
    regions: int


def traits_of(headline: Headline, words: Sequence[str], outlet: str) -> Traits:
    """The traits of a title with these words; equal ones are one object."""
    quantities = tuple(_quantities(words))
    if len({unit for unit, _ in quantities}) < _LEAST_UNITS:
        quantities = ()
    return _shared(
        outlet,
        headline.genre,
        headline.series,
        headline.serials,
        quantities,
        headline.actor,
        headline.regions,
    )


def doubts(one: Traits, other: Traits) -> list[Doubt]:
    """What speaks against two articles being about one happening."""
    found = []
    if one.genre != other.genre and not {one.genre, other.genre} <= _ONE_HAPPENING:
        found.append(Doubt.GENRE)
    if one.genre in _TEMPLATES or other.genre in _TEMPLATES:
        found.append(Doubt.TEMPLATE)
        if one.genre == other.genre and one.outlet == other.outlet:
            found.append(Doubt.SAME_OUTLET)
        if one.series and other.series and one.series != other.series:
            found.append(Doubt.OTHER_TEMPLATE)
    if one.series and one.series == other.series and one.outlet == other.outlet and one.genre not in _MANY_A_DAY:
        found.append(Doubt.SERIES)
    if one.serials and other.serials:
        found += _of_serials(one.serials, other.serials)
    if one.quantities and other.quantities and _are_other(one.quantities, other.quantities):
        found.append(Doubt.QUANTITIES)
    if one.actor and other.actor and not _may_be_one(one.actor, other.actor):
        found.append(Doubt.ACTOR)
    if one.regions and other.regions and not one.regions & other.regions:
        found.append(Doubt.REGION)
    return found


def left_by(found: Iterable[Doubt]) -> float:
    """What doubts leave of the likeness: 1 if there is none."""
    left = 1.0
    for doubt in found:
        left *= _LEFT[doubt]
    return left


def _quantities(words: Iterable[str]) -> Iterator[Counted]:
    """Numbers with a unit that measures: 409억, 63.2%. A number of a series (2분기, 3일) is none."""
    for word in words:
        if word[0].isdigit() and not word[-1].isdigit() and word[-1] not in _NO_QUANTITY:
            yield word[-1], word[:-1]


def _may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one, written longer and shorter: the letters of one are in the other, in order."""
    shorter, longer = sorted((name, other), key=len)
    rest = iter(longer)
    return all(letter in rest for letter in shorter)


def _of_serials(serials: tuple[Counted, ...], others: tuple[Counted, ...]) -> list[Doubt]:
    """A doubt if something is counted in both and never with the same number: HBM3E and HBM4, 1분기 and 2분기.

    Other days and months part less: a report of the second day may name the first.
    """
    other = {name for name, _ in serials} & {name for name, _ in others}
    other -= {name for name, number in serials if (name, number) in others}
    if not other:
        return []
    return [Doubt.CALENDAR if other <= _CALENDAR else Doubt.SERIALS]


def _are_other(quantities: tuple[Counted, ...], others: tuple[Counted, ...]) -> bool:
    """Whether two units or more are in both, and no number is."""
    units = {unit for unit, _ in quantities} & {unit for unit, _ in others}
    return len(units) >= _LEAST_UNITS and set(quantities).isdisjoint(others)


@lru_cache(maxsize=1 << 11)
def _shared(
    outlet: str,
    genre: Genre,
    series: str,
    serials: tuple[Counted, ...],
    quantities: tuple[Counted, ...],
    actor: str,
    regions: int,
) -> Traits:
    return Traits(outlet, genre, series, serials, quantities, actor, regions)
