"""Which queries an article can make true at all, by the patterns that occur in it."""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from monitor.core.matching.leafplan import LeafPlan
from monitor.core.matching.near import NearPlan
from monitor.core.matching.plan import AllPlan, AnyPlan, NotPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set  # noqa: PYI025 - what it is

    from monitor.core.matching.plan import Plan

Need: TypeAlias = frozenset[int]
"""Patterns of which one occurs wherever a clause is true."""

Way: TypeAlias = tuple[Need, ...]
"""Needs that all hold where a query is true in this way, the rarest first; () if nothing is needed."""

_MOST_WAYS: Final = 16
_MOST_PAIRS: Final = 64
"""More of them cost more memory than they save time: the query then waits for its rarest need alone."""


class Presearcher:
    """Finds candidates: the queries that have a way in which their needs are met, and those that need nothing.

    A way waits for a pattern of its rarest need, or for one of that and one of its shortest other need together.
    """

    def __init__(self, plans: Mapping[int, Plan], patterns: Sequence[str]) -> None:
        self._always: list[int] = []
        self._waiting: dict[int, list[int]] = {}
        self._pairs: dict[int, dict[int, list[int]]] = {}
        self._partners: dict[int, frozenset[int]] = {}
        weights = _weights(patterns)
        for number, plan in plans.items():
            ways = _ways_of(plan, weights)
            if not all(ways):
                self._always.append(number)
                continue
            for rarest, *others in ways:
                second = min(others, key=len, default=frozenset())
                if second and len(rarest) * len(second) <= _MOST_PAIRS:
                    self._wait_for_both(number, rarest, second)
                else:
                    for pattern in rarest:
                        self._waiting.setdefault(pattern, []).append(number)

        self._partners = {pattern: frozenset(beside) for pattern, beside in self._pairs.items()}

    def _wait_for_both(self, number: int, first: Need, second: Need) -> None:
        for pattern in first:
            beside = self._pairs.setdefault(pattern, {})
            for other in second:
                beside.setdefault(other, []).append(number)

    def candidates(self, occurring: Set[int]) -> list[int]:
        """The numbers of the queries to evaluate, in order."""
        numbers = set(self._always)
        for pattern in self._waiting.keys() & occurring:
            numbers.update(self._waiting[pattern])
        partners = self._partners
        for pattern in occurring:
            # Most have no partner here: `isdisjoint` walks the shorter of the two, in C.
            if pattern in partners and not partners[pattern].isdisjoint(occurring):
                beside = self._pairs[pattern]
                for other in partners[pattern] & occurring:
                    numbers.update(beside[other])
        return sorted(numbers) if numbers else []


def ways_of(plan: Plan, patterns: Sequence[str]) -> tuple[Way, ...]:
    """The ways in which a plan can be true, each with the patterns that it needs."""
    return _ways_of(plan, _weights(patterns))


def _ways_of(plan: Plan, weights: Sequence[float]) -> tuple[Way, ...]:
    """The ways in which a plan can be true; `weights`: how common each pattern is held to be."""
    match plan:
        case LeafPlan():
            return (_sorted([frozenset(plan.leaf.patterns)], weights),)
        case AllPlan():
            return _every([_ways_of(child, weights) for child in plan.children], weights)
        case AnyPlan():
            ways = [way for child in plan.children for way in _ways_of(child, weights)]
            return tuple(ways) if len(ways) <= _MOST_WAYS else (_either(ways),)
        case NearPlan():
            sides = [
                [way for leaf in side.leaves for way in _ways_of(leaf, weights)] for side in (plan.left, plan.right)
            ]
            return (_sorted([need for side in sides for need in _either(side)], weights),)
        case NotPlan():
            return ((),)
        case _:
            assert_never(plan)


def _every(parts: list[tuple[Way, ...]], weights: Sequence[float]) -> tuple[Way, ...]:
    """All parts at once: the one with several ways that is rarest keeps them, any other becomes one need."""
    several = [ways for ways in parts if len(ways) > 1 and all(ways)]
    kept = min(several, key=lambda ways: _frequency(_either(ways), weights), default=((),))
    rest = [need for ways in parts if ways is not kept for need in (_either(ways) if len(ways) > 1 else ways[0])]
    return tuple(_sorted([*way, *rest], weights) for way in kept)


def _either(ways: Sequence[Way]) -> Way:
    """What is needed whichever of the ways it is: one of the rarest patterns of each, or () if one needs nothing."""
    return (frozenset().union(*(way[0] for way in ways)),) if all(ways) else ()


def _sorted(needs: Sequence[Need], weights: Sequence[float]) -> Way:
    known = [need for need in needs if need]
    return tuple(known) if len(known) < 2 else tuple(sorted(known, key=lambda need: _frequency((need,), weights)))  # noqa: PLR2004 - nothing to sort


def _frequency(needs: Way, weights: Sequence[float]) -> float:
    return sum([weights[pattern] for need in needs for pattern in need])


def _weights(patterns: Sequence[str]) -> list[float]:
    """The product of the shares that the letters of a pattern have in all: odd letters make a word rare."""
    counts = Counter(chain.from_iterable(patterns))
    total = sum(counts.values())
    shares = {letter: count / total for letter, count in counts.items()}
    return [math.prod([shares[letter] for letter in pattern]) for pattern in patterns]
