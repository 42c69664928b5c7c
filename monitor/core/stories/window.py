"""The articles of the last 48 hours, found by the rare letter pairs they share."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from monitor.core.stories.grams import FEATURE_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        self._stories: dict[str, list[Member]] = {}
        self._addresses: dict[int, Member] = {}

    def __len__(self) -> int:
        return self._base + len(self._members) - self._oldest

    def story(self, name: str) -> Sequence[Member]:
        """The members of a story in the window, oldest first."""
        return self._stories[name]

    def at_address(self, address: int) -> Member | None:
        """The newest member at an address."""
        return self._addresses.get(address)

    def add(self, member: Member, posted: tuple[int, ...], seen_h: float) -> None:
        """Take in a member that was seen at an hour, no earlier than the one before it."""
        if len(self) >= self._most:
            self._drop_oldest()
        number = self._base + len(self._members)
        self._members.append(member)
        self._seen_h.append(seen_h)
        self._stories.setdefault(member.story, []).append(member)
        if member.address:
            self._addresses[member.address] = member
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
        return [member for _, number in ranked[:CANDIDATES] if (member := self._members[number - self._base])]

    def _drop_oldest(self) -> None:
        place = self._oldest - self._base
        member = self._members[place]
        self._members[place] = None
        self._oldest += 1
        assert member is not None  # noqa: S101 - every place from the oldest on is taken
        members = self._stories[member.story]
        del members[0]
        if not members:
            del self._stories[member.story]
        if self._addresses.get(member.address) is member:
            del self._addresses[member.address]
        if place >= COMPACT_AT:
            del self._members[: place + 1]
            del self._seen_h[: place + 1]
            self._base = self._oldest
