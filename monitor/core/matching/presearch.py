"""Which queries an article can make true at all, by the patterns that occur in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from monitor.core.matching.plan import AllPlan, AnyPlan, LeafPlan, NearPlan, NotPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.matching.plan import Plan

_RARER_PER_LETTER: Final = 4.0
"""How much rarer a pattern is held to be for each letter more; any number above 1 orders clauses alike."""


class Presearcher:
    """Finds candidates: the queries one of whose rarest required patterns occurs, and those that need none."""

    def __init__(self, plans: Sequence[Plan], patterns: Sequence[str]) -> None:
        self._always: list[int] = []
        waiting: dict[int, list[int]] = {}
        for number, plan in enumerate(plans):
            needed = required(plan, patterns)
            if needed is None:
                self._always.append(number)
            else:
                for pattern in needed:
                    waiting.setdefault(pattern, []).append(number)
        self._waiting = {pattern: tuple(numbers) for pattern, numbers in waiting.items()}

    def candidates(self, occurring: Iterable[int]) -> list[int]:
        """The numbers of the queries to evaluate, in order."""
        waiting = self._waiting
        numbers = set(self._always)
        for pattern in occurring:
            if pattern in waiting:
                numbers.update(waiting[pattern])
        return sorted(numbers)


def required(plan: Plan, patterns: Sequence[str]) -> frozenset[int] | None:
    """Patterns of which one occurs wherever the plan is true: the rarest such set; None if there is none."""
    match plan:
        case LeafPlan():
            return frozenset(plan.leaf.patterns) or None
        case AllPlan():
            return _rarest([required(child, patterns) for child in plan.children], patterns)
        case AnyPlan():
            return _union([required(child, patterns) for child in plan.children])
        case NearPlan():
            sides = (plan.left, plan.right)
            return _rarest([_union([required(leaf, patterns) for leaf in side]) for side in sides], patterns)
        case NotPlan():
            return None
        case _:
            assert_never(plan)


def _union(needs: list[frozenset[int] | None]) -> frozenset[int] | None:
    known = [need for need in needs if need is not None]
    return frozenset().union(*known) if len(known) == len(needs) else None


def _rarest(needs: list[frozenset[int] | None], patterns: Sequence[str]) -> frozenset[int] | None:
    known = [need for need in needs if need is not None]
    return min(known, key=lambda need: _frequency(need, patterns), default=None)


def _frequency(need: frozenset[int], patterns: Sequence[str]) -> float:
    return sum(_RARER_PER_LETTER ** -len(patterns[pattern]) for pattern in need)
