"""Try an edited configuration on the stored articles."""

from __future__ import annotations

import gc
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.bootstrap import definitions_of
from monitor.config.policy import alert_policy
from monitor.engines.lookback import Lookback, Side
from monitor.engines.lookers import look_back
from monitor.pipeline.adopt import renamed
from monitor.pipeline.backtest import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from monitor.config.compile import Compiled
    from monitor.config.model import Config
    from monitor.core.alerting.model import AlertPolicy
    from monitor.pipeline.backtest import Comparison, Part
    from monitor.pipeline.ports import Storage


@dataclass(frozen=True, slots=True)
class Proved:
    """A configuration that was read and compiled."""

    config: Config
    compiled: Compiled

    @property
    def policy(self) -> AlertPolicy:
        """Who is told what by it."""
        return alert_policy(self.config, self.compiled.routes)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: an edited configuration against an earlier one, or (None) against the stored hits.

    `home` names the database; its relative path starts at `base`.
    """

    home: Config
    base: Path
    earlier: Proved | None
    edited: Proved
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial showed. `names`: old to new name of watchlists that are only called otherwise."""

    comparison: Comparison
    articles: int
    names: Mapping[str, str]


async def count_articles(trial: Trial, storage: Storage) -> int:
    """How many articles there are to look at."""
    return await storage.read(lambda work: work.articles.count(trial.since))


async def run_trial(trial: Trial, storage: Storage, progress: Callable[[int], None] = lambda _: None) -> Outcome:
    """Look at every article; `progress` is told how many each part had.

    Raises:
        StorageError: the database cannot be used.
    """
    stored = await storage.read(lambda work: work.history.watchlists())
    ends = await storage.read(lambda work: work.history.bounds(trial.since))
    names = _names(trial)
    asked, earlier = _lookback(trial, names)
    with _uncollected():
        parts = await _looked(asked, ends, progress) if ends else []
        return _outcome(trial, parts, names, earlier, stored)


async def _looked(asked: Lookback, ends: tuple[int, int], progress: Callable[[int], None]) -> list[Part]:
    parts = []
    async with aclosing(look_back(asked, *ends)) as looked:
        async for part in looked:
            parts.append(part)
            progress(part.articles)
    return parts


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no garbage be looked for among what all stays until the end."""
    resume = gc.enable if gc.isenabled() else gc.disable
    gc.disable()
    try:
        yield
    finally:
        resume()


def _outcome(
    trial: Trial, parts: Sequence[Part], names: Mapping[str, str], earlier: AlertPolicy, stored: Sequence[str]
) -> Outcome:
    shown = [one.name for one in trial.edited.compiled.watchlists]
    gone = [one.name for one in trial.earlier.compiled.watchlists] if trial.earlier else stored
    shown += [name for name in gone if name not in shown and name not in names]
    comparison = compare(parts, shown, earlier, trial.edited.policy)
    return Outcome(comparison, sum(part.articles for part in parts), names)


def _names(trial: Trial) -> dict[str, str]:
    """Watchlists of the earlier configuration that mean the same under another name in the edited one."""
    if trial.earlier is None:
        return {}
    always = datetime(1970, 1, 1, tzinfo=UTC)
    known = {name: (one.version, always) for name, one in definitions_of(trial.earlier.compiled).items()}
    return dict(renamed(known, definitions_of(trial.edited.compiled)))


def _lookback(trial: Trial, names: Mapping[str, str]) -> tuple[Lookback, AlertPolicy]:
    """What the children are asked, and by which policy the earlier hits were told."""
    edited = trial.edited
    after = _side(edited)
    database = trial.home.database.reveal()
    if trial.earlier is None:
        return Lookback(database, trial.base, None, after, since=trial.since), edited.policy
    earlier = definitions_of(trial.earlier.compiled)
    now = definitions_of(edited.compiled)
    same = frozenset(name for name, one in earlier.items() if name in now and now[name].version == one.version)
    before = _side(trial.earlier)
    left = tuple(one for one in before.watchlists if one.name not in same and one.name not in names)
    asked = Lookback(
        database,
        trial.base,
        replace(before, watchlists=left),
        after,
        same | frozenset(names.values()),
        trial.since,
    )
    return asked, _called(trial.earlier.policy, names)


def _side(proved: Proved) -> Side:
    compiled = proved.compiled
    return Side(compiled.watchlists, compiled.lexicon.terms, compiled.verifier is not None)


def _called(policy: AlertPolicy, names: Mapping[str, str]) -> AlertPolicy:
    """A policy with other names of watchlists."""
    return replace(
        policy,
        routes={names.get(name, name): channels for name, channels in policy.routes.items()},
        watchlists={
            names.get(name, name): replace(one, inhibits=frozenset(names.get(other, other) for other in one.inhibits))
            for name, one in policy.watchlists.items()
        },
    )
