"""NEAR: two sides in one sentence, at most so many words apart.

The work grows with the occurrences of both sides and never with their product: each side is sorted once an article,
however many queries share it, and each occurrence meets at most `MOST_MET` of the other side.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.matching.occurrence import ACCEPTED, Occurrence, Verdict
from monitor.core.text.script import LONGEST_WORD, is_hangul_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.matching.leafplan import Evidence, LeafPlan
    from monitor.core.matching.leaves import Leaf
    from monitor.core.matching.scan import Scan

MOST_MET: Final = 8
"""Neighbours of one occurrence: more stand near it only in a text made to keep us busy."""

Candidate: TypeAlias = "tuple[Occurrence, Leaf]"
"""An occurrence that may stand in a NEAR: accepted, or acceptable if the other side is glued to it."""

_OPENING: Final = ACCEPTED | {Verdict.REJECTED_COMPOUND}
"""What counts as it stands, or if the neighbour is what makes the word longer."""

_CLOSING: Final = ACCEPTED | {Verdict.REJECTED_LEFT}
"""What counts as it stands, or if the neighbour is what stands before it in the word."""

_START: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Side:
    """The leaves of one side; equal sides of one matcher share a `number`."""

    number: int
    leaves: tuple[LeafPlan, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one side stands in an article.

    `firsts` may come first in a pair, by their end; `seconds` may come second, by their start. `sure` are the
    accepted ones of `seconds`, `doubtful` the starts of the others.
    """

    firsts: Sequence[Candidate]
    seconds: Sequence[Candidate]
    starts: Sequence[int]
    sure: Sequence[Occurrence]
    sure_starts: Sequence[int]
    doubtful: Sequence[int]


@dataclass(frozen=True, slots=True)
class NearPlan:
    """A leaf of each side in one sentence, at most `distance` words apart."""

    left: Side
    right: Side
    distance: int
    ordered: bool

    def evaluate(self, scan: Scan) -> Evidence | None:
        """Every occurrence that has a neighbour on the other side."""
        left = _standing(scan, self.left)
        right = _standing(scan, self.right) if left else None
        if not left or not right:
            return None
        met: dict[Occurrence, None] = {}
        _meet(scan, left, right, self.distance, met)
        if not self.ordered:
            _meet(scan, right, left, self.distance, met)
        return tuple(met) or None


def _standing(scan: Scan, side: Side) -> Standing | None:
    """Where a side stands, found once an article; None if it does not occur."""
    known = scan.standings
    if side.number not in known:
        known[side.number] = _find(scan, side)
    return known[side.number]


def _find(scan: Scan, side: Side) -> Standing | None:
    found = [(place, plan.leaf) for plan in side.leaves for place in plan.occurrences(scan)]
    firsts = [one for one in found if one[0].verdict in _OPENING]
    seconds = [one for one in found if one[0].verdict in _CLOSING]
    if not firsts and not seconds:
        return None
    if len(found) > 1:
        firsts.sort(key=lambda one: one[0].end)
        seconds.sort(key=lambda one: one[0].start)
    sure = [place for place, _ in seconds if place.verdict in ACCEPTED]
    doubtful = [place.start for place, _ in seconds if place.verdict not in ACCEPTED]
    return Standing(firsts, seconds, [place.start for place, _ in seconds], sure, [*map(_START, sure)], doubtful)


def _meet(scan: Scan, left: Standing, right: Standing, distance: int, met: dict[Occurrence, None]) -> None:
    """Add both occurrences of each pair in which one of `right` follows one of `left` closely enough."""
    starts = right.sure_starts
    last = right.starts[-1] if right.starts else -1
    done = 0
    for first in left.firsts:
        end = first[0].end
        if end > last:
            return
        limit = scan.reach(end, distance)
        edge = min(limit, end + LONGEST_WORD + 1)
        sure = first[0].verdict in ACCEPTED
        count = 0
        begin = end
        if not sure or _any_between(right.doubtful, end, edge):
            count = _meet_glued(scan, first, right, edge, met)
            begin = edge
        if sure:
            following = bisect_left(starts, begin)
            most = min(following + MOST_MET - count, len(starts))
            beyond = bisect_left(starts, limit, following, most)
            if following < beyond:
                met[first[0]] = None
                met.update(dict.fromkeys(right.sure[max(following, done) : beyond]))
                done = beyond if begin == end else done


def _any_between(starts: Sequence[int], first: int, last: int) -> bool:
    index = bisect_left(starts, first)
    return index < len(starts) and starts[index] < last


def _meet_glued(scan: Scan, first: Candidate, right: Standing, edge: int, met: dict[Occurrence, None]) -> int:
    """Add the pairs of one candidate with what starts before `edge`, close enough for one word; their number."""
    count = 0
    for index in range(bisect_left(right.starts, first[0].end), bisect_left(right.starts, edge)):
        pair = _pair(scan, first, right.seconds[index])
        if pair:
            met.update(dict.fromkeys(pair))
            count += 1
            if count == MOST_MET:
                break
    return count


def _pair(scan: Scan, first: Candidate, second: Candidate) -> tuple[Occurrence, ...]:
    """The two occurrences if both count as they stand or as parts of one written word, else ()."""
    if first[0].verdict in ACCEPTED and second[0].verdict in ACCEPTED:
        return first[0], second[0]
    if not is_hangul_between(scan.letters, first[0].end, second[0].start):
        return ()
    glued = scan.glued(*first), scan.glued(*second)
    return glued if all(found.verdict in ACCEPTED for found in glued) else ()
