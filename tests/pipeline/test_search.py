"""A search walks the whole history, the newest first, page by page, and stops as soon as it has enough."""

from __future__ import annotations

from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.article import Article
from monitor.core.text.pairs import Piece
from monitor.pipeline import search as searching
from monitor.pipeline.search import search, search_some
from tests.fakes.world import WordMatcher

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.ports import Work
    from tests.fakes.world import World

MATCHER = WordMatcher(("딥시크",))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 4)


async def fill(world: World, count: int) -> datetime:
    """So many articles, one a minute; every third is about 딥시크."""
    start = world.clock.now()

    def add(work: Work) -> None:
        for number in range(count):
            title = f"{number}번 소식" + (", 딥시크" if number % 3 == 0 else "")
            work.articles.add(Article(str(number), "", title), start + timedelta(minutes=number))

    await world.storage.write(add)
    return start


async def titles(world: World, **options: object) -> tuple[list[str], list[int]]:
    """The first words of what is found, and the steps that were told."""
    steps: list[int] = []
    given: dict[str, object] = {"limit": 100, **options}
    found = [
        one.seen.article.title.split("번")[0]
        async for one in search(world.storage, MATCHER, progress=steps.append, **given)  # type: ignore[arg-type]  # options of a test
    ]
    return found, steps


async def test_everything_that_matches_is_found_the_newest_first(world: World) -> None:
    await fill(world, 10)
    assert await titles(world) == (["9", "6", "3", "0"], [4, 4, 2])


async def test_a_history_that_ends_with_a_full_page_ends(world: World) -> None:
    await fill(world, 8)
    assert await titles(world) == (["6", "3", "0"], [4, 4, 0])


async def test_an_empty_history_has_nothing(world: World) -> None:
    assert await titles(world) == ([], [0])


async def test_it_stops_once_it_has_enough(world: World) -> None:
    await fill(world, 10)
    assert await titles(world, limit=2) == (["9", "6"], [])


async def test_it_goes_back_only_as_far_as_asked(world: World) -> None:
    start = await fill(world, 10)
    assert (await titles(world, since=start + timedelta(minutes=3)))[0] == ["9", "6", "3"]


async def test_who_has_seen_enough_can_leave(world: World) -> None:
    await fill(world, 10)
    async with aclosing(search(world.storage, MATCHER, limit=9)) as found:
        async for one in found:
            assert one.match.spans[0].term == "딥시크"
            break


async def test_only_what_the_index_names_is_looked_at(world: World) -> None:
    await fill(world, 20)
    assert await titles(world, need=Piece("딥시")) == (["18", "15", "12", "9", "6", "3", "0"], [4, 3])
    assert await titles(world, need=Piece("없다")) == ([], [0])


async def test_pages_grow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FIRST_PAGE", 1)
    await fill(world, 12)
    assert await titles(world) == (["9", "6", "3", "0"], [1, 2, 4, 4, 1])


async def test_a_request_gets_part_of_the_answer_and_where_to_go_on(world: World) -> None:
    await fill(world, 10)
    told: list[list[str]] = []
    before_id: int | None = None
    while True:
        part = await search_some(
            world.storage, MATCHER, need=None, before_id=before_id, since=None, limit=3, patience=100
        )
        told.append([one.seen.article.title.split("번")[0] for one in part.found])
        before_id = part.before_id
        if before_id is None:
            break
    assert told == [["9", "6", "3"], ["0"]]


async def test_a_request_is_given_up_for_now_after_a_bounded_look(world: World) -> None:
    await fill(world, 20)
    part = await search_some(world.storage, MATCHER, need=None, before_id=None, since=None, limit=9, patience=8)
    assert [one.seen.article.title.split("번")[0] for one in part.found] == ["18", "15", "12"]
    assert part.before_id == 13
    rest = await search_some(
        world.storage, MATCHER, need=None, before_id=part.before_id, since=None, limit=9, patience=99
    )
    assert [one.seen.article.title.split("번")[0] for one in rest.found] == ["9", "6", "3", "0"]
    assert rest.before_id is None
