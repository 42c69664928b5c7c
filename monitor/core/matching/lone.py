"""Watchlists that are one plain term or word: found from its places at once, without a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from monitor.core.matching.leafplan import LeafPlan
from monitor.core.matching.leaves import TermLeaf, WordLeaf
from monitor.core.matching.occurrence import ACCEPTED, Occurrence
from monitor.core.matching.scan import TEXT_AREAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.matching.leaves import Judge, Style
    from monitor.core.matching.plan import Plan
    from monitor.core.matching.scan import Scan


@dataclass(slots=True, eq=False)
class _Group:
    """The watchlists of one leaf, by number."""

    name: str
    firm: bool
    watchlists: list[int] = field(default_factory=list)


class _Way(NamedTuple):
    """How a pattern is judged for a group: by boundaries alone, or by a judge of its own.

    `whole`: a Hangul syllable right before it makes it part of another word, whatever stands behind it. Half of all
    places are such, and the rest need not be looked at.
    """

    group: _Group
    style: Style
    judge: Judge | None
    lead: int
    trail: int
    whole: bool


class LoneWatchlists:
    """Those of which the query is one leaf over all text, without words that it excludes or requires around it.

    Most of many watchlists are such, and a plan for each costs more than the match itself.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._groups: dict[int, _Group] = {}
        self._ways: dict[int, tuple[_Way, ...]] = {}

    def takes(self, number: int, plan: Plan) -> bool:
        """Take in a watchlist by its number, if its plan is so simple."""
        if not isinstance(plan, LeafPlan) or plan.areas is not TEXT_AREAS:
            return False
        leaf = plan.leaf
        if isinstance(leaf, TermLeaf):
            if leaf.covers or leaf.context or leaf.verifier:
                return False
        elif not isinstance(leaf, WordLeaf):
            return False
        group = self._groups.get(leaf.number)
        if group is None:
            group = self._groups[leaf.number] = _Group(leaf.name, _is_firm(leaf))
            for pattern, way in _ways_of(leaf, group, self._texts):
                self._ways[pattern] = (*self._ways.get(pattern, ()), way)
        group.watchlists.append(number)
        return True

    def found(self, scan: Scan) -> Iterator[tuple[list[int], list[Occurrence]]]:
        """The watchlists that are true of a scan, those of one leaf together, with the places that make them so."""
        letters, ways, accepted = scan.letters, self._ways, ACCEPTED
        if ways.keys().isdisjoint(scan.occurring):
            return
        found: dict[_Group, list[Occurrence]] = {}
        for start, end, pattern in scan.raw:
            if pattern not in ways:
                continue
            for group, style, judge, lead, trail, whole in ways[pattern]:
                if whole and "가" <= letters[start - 1 : start] <= "힣":
                    continue
                first, last = start + lead, end - trail
                verdict = style.verdict(letters, first, last) if judge is None else judge(scan, first, last)
                if verdict not in accepted or (scan.meta and scan.area_at(first).name not in TEXT_AREAS):
                    continue
                place = Occurrence(first, last, group.name, verdict, group.firm)
                if group in found:
                    found[group].append(place)
                else:
                    found[group] = [place]
        for group, places in found.items():
            yield group.watchlists, places


def _is_firm(leaf: TermLeaf | WordLeaf) -> bool:
    return leaf.style.family if isinstance(leaf, TermLeaf) else leaf.style.stem


def _ways_of(leaf: TermLeaf | WordLeaf, group: _Group, texts: Sequence[str]) -> Iterator[tuple[int, _Way]]:
    style = leaf.style
    if isinstance(leaf, WordLeaf):
        for pattern in leaf.patterns:
            whole = style.is_whole(texts[pattern])
            yield pattern, _Way(group, style, None, 0, 0, whole)
        return
    for pattern, spelling in zip(leaf.patterns, leaf.spellings, strict=True):
        judge = None if spelling.judge == style.judge else spelling.judge
        whole = judge is None and style.is_whole(texts[pattern])
        yield pattern, _Way(group, style, judge, spelling.lead, spelling.trail, whole)
