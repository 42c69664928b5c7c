"""What an article must hold for a query to be true of it, as an index of pieces can look it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from monitor.core.matching.leafplan import LeafPlan
from monitor.core.matching.leaves import PhraseLeaf
from monitor.core.matching.near import NearPlan
from monitor.core.matching.plan import AllPlan, AnyPlan, NotPlan
from monitor.core.matching.scan import TEXT_AREAS
from monitor.core.text.pairs import Piece, pieces_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.matching.leaves import Leaf
    from monitor.core.matching.plan import Plan

Need: TypeAlias = "Piece | AllOf | AnyOf"
"""A piece, or needs of which all or one must be met; a query can be false although its need is met."""

MOST_PIECES: Final = 2000
"""Pieces in one need: looking up more takes longer than it saves."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of two needs or more."""

    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of two needs or more."""

    needs: tuple[Need, ...]


def need_of(plan: Plan, patterns: Sequence[str]) -> Need | None:
    """What every article must hold that the plan is true of; None if that cannot be looked up."""
    need = _need(plan, patterns)
    return None if need is None or _size(need) > MOST_PIECES else need


def _need(plan: Plan, patterns: Sequence[str]) -> Need | None:
    match plan:
        case LeafPlan():
            return _leaf(plan.leaf, patterns) if plan.areas <= TEXT_AREAS else None
        case AllPlan():
            return _all(_need(child, patterns) for child in plan.children)
        case AnyPlan():
            return _any(_need(child, patterns) for child in plan.children)
        case NearPlan():
            sides = (plan.left, plan.right)
            return _all(_any(_need(leaf, patterns) for leaf in side.leaves) for side in sides)
        case NotPlan():
            return None
        case _:
            assert_never(plan)


def _leaf(leaf: Leaf, patterns: Sequence[str]) -> Need | None:
    if isinstance(leaf, PhraseLeaf):
        return _all(_any(_pattern(way) for way in ways) for ways in leaf.words)
    return _any(_pattern(patterns[number]) for number in leaf.patterns)


def _pattern(letters: str) -> Need | None:
    pieces = sorted(pieces_within(letters), key=lambda piece: piece.text)
    return _all(pieces)


def _all(needs: Iterable[Need | None]) -> Need | None:
    """All that can be looked up."""
    known = tuple(dict.fromkeys(need for need in needs if need is not None))
    return AllOf(known) if len(known) > 1 else next(iter(known), None)


def _any(needs: Iterable[Need | None]) -> Need | None:
    """One of them, if each of them can be looked up."""
    found = tuple(dict.fromkeys(needs))
    known = tuple(need for need in found if need is not None)
    if len(known) < len(found):
        return None
    return AnyOf(known) if len(known) > 1 else next(iter(known), None)


def _size(need: Need) -> int:
    return 1 if isinstance(need, Piece) else sum(map(_size, need.needs))
