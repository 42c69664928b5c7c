"""Take a new configuration over into the database, or remember why it was refused."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from dataclasses import replace as replaced
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitor.pipeline import notices, tell
from monitor.pipeline.records import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.core.errors import Problem
    from monitor.core.matching.version import Definition
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import FeedSpec
    from monitor.pipeline.tell import Audience

log = logging.getLogger(__name__)

REMOVED: Final = "channel removed"
"""Why a delivery is suppressed whose channel, or whose recipient, is no longer in the configuration."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What of a configuration concerns the database. `definitions`: of the watchlists, by name."""

    specs: tuple[FeedSpec, ...]
    definitions: Mapping[str, Definition]
    audience: Audience

    @property
    def lanes(self) -> frozenset[Lane]:
        """Everyone who can be told."""
        return frozenset(
            Lane(channel, recipient)
            for channel, recipients in self.audience.recipients.items()
            for recipient in recipients
        )


def adopt(work: Work, setup: Setup, now: datetime) -> None:
    """Make the stored feeds those of the configuration, and give renamed feeds and watchlists what they had."""
    for old, new in renamed_feeds(work.feeds.addresses(), setup.specs):
        log.info("feed %s is called %s now: its state and its articles go on under the new name", old, new)
        work.feeds.rename(old, new)
    work.feeds.sync(setup.specs, now)
    for old, new in renamed(work.versions.in_force(), setup.definitions):
        log.info("watchlist %s is called %s now: what it found and told goes on under the new name", old, new)
        work.reloads.rename(old, new)
    work.versions.sync(setup.definitions, now)


def replace(
    work: Work, setup: Setup, now: datetime, channels: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, ...]:
    """Take over a configuration while another runs; the numbers of the deliveries whose channel is gone.

    `channels`: the new name of each channel that has another one now.
    """
    adopt(work, setup, now)
    for old, new in channels.items():
        log.info("channel %s is called %s now: what waits for it goes on under the new name", old, new)
        work.reloads.rename_channel(old, new)
    if work.reloads.state().fault and setup.audience.operator:
        note = notices.config_mended(setup.audience.policy.language)
        tell.put_prompt_notice(work.outbox, (note,), setup.audience, now)
    work.reloads.answer(now)
    return work.reloads.suppress_others(setup.lanes, REMOVED)


def restore(work: Work, setup: Setup, delivery_ids: Sequence[int]) -> int:
    """Bring back deliveries that were suppressed a moment ago, if their channel is there again; how many."""
    return work.reloads.restore(delivery_ids, setup.lanes, REMOVED)


def refuse(
    work: Work, problems: Sequence[Problem], known: Sequence[Problem], audience: Audience, now: datetime
) -> bool:
    """Remember what is wrong with the configuration in the file; whether it is news.

    `known`: what was wrong with it when it was read last. The operator is told of what was not, at once: what they
    were told before may be mended, and a notice that waits may be false by the time it is sent.
    """
    state = work.reloads.state()
    first, *others = problems
    fault = f"{first}" + (f" (+{len(others)})" if others else "")
    news = unheard(problems, known)
    if news and audience.operator:
        tell.put_prompt_notice(work.outbox, notices.config_refused(news, audience.policy.language), audience, now)
    work.reloads.answer(now, fault, state.fault_since or now)
    return bool(news) or fault != state.fault


def unheard(problems: Sequence[Problem], known: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems that were not there before. One that other edits only moved to another line was."""
    before = set(map(_fault_of, known))
    return tuple(problem for problem in problems if _fault_of(problem) not in before)


def _fault_of(problem: Problem) -> Problem:
    """A fault of form has no other name than its place; any other is the same wherever it stands."""
    return replaced(problem, line=0, column=0) if problem.path else problem


def renamed_channels(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Channels that have a new name: one that is gone had the address that a new one has, as old name to new name.

    Both map names to addresses. Of several with one address, the first each time.
    """
    by_address: dict[str, str] = {}
    for name, address in new.items():
        if name not in old:
            by_address.setdefault(address, name)
    found: dict[str, str] = {}
    for name, address in old.items():
        if name not in new and address in by_address:
            found[name] = by_address.pop(address)
    return found


def renamed_feeds(stored: Mapping[str, str], specs: Iterable[FeedSpec]) -> Iterator[tuple[str, str]]:
    """Feeds that have a new name: one that is gone has the address of a new one, as (old name, new name).

    `stored`: the addresses of the feeds that ever were, by name; of several with one address, the first.
    """
    wanted = {spec.name: spec.url for spec in specs}
    gone: dict[str, str] = {}
    for name, address in stored.items():
        if name not in wanted:
            gone.setdefault(address, name)
    for name, address in wanted.items():
        if name not in stored and address in gone:
            yield gone.pop(address), name


def renamed(
    known: Mapping[str, tuple[str, datetime]], definitions: Mapping[str, Definition]
) -> Iterator[tuple[str, str]]:
    """Watchlists that have a new name: one that is gone meant what a new one means, as (old name, new name).

    `known`: of each watchlist that ever was, the version of its definition, and since when it was in force. Of
    several that are gone, the one that was in force last; of several new ones, the first.
    """
    gone = {name: known[name] for name in known if name not in definitions}
    versions: dict[str, str] = {}
    for name, (version, _) in sorted(gone.items(), key=lambda one: one[1][1]):
        versions[version] = name
    for name, definition in definitions.items():
        if name not in known and definition.version in versions:
            yield versions.pop(definition.version), name
