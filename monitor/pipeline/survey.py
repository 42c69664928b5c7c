"""How often one query is true of the stored articles, and which are the newest, within a time that people wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.pipeline.search import Found

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.matching.needs import Need
    from monitor.pipeline.keep import Matcher
    from monitor.pipeline.ports import Clock, Storage, Work
    from monitor.pipeline.records import SeenArticle

PAGE: Final = 250
"""Articles looked at in one transaction, in a reader's thread."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. `found`: the newest, newest first. `times`: when each article that matches was first seen.

    `looked` articles were read. If the time was up before the end, `reached` is how far back, and those below number
    `before_id` were not looked at; else both are None.
    """

    found: tuple[Found, ...]
    times: tuple[datetime, ...]
    looked: int
    reached: datetime | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """For how many seconds articles are read, and for how many, if that is longer, while nothing was found."""

    read_s: float
    barren_s: float = 0.0

    def of(self, found: int) -> float:
        """The seconds there are, with so many found."""
        return self.read_s if found else max(self.read_s, self.barren_s)


async def survey(
    storage: Storage,
    matcher: Matcher,
    clock: Clock,
    *,
    need: Need | None = None,
    since: datetime | None,
    limit: int,
    budget: Budget,
) -> Survey:
    """Look at the articles first seen from `since` on, newest first, until all are seen or the time is up.

    `need` is what they must hold, so that others need not be looked at; None: all are.
    """
    began_s = clock.monotonic_s()
    found: list[Found] = []
    times: list[datetime] = []
    looked = 0
    before_id: int | None = None
    while True:

        def look(work: Work, before_id: int | None = before_id) -> tuple[tuple[SeenArticle, ...], list[Found]]:
            page = work.articles.page(before_id, PAGE, since, need)
            return page, [Found(seen, match) for seen in page for match in matcher.match(seen.article)]

        page, matched = await storage.read(look)
        found += matched[: limit - len(found)]
        times += [one.seen.first_seen_at for one in matched]
        looked += len(page)
        if len(page) < PAGE:
            return Survey(tuple(found), tuple(times), looked)
        before_id = page[-1].id
        if clock.monotonic_s() - began_s >= budget.of(len(found)):
            return Survey(tuple(found), tuple(times), looked, page[-1].first_seen_at, before_id)
