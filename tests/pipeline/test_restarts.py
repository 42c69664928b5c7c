"""A stream of articles that is interrupted anywhere is grouped as one that is not."""

from __future__ import annotations

import asyncio
import random
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from monitor.core.article import Article
from monitor.nlp.starter import packed_starter
from monitor.pipeline.stories import WINDOW, StoryKeeper
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from monitor.storage.tables import FREQUENCIES, MERGES, PLACEMENTS
from tests.core.stories.made import HAPPENINGS, MARKS
from tests.fakes.clock import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from monitor.pipeline.ports import Work

HOURS = 24 * 7
STEP = timedelta(hours=1)


def made_luck(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same stream in every run, nothing secret


def stream(luck: random.Random) -> Iterator[tuple[Article, datetime]]:
    """An article an hour, more by day; some late, some without a summary, some at an old address."""
    number = 0
    for hour in range(HOURS):
        now = START + hour * STEP
        for _ in range(luck.choice((0, 1, 1, 2))):
            number += 1
            words = luck.choice(HAPPENINGS).split()
            title = luck.choice(MARKS) + " ".join(luck.sample(words, luck.randint(3, 6)))
            summary = luck.choice(("", " ".join(luck.sample(words, luck.randint(3, 8)))))
            content = luck.choice(("", " ".join(luck.sample(words, 5))))
            late = timedelta(hours=luck.choice((0, 0, 0, 5, 30)))
            url = f"https://news.example/{luck.choice((number, number, number, 1 + number // 2))}"
            yield Article(f"i{number}", url, title, summary, content, source="가나일보", published_at=now - late), now


@dataclass(slots=True)
class Run:
    """The same stream, on a database of its own."""

    storage: SqlStorage
    interrupted: Callable[[int], bool]
    keeper: StoryKeeper = field(default_factory=lambda: StoryKeeper(packed_starter()))
    read_again: list[int] = field(default_factory=list)

    async def go(self, seed: int) -> list[Any]:
        luck = made_luck(seed)
        for place, (article, now) in enumerate(stream(luck)):
            if self.interrupted(place):
                await self._interrupt(article, now, rolled_back=place % 2 == 0)
            await self.storage.write(lambda work, article=article, now=now: self._place(work, article, now))  # type: ignore[misc]
        return await self.placed()

    async def _interrupt(self, article: Article, now: datetime, *, rolled_back: bool) -> None:
        """A poll that is rolled back after the article was placed, or a new process."""

        def fail(work: Work) -> None:
            self._place(work, article, now)
            raise RuntimeError

        if not rolled_back:
            self.keeper = StoryKeeper(packed_starter())
            return
        with pytest.raises(RuntimeError):
            await self.storage.write(fail)
        self.keeper.forget()

    def _place(self, work: Work, article: Article, now: datetime) -> None:
        article_id, _ = work.articles.add(article, now)
        self.keeper.place(work, article_id, article, now)
        if article_id % 7 == 0:
            # What comes later is no part of what was placed: a new title, a longer text, the text of the page.
            old = work.articles.get(article_id - 5)
            assert old is not None
            work.articles.revise(old.id, replace(old.article, title=HAPPENINGS[0], summary=HAPPENINGS[1]), now)
            work.fulltexts.add_text(article_id - 2, HAPPENINGS[2] * 3)

    async def placed(self) -> list[Any]:
        query = select(PLACEMENTS).order_by(PLACEMENTS.c.article_id)
        merges = select(MERGES).order_by(MERGES.c.younger_id)
        return await self.storage.read(
            lambda work: [row for one in (query, merges) for row in work.stories._connection.execute(one)]  # type: ignore[attr-defined]
        )

    async def dumps(self) -> list[int]:
        query = select(FREQUENCIES.c.article_id).order_by(FREQUENCIES.c.article_id)
        return await self.storage.read(lambda work: list(work.stories._connection.execute(query).scalars()))  # type: ignore[attr-defined]


def run(
    folder: Path, migrated_file: Path, interrupted: Callable[[int], bool], seed: int
) -> tuple[list[Any], list[int]]:
    """The placements and merges of a stream, and after which articles frequencies were kept at its end."""
    file = shutil.copy(migrated_file, folder / f"{len(list(folder.iterdir()))}.db")
    storage = SqlStorage(open_engine(f"sqlite:///{file}", folder))

    async def both() -> tuple[list[Any], list[int]]:
        it = Run(storage, interrupted)
        return await it.go(seed), await it.dumps()

    try:
        return asyncio.run(both())
    finally:
        storage.close()


@pytest.mark.parametrize("seed", range(3))
def test_restarts_and_rollbacks_anywhere_change_no_placement(tmp_path: Path, migrated_file: Path, seed: int) -> None:
    luck = made_luck(seed)
    # A dozen anywhere, and eight within one day.
    chosen = {*luck.sample(range(HOURS), 12), *luck.sample(range(100, 124), 8)}
    expected, _ = run(tmp_path, migrated_file, lambda _: False, seed)
    placed, _ = run(tmp_path, migrated_file, chosen.__contains__, seed)
    assert sum(hasattr(row, "kind") for row in placed) > HOURS / 2
    assert any(hasattr(row, "younger_id") for row in placed)
    assert placed == expected


def test_many_restarts_in_a_day_leave_the_frequencies_from_before_the_window(
    tmp_path: Path, migrated_file: Path
) -> None:
    _, kept = run(tmp_path, migrated_file, lambda place: place > HOURS - 30, 0)
    _, expected = run(tmp_path, migrated_file, lambda _: False, 0)
    assert kept == expected
    first_in_window = sum(now <= START + (HOURS - 1) * STEP - WINDOW for _, now in stream(made_luck(0)))
    assert kept[0] < first_in_window
    assert len(kept) <= 5
