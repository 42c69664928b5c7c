"""Transactions: all or nothing, from any loop, beside each other."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.storage.samples import article

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.article import Article
    from monitor.pipeline.ports import Work
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock


def add(one: Article, now: datetime, work: Work) -> tuple[int, bool]:
    return work.articles.add(one, now)


class Stop(Exception):  # noqa: N818 - it stands for whatever may go wrong
    pass


async def test_what_returns_is_committed(storage: SqlStorage, clock: FakeClock) -> None:
    article_id, new = await storage.write(lambda work: work.articles.add(article(), clock.now()))

    assert new
    assert [row["id"] for row in await storage.read(lambda work: work.listings.articles())] == [article_id]


async def test_what_raises_is_rolled_back(storage: SqlStorage, clock: FakeClock) -> None:
    def fail(work: Work) -> None:
        work.articles.add(article(), clock.now())
        raise Stop

    with pytest.raises(Stop):
        await storage.write(fail)

    assert await storage.read(lambda work: work.listings.articles()) == []


def test_several_event_loops_in_sequence_use_one_storage(storage: SqlStorage, clock: FakeClock) -> None:
    for identity in "123":
        one = article(identity)
        asyncio.run(storage.write(partial(add, one, clock.now())))

    assert len(asyncio.run(storage.read(lambda work: work.listings.articles()))) == 3


async def test_writes_run_one_at_a_time_in_one_thread(storage: SqlStorage, clock: FakeClock) -> None:
    running: list[str] = []

    def note(work: Work) -> str:
        assert running == []
        running.append("now")
        work.articles.add(article(), clock.now())
        running.pop()
        return threading.current_thread().name

    assert len(set(await asyncio.gather(*(storage.write(note) for _ in range(20))))) == 1


async def test_a_reader_sees_a_snapshot_beside_an_open_write(storage: SqlStorage, clock: FakeClock) -> None:
    written, looked = threading.Event(), threading.Event()

    def slow_write(work: Work) -> None:
        work.articles.add(article(), clock.now())
        written.set()
        assert looked.wait(10)

    def look(work: Work) -> list[dict[str, object]]:
        assert written.wait(10)
        rows = work.listings.articles()
        looked.set()
        return rows

    _, seen = await asyncio.gather(storage.write(slow_write), storage.read(look))

    assert seen == []
    assert len(await storage.read(lambda work: work.listings.articles())) == 1


async def test_a_write_whose_caller_gave_up_before_its_turn_never_runs(storage: SqlStorage, clock: FakeClock) -> None:
    release = threading.Event()
    first = asyncio.create_task(storage.write(lambda _: release.wait(10)))
    second = asyncio.create_task(storage.write(lambda work: work.articles.add(article(), clock.now())))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    release.set()

    assert await first
    assert await storage.write(lambda work: work.listings.articles()) == []
