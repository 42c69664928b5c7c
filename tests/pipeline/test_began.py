from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.article import Article
from monitor.core.stories.model import Opened, Placement
from monitor.pipeline.began import Began
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlWork
from tests.fakes.clock import START

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.ports import Work
    from monitor.storage.storage import SqlStorage

HOUR = timedelta(hours=1)


def put(work: Work, number: int, seen: datetime, published: datetime, story: int | None) -> int:
    article_id, _ = work.articles.add(Article(f"i{number}", "", f"제목 {number}", published_at=published), seen)
    work.stories.place(article_id, Placement(str(story or article_id), Opened()))
    return article_id


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_looking_again_and_again_sees_what_one_look_at_the_end_sees(migrated_file: Path, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        _look_again(Path(shutil.copy(migrated_file, folder)), data)


def _look_again(file: Path, data: st.DataObject) -> None:
    engine = open_engine(f"sqlite:///{file.name}", file.parent)
    again, since = Began(), START - 10 * HOUR
    with writing(engine).begin() as connection:
        work = SqlWork.on(connection)
        stories: list[int] = []
        for number in range(data.draw(st.integers(1, 25))):
            seen = START + number * HOUR
            story = data.draw(st.sampled_from([None, *stories[-4:]]))
            article_id = put(work, number, seen, seen - data.draw(st.integers(0, 9)) * HOUR, story)
            if story is None:
                stories.append(article_id)
            if len(stories) > 1 and data.draw(st.integers(0, 5)) == 0:
                work.stories.merge(stories.pop(), stories[-1], article_id)
            if data.draw(st.booleans()):
                again.catch_up(work, since)
        once = Began()
        for began in (again, once):
            began.catch_up(work, since)
        end = START + 99 * HOUR
        assert sorted(again.between(since, end)) == sorted(once.between(since, end))
        assert len(once.between(since, end)) == len(stories)
        assert +again.by_hour(end) == +once.by_hour(end)
        assert sum(once.by_hour(end).values()) == len(stories)
    engine.dispose()


async def test_what_began_long_ago_is_forgotten_and_the_future_does_not_count(storage: SqlStorage) -> None:
    began = Began()

    def fill(work: Work) -> None:
        for number, hours in enumerate((0, 30, 60)):
            put(work, number, START + hours * HOUR, START + hours * HOUR, None)

    await storage.write(fill)
    await storage.read(lambda work: began.catch_up(work, START - HOUR))
    assert sum(began.by_hour(START + 30 * HOUR).values()) == 2
    assert began.between(START, START + 30 * HOUR) == [START + 30 * HOUR]
    await storage.read(lambda work: began.catch_up(work, START + 31 * HOUR))
    assert began.between(START - HOUR, START + 99 * HOUR) == [START + 60 * HOUR]
    assert +began.by_hour(START + 99 * HOUR) == {START + 60 * HOUR: 1}
