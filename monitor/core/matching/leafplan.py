"""A leaf of a compiled query within some fields, and what makes a plan true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from monitor.core.matching.occurrence import ACCEPTED, Occurrence
from monitor.core.matching.scan import TEXT_AREAS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.matching.leaves import Leaf
    from monitor.core.matching.scan import Scan

Evidence: TypeAlias = tuple[Occurrence, ...]
"""What makes a plan true; () for a plan that is true by an absence."""


@dataclass(frozen=True, slots=True)
class LeafPlan:
    """A leaf within some fields."""

    leaf: Leaf
    areas: frozenset[str]

    def evaluate(self, scan: Scan) -> Evidence | None:
        """The accepted occurrences."""
        if self.areas is TEXT_AREAS and not scan.meta:
            return scan.accepted(self.leaf) or None
        return tuple([place for place in self.occurrences(scan) if place.verdict in ACCEPTED]) or None

    def occurrences(self, scan: Scan) -> Sequence[Occurrence]:
        """All occurrences in these fields, accepted or not."""
        found = scan.of(self.leaf)
        if not found or (self.areas is TEXT_AREAS and not scan.meta):
            return found
        return [place for place in found if scan.area_at(place.start).name in self.areas]
