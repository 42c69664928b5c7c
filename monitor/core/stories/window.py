"""The articles of the last 48 hours, found by the rare letter pairs they share."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from monitor.core.stories.grams import FEATURE_BITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.stories.reading import Member

WINDOW_H: Final = 48.0
"""A story is open for so many hours after its last article came in."""

CANDIDATES: Final = 32
"""So many articles are compared at most: those that share most of the rare pairs, the newest first."""

NEWEST_A_FEATURE: Final = 256
"""Of the articles that share a pair, so many of the newest are looked at."""

LEAST_SHARED: Final = 2

COMPACT_AT: Final = 4_096


class Window:
    """The members in the order in which they came, by number; and the numbers by rare feature."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._members: list[Member | None] = []
        self._seen_h = array("d")
        self._base = 0
        self._oldest = 0
        self._postings: list[array[int] | None] = [None] * (1 << FEATURE_BITS)
        self._stories: dict[str, array[int]] = {}
        self._addresses: dict[int, int] = {}

    def __len__(self) -> int:
        return self._base + len(self._members) - self._oldest

    def newest(self, name: str) -> Iterator[Member]:
        """The members of a story in the window, newest first."""
        return map(self._member, reversed(self._stories[name]))

    def size(self, name: str) -> int:
        """How many members of a story are in the window."""
        return len(self._stories[name])

    def at_address(self, address: int) -> Member | None:
        """The newest member at an address."""
        number = self._addresses.get(address)
        return None if number is None else self._member(number)

    def merge(self, younger: str, older: str) -> None:
        """Make the members of one story members of another; either may have none."""
        numbers = self._stories.pop(younger, array("I"))
        for number in numbers:
            self._members[number - self._base] = replace(self._member(number), story=older)
        merged = sorted((*numbers, *self._stories.get(older, ())))
        if merged:
            self._stories[older] = array("I", merged)

    def add(self, member: Member, posted: tuple[int, ...], seen_h: float) -> None:
        """Take in a member that was seen at an hour, no earlier than the one before it."""
        if len(self) >= self._most:
            self._drop_oldest()
        number = self._base + len(self._members)
        self._members.append(member)
        self._seen_h.append(seen_h)
        self._stories.setdefault(member.story, array("I")).append(number)
        if member.address:
            self._addresses[member.address] = number
        for feature in posted:
            numbers = self._postings[feature]
            if numbers is None:
                numbers = self._postings[feature] = array("I")
            elif numbers[0] < self._oldest:
                del numbers[: bisect_left(numbers, self._oldest)]
            numbers.append(number)

    def forget_before(self, hour: float) -> None:
        """Let go the members that were seen before an hour."""
        while len(self) and self._seen_h[self._oldest - self._base] < hour:
            self._drop_oldest()

    def candidates(self, posted: tuple[int, ...]) -> list[Member]:
        """The members that share most of these features."""
        found = [self._postings[feature] for feature in posted]
        tally = Counter(chain.from_iterable(numbers[-NEWEST_A_FEATURE:] for numbers in found if numbers))
        least, oldest = LEAST_SHARED, self._oldest
        ranked = [(count, number) for number, count in tally.items() if count >= least and number >= oldest]
        ranked.sort(reverse=True)
        return [self._member(number) for _, number in ranked[:CANDIDATES]]

    def _member(self, number: int) -> Member:
        member = self._members[number - self._base]
        assert member is not None  # noqa: S101 - every place from the oldest on is taken
        return member

    def _drop_oldest(self) -> None:
        place = self._oldest - self._base
        member = self._member(self._oldest)
        numbers = self._stories[member.story]
        del numbers[0]
        if not numbers:
            del self._stories[member.story]
        if self._addresses.get(member.address) == self._oldest:
            del self._addresses[member.address]
        self._members[place] = None
        self._oldest += 1
        if place >= COMPACT_AT:
            del self._members[: place + 1]
            del self._seen_h[: place + 1]
            self._base = self._oldest
