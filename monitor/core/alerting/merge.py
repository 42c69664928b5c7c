"""What becomes of alerts when two stories turn out to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.alerting.model import TELLING, Withheld, Withhold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.alerting.model import StoryState, Telling


@dataclass(frozen=True, slots=True)
class Settled:
    """An alert that is not sent on a channel because the other story is told there.

    `into` is the alert that takes over its hits, None if the other one has gone out already.
    """

    withhold: Withhold
    into: int | None = None


def settle(older: StoryState, younger: StoryState, story_id: int) -> tuple[Settled, ...]:
    """What waits and is not to be sent, so that no watchlist is told twice on a channel; `story_id` is the older's.

    What has been sent stays sent. A first report goes if the other story was told, or waits to be: then the older
    one's alert tells both. Updates of what was told, and lists (quiet hours, floods), stay.
    """
    why = f"{Withheld.MERGED.value} {story_id}"
    places = dict.fromkeys((one.watchlist, one.channel) for one in younger.tellings)
    return tuple(settled for place in places for settled in _settle(_at(older, place), _at(younger, place), why))


def _at(state: StoryState, place: tuple[str, str]) -> list[Telling]:
    return [
        one
        for one in state.tellings
        if (one.watchlist, one.channel) == place and not one.withheld.startswith(Withheld.SILENCED)
    ]


def _settle(older: list[Telling], younger: list[Telling], why: str) -> Iterator[Settled]:
    was_told, is_told = _is_told(older), _is_told(younger)
    if was_told and not is_told:
        yield from _withheld(younger, why, None)
    elif is_told and not was_told:
        yield from _withheld(older, why, None)
    elif not was_told:
        first = next((one.alert_id for one in older if _waits(one)), None)
        if first is not None:
            yield from _withheld(younger, why, first)


def _is_told(tellings: list[Telling]) -> bool:
    return any(not one.waiting for one in tellings)


def _waits(one: Telling) -> bool:
    return one.waiting and one.reason in TELLING


def _withheld(tellings: list[Telling], why: str, into: int | None) -> Iterator[Settled]:
    for one in tellings:
        if _waits(one):
            yield Settled(Withhold(one.alert_id, one.channel, why), into)
