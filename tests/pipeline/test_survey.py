"""A survey counts all that a query is true of, keeps the newest, and stops when people have waited long enough."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.article import Article
from monitor.pipeline import survey as surveying
from monitor.pipeline.survey import Budget, survey
from tests.fakes.clock import FakeClock
from tests.fakes.world import WordMatcher

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from tests.fakes.world import World

MATCHER = WordMatcher(("딥시크",))


class Hurried(FakeClock):
    """A second passes whenever somebody looks."""

    def monotonic_s(self) -> float:
        self.advance(1)
        return super().monotonic_s()


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "PAGE", 4)


async def fill(world: World) -> None:
    """Ten articles, one a minute; every third is about 딥시크."""
    start = world.clock.now()

    def add(work: Work) -> None:
        for number in range(10):
            title = f"{number}번 소식" + (", 딥시크" if number % 3 == 0 else "")
            work.articles.add(Article(str(number), "", title), start + timedelta(minutes=number))

    await world.storage.write(add)


async def test_everything_is_counted_and_the_newest_are_kept(world: World) -> None:
    await fill(world)
    start = world.clock.now()
    seen = await survey(world.storage, MATCHER, world.clock, since=None, limit=2, budget=Budget(10))
    assert [one.seen.article.title[0] for one in seen.found] == ["9", "6"]
    assert seen.times == tuple(start + timedelta(minutes=number) for number in (9, 6, 3, 0))
    assert (seen.looked, seen.reached) == (10, None)


async def test_it_looks_no_further_back_than_asked(world: World) -> None:
    await fill(world)
    since = world.clock.now() + timedelta(minutes=5)
    seen = await survey(world.storage, MATCHER, world.clock, since=since, limit=50, budget=Budget(10))
    assert [one.seen.article.title[0] for one in seen.found] == ["9", "6"]
    assert seen.looked == 5


async def test_when_the_time_is_up_it_says_how_far_it_came(world: World) -> None:
    await fill(world)

    seen = await survey(world.storage, MATCHER, Hurried(), since=None, limit=50, budget=Budget(1.5))
    assert seen.looked == 8
    assert seen.reached == world.clock.now() + timedelta(minutes=2)
    assert len(seen.times) == 3


async def test_while_nothing_was_found_it_looks_longer(world: World) -> None:
    await fill(world)
    nowhere = WordMatcher(("엔비디아",))
    barren = await survey(world.storage, nowhere, Hurried(), since=None, limit=50, budget=Budget(1, 2))
    fruitful = await survey(world.storage, MATCHER, Hurried(), since=None, limit=50, budget=Budget(1, 2))
    assert (barren.looked, len(barren.found)) == (8, 0)
    assert (fruitful.looked, len(fruitful.found)) == (4, 2)
