"""Whether a story that a channel knows is worth another alert."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.core.alerting.model import AlertPolicy, Member, Telling

FEWEST_OUTLETS: Final = 2
"""New facts count once so many outlets have them: one alone often words the old ones anew."""


def update_of(
    members: Sequence[Member], told: Telling, watchlist: str, policy: AlertPolicy, now: datetime
) -> tuple[Reason, str] | None:
    """Why to tell of a story again that was told before, with the facts in words; None if there is no need."""
    known = [member for member in members if member.id <= told.article_id]
    fresh = [member for member in members if member.id > told.article_id]
    watch = policy.watch(watchlist)
    steps = policy.update_after if watch.update_after is None else watch.update_after
    before, after = len(_outlets(known)), len(_outlets(members))
    if any(before < step <= after for step in steps):
        return Reason.GROWN, f"from {before} to {after} outlets"
    facts = _new_facts(fresh) if policy.updates else ()
    if facts:
        return Reason.UPDATED, f"new: {', '.join(facts)}"
    every = policy.repeat_interval if watch.repeat_interval is None else watch.repeat_interval
    if every and now - told.at >= every:
        return Reason.REPEATED, f"still reported, {after} outlets"
    return None


def _outlets(members: Iterable[Member]) -> set[str]:
    return {member.outlet for member in members}


def _new_facts(fresh: Sequence[Member]) -> tuple[str, ...]:
    """The numbers and names that at least two outlets added."""
    carriers: defaultdict[str, set[str]] = defaultdict(set)
    for member in fresh:
        for word in member.new:
            carriers[word].add(member.outlet)
    return tuple(word for word, outlets in carriers.items() if len(outlets) >= FEWEST_OUTLETS)
