"""A compiled query: evaluates to the occurrences that make it true."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.matching.occurrence import Occurrence, Verdict
from monitor.core.matching.scan import TEXT_AREAS
from monitor.core.text.script import is_hangul_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.core.matching.leaves import Leaf
    from monitor.core.matching.scan import Scan

Evidence: TypeAlias = tuple[Occurrence, ...]
"""What makes a plan true; () for a plan that is true by an absence."""


Plan: TypeAlias = "LeafPlan | AllPlan | AnyPlan | NotPlan | NearPlan"
"""A query or a part of one, compiled: `evaluate` gives the evidence if it is true of a scan, else None."""


@dataclass(frozen=True, slots=True)
class LeafPlan:
    """A leaf within some fields."""

    leaf: Leaf
    areas: frozenset[str]

    def evaluate(self, scan: Scan) -> Evidence | None:
        """The accepted occurrences."""
        return tuple(found for found in self.occurrences(scan) if found.verdict.accepted) or None

    def occurrences(self, scan: Scan) -> Evidence:
        """All occurrences in these fields, accepted or not."""
        found = scan.of(self.leaf)
        if not found or (self.areas is TEXT_AREAS and not scan.meta):
            return found
        return tuple(place for place in found if scan.area_at(place.start).name in self.areas)


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


@dataclass(frozen=True, slots=True)
class NearPlan:
    """A leaf of each side in one sentence, at most `distance` words apart."""

    left: tuple[LeafPlan, ...]
    right: tuple[LeafPlan, ...]
    distance: int
    ordered: bool

    def evaluate(self, scan: Scan) -> Evidence | None:
        """Every occurrence that has a neighbour on the other side."""
        left = _candidates(scan, self.left)
        if not left:
            return None
        right = _candidates(scan, self.right)
        met = dict.fromkeys(_meetings(scan, left, right, self.distance))
        if not self.ordered:
            met |= dict.fromkeys(_meetings(scan, right, left, self.distance))
        return tuple(met) or None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An occurrence that may stand in a NEAR: accepted, or acceptable if the other side is glued to it."""

    found: Occurrence
    leaf: Leaf


_MOST_LOOKED_AT: Final = 256
MOST_MET: Final = 8
"""Neighbours of one occurrence: more stand near it only in a text made to keep us busy."""

_GLUEABLE: Final = frozenset({Verdict.REJECTED_COMPOUND, Verdict.REJECTED_LEFT})


def _candidates(scan: Scan, side: tuple[LeafPlan, ...]) -> list[_Candidate]:
    """The candidates of one side, in the order of the text."""
    candidates = [
        _Candidate(found, plan.leaf)
        for plan in side
        for found in plan.occurrences(scan)
        if found.verdict.accepted or found.verdict in _GLUEABLE
    ]
    return sorted(candidates, key=lambda candidate: candidate.found.start)


def _meetings(scan: Scan, firsts: list[_Candidate], seconds: list[_Candidate], distance: int) -> Iterator[Occurrence]:
    """Both occurrences of each pair in which a second follows a first closely enough."""
    seconds = [second for second in seconds if second.found.verdict is not Verdict.REJECTED_COMPOUND]
    starts = [second.found.start for second in seconds]
    for first in firsts:
        if first.found.verdict is Verdict.REJECTED_LEFT:
            continue
        end = first.found.end
        farthest = scan.eojeol_at(end) + distance
        following = bisect_left(starts, end)
        met = 0
        for second in seconds[following : following + _MOST_LOOKED_AT]:
            start = second.found.start
            if met == MOST_MET or scan.eojeol_at(start) > farthest or not scan.in_one_sentence(end - 1, start):
                break
            pair = _pair(scan, first, second)
            met += bool(pair)
            yield from pair


def _pair(scan: Scan, first: _Candidate, second: _Candidate) -> tuple[Occurrence, ...]:
    """The two occurrences if both count as they stand or as parts of one written word, else ()."""
    if first.found.verdict.accepted and second.found.verdict.accepted:
        return first.found, second.found
    if not is_hangul_between(scan.letters, first.found.end, second.found.start):
        return ()
    glued = tuple(side.leaf.glue(scan, side.found) for side in (first, second))
    return glued if all(found.verdict.accepted for found in glued) else ()
