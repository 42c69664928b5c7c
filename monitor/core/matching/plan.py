"""A compiled query: evaluates to the occurrences that make it true."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.matching.leafplan import LeafPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.core.matching.leafplan import Evidence
    from monitor.core.matching.near import NearPlan
    from monitor.core.matching.scan import Scan

Plan: TypeAlias = "LeafPlan | AllPlan | AnyPlan | NotPlan | NearPlan"
"""A query or a part of one, compiled: `evaluate` gives the evidence if it is true of a scan, else None."""


@dataclass(frozen=True, slots=True)
class AllPlan:
    """Every child."""

    children: tuple[Plan, ...]

    def evaluate(self, scan: Scan) -> Evidence | None:
        """The evidence of all children."""
        evidence: Evidence = ()
        for child in self.children:
            found = child.evaluate(scan)
            if found is None:
                return None
            evidence += found
        return evidence


@dataclass(frozen=True, slots=True)
class AnyPlan:
    """At least one child. `waiting`: the children of each pattern that can be true only where it occurs."""

    children: tuple[Plan, ...]
    waiting: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def evaluate(self, scan: Scan) -> Evidence | None:
        """The evidence of every child that is true."""
        found = [evidence for child in self._possible(scan) if (evidence := child.evaluate(scan)) is not None]
        return tuple(occurrence for evidence in found for occurrence in evidence) if found else None

    def _possible(self, scan: Scan) -> Iterable[Plan]:
        """The children that may be true: of ten thousand terms in one watchlist only those that occur."""
        if not self.waiting:
            return self.children
        numbers = {number for pattern in scan.places for number in self.waiting.get(pattern, ())}
        numbers.update(self.waiting.get(ANYWHERE, ()))
        return [self.children[number] for number in sorted(numbers)]


ANYWHERE: Final = -1
"""No pattern has this number: children that wait for none stand under it."""

_MANY: Final = 8


def any_plan(children: Sequence[Plan]) -> AnyPlan:
    """At least one of these; if they are many, each leaf is looked at only where a pattern of it occurs."""
    if len(children) <= _MANY:
        return AnyPlan(tuple(children))
    waiting: dict[int, list[int]] = {}
    for number, child in enumerate(children):
        patterns = child.leaf.patterns if isinstance(child, LeafPlan) else ()
        for pattern in patterns or (ANYWHERE,):
            waiting.setdefault(pattern, []).append(number)
    return AnyPlan(tuple(children), {pattern: tuple(numbers) for pattern, numbers in waiting.items()})


@dataclass(frozen=True, slots=True)
class NotPlan:
    """Not the child."""

    child: Plan

    def evaluate(self, scan: Scan) -> Evidence | None:
        """Nothing to show if the child is false."""
        return () if self.child.evaluate(scan) is None else None
