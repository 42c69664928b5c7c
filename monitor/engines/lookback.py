"""What it takes to look at all stored articles with two configurations, as it can be told to a child."""

from __future__ import annotations

import copyreg
import pickle
import struct
from dataclasses import dataclass, field, replace
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

    from monitor.core.article import Article, Match
    from monitor.core.matching.engine import Matcher
    from monitor.core.matching.model import Term, Watchlist
    from monitor.pipeline.backtest import Part
    from monitor.pipeline.keep import Matcher as Finder


def _taken_apart(kind: type, parts: Callable[[Any], tuple[Any, ...]], one: Any) -> tuple[type, tuple[Any, ...]]:
    return kind, parts(one)


_EARLIER: Final = "\0"
"""Before the names of the earlier watchlists where both sides are compiled together; no name begins so."""

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
    before, after = _matchers(asked.before, asked.after)
    return Look(SqlStorage(open_engine(asked.database, asked.base)), Sides(before, after, asked.same), asked.since)


class _Together:
    """Both sides over the same terms, compiled together: what is alike in them is looked for once in an article."""

    def __init__(self, before: Side, after: Side) -> None:
        self._earlier = {f"{_EARLIER}{one.name}": one.name for one in before.watchlists}
        earlier = (replace(one, name=f"{_EARLIER}{one.name}") for one in before.watchlists)
        self._matcher = _matcher(replace(after, watchlists=(*earlier, *after.watchlists)))
        self._article: Article | None = None
        self._found: tuple[tuple[Match, ...], tuple[Match, ...]] = ((), ())

    def of(self, article: Article) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """The matches of both sides; those of the last article are remembered."""
        if article is not self._article:
            found = self._matcher.match(article)
            names = self._earlier
            earlier = tuple(replace(one, watchlist=names[one.watchlist]) for one in found if one.watchlist in names)
            self._article, self._found = article, (earlier, tuple(one for one in found if one.watchlist not in names))
        return self._found


@dataclass(frozen=True, slots=True)
class _Half:
    """One side of both."""

    both: _Together
    side: int

    def match(self, article: Article) -> tuple[Match, ...]:
        """The watchlists of this side that are true of an article."""
        return self.both.of(article)[self.side]


def _matchers(before: Side | None, after: Side) -> tuple[Finder | None, Finder]:
    if before is None:
        return None, _matcher(after)
    if (before.terms, before.verified) != (after.terms, after.verified):
        return _matcher(before), _matcher(after)
    both = _Together(before, after)
    return _Half(both, 0), _Half(both, 1)


def _matcher(side: Side) -> Matcher:
    return compile_matcher(side.terms, side.watchlists, kiwi_verifier() if side.verified else None)


def frame(content: Any) -> bytes:
    """Ready for a pipe."""
    packed = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(packed)) + packed
