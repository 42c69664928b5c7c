"""What it takes to look at all stored articles with two configurations, as it can be told to a child."""

from __future__ import annotations

import copyreg
import pickle
import struct
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from monitor.core.alerting.model import Member
from monitor.core.matching.engine import compile_matcher
from monitor.nlp.kiwi import kiwi_verifier
from monitor.pipeline.backtest import Judged, Seen, Sides, judge
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from monitor.core.matching.engine import Matcher
    from monitor.core.matching.model import Term, Watchlist
    from monitor.pipeline.backtest import Part


def _taken_apart(kind: type, parts: Callable[[Any], tuple[Any, ...]], one: Any) -> tuple[type, tuple[Any, ...]]:
    return kind, parts(one)


HEAD: Final = struct.Struct(">Q")
"""Before each pickle on the pipes between us and a child: its length. Both ends are this program."""

# A frozen dataclass pickles itself field by field, in Python; these come by the hundred thousand.
for one in (Seen, Judged, Member):
    copyreg.pickle(one, partial(_taken_apart, one, attrgetter(*one.__dataclass_fields__)))


@dataclass(frozen=True, slots=True)
class Side:
    """Watchlists over terms (by name). `verified`: short Hangul names are confirmed by the analyser."""

    watchlists: tuple[Watchlist, ...]
    terms: Mapping[str, Term]
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Lookback:
    """What to compare over which database.

    Without `before`, the stored hits stand for it. `same`: watchlists that `after` matches for both sides. Only
    articles first seen from `since` on.
    """

    database: str = field(repr=False)
    base: Path
    before: Side | None
    after: Side
    same: frozenset[str] = frozenset()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one process looks with; to be closed."""

    storage: SqlStorage
    sides: Sides
    since: datetime | None

    async def at(self, low: int, high: int) -> Part:
        """The articles numbered from `low` to `high`.

        Raises:
            StorageError: the database cannot be used.
        """
        past = await self.storage.read(lambda work: work.history.between(low, high, self.since))
        return judge(past, self.sides)


def open_look(asked: Lookback) -> Look:
    """Compile both sides and open the database.

    Raises:
        StorageError: the database cannot be used.
    """
    sides = Sides(_matcher(asked.before) if asked.before else None, _matcher(asked.after), asked.same)
    return Look(SqlStorage(open_engine(asked.database, asked.base)), sides, asked.since)


def _matcher(side: Side) -> Matcher:
    return compile_matcher(side.terms, side.watchlists, kiwi_verifier() if side.verified else None)


def frame(content: Any) -> bytes:
    """Ready for a pipe."""
    packed = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(packed)) + packed
