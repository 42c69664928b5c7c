"""A watchlist gets from history what it would have had, and tells nobody unless asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting.model import Reason
from monitor.core.matching.version import Definition
from monitor.pipeline import backfill as filling
from monitor.pipeline.backfill import Backfill, Filled, backfill
from tests.fakes.reader import article
from tests.fakes.world import WordMatcher

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.ports import Storage, Work
    from monitor.pipeline.records import PastArticle
    from tests.fakes.world import World

DAY = timedelta(days=1)
ASKED = Backfill("딥시크", Definition("{}"), WordMatcher(("딥시크",)))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "PAGE", 3)


async def fill(world: World, count: int = 10, *, every: timedelta = DAY) -> None:
    """So many articles, the newest now; every other one is about 딥시크."""
    now = world.clock.now()

    def add(work: Work) -> None:
        for number in range(count):
            at = now - (count - 1 - number) * every
            title = f"{number}번 소식" + (", 딥시크" if number % 2 else "")
            work.articles.add(article(number, title, published_at=at), at)

    await world.storage.write(add)


async def hits(world: World) -> list[tuple[str, str, str]]:
    rows = await world.look(lambda work: work.listings.hits())
    return [(str(row["title"])[0], str(row["watchlist"]), str(row["version"])) for row in reversed(rows)]


async def test_the_hits_are_stored_with_the_definition_and_nobody_is_told(world: World) -> None:
    await fill(world)
    steps: list[int] = []
    filled = await backfill(world.storage, ASKED, world.clock, progress=steps.append)
    assert filled == Filled(articles=10, hits=5, alerts=0)
    assert steps == [3, 3, 3, 1]
    version = ASKED.definition.version
    assert await hits(world) == [(number, "딥시크", version) for number in "13579"]
    assert await world.look(lambda work: work.listings.alerts()) == []
    assert await world.look(lambda work: work.versions.definition("딥시크", version)) == ASKED.definition


async def test_doing_it_again_changes_nothing(world: World) -> None:
    await fill(world)
    await backfill(world.storage, ASKED, world.clock)
    before = await world.look(lambda work: work.listings.hits())
    again = replace(ASKED, definition=Definition("[]"))
    assert await backfill(world.storage, again, world.clock) == Filled(articles=10)
    assert await world.look(lambda work: work.listings.hits()) == before


async def test_it_goes_back_only_as_far_as_asked(world: World) -> None:
    await fill(world)
    since = world.clock.now() - 2 * DAY
    assert await backfill(world.storage, ASKED, world.clock, since=since) == Filled(articles=3, hits=2)
    nothing = await backfill(world.storage, ASKED, world.clock, since=world.clock.now() + DAY)
    assert nothing == Filled()


async def test_told_to_alert_what_is_old_comes_in_one_summary_and_the_rest_as_alerts(world: World) -> None:
    await fill(world)
    asked = replace(ASKED, audience=world.poller.audience)
    filled = await backfill(world.storage, asked, world.clock)
    alerts = await world.look(lambda work: work.listings.alerts())
    reasons = [Reason(str(row["reason"])) for row in reversed(alerts)]
    assert reasons == [Reason.BASELINE, Reason.BASELINE, Reason.FIRST_REPORT, Reason.FIRST_REPORT]
    assert filled == Filled(articles=10, hits=5, alerts=4)
    assert {str(row["watchlist"]) for row in alerts if row["reason"] == Reason.FIRST_REPORT} == {"딥시크"}


async def test_an_article_that_is_gone_or_was_revised_meanwhile_makes_no_hit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(world, 4)
    page = filling._page

    async def outdated(storage: Storage, low: int, since: datetime | None) -> tuple[PastArticle, ...]:
        """Article 2 is revised after it was read; the other one is gone."""
        found = await page(storage, low, since)
        revised = replace(article(1, "정정"), summary="")
        await storage.write(lambda work: work.articles.revise(2, revised, world.clock.now()))
        numbers = {2: 2, 4: 999}
        return tuple(replace(one, seen=replace(one.seen, id=numbers.get(one.seen.id, 1))) for one in found)

    monkeypatch.setattr(filling, "_page", outdated)
    assert (await backfill(world.storage, ASKED, world.clock)).hits == 0
