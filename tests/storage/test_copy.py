"""A history moves to another database whole, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update

from monitor.core.errors import StorageError
from monitor.storage import copy as copying
from monitor.storage.copy import TABLES, copy, count
from monitor.storage.engine import open_engine, reading, writing
from monitor.storage.storage import SqlWork
from monitor.storage.tables import ARTICLES, HITS
from tests.postgres import NEEDED, ON_SQLITE
from tests.storage.samples import MINUTE, article, draft, feed_id_of, match

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=NEEDED)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/target.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").create("target")
    opened = open_engine(url, Path("/"))
    yield opened
    opened.dispose()
    if request.param == "postgres":
        request.getfixturevalue("postgres_server").drop("target")


def fill(engine: Engine, now: datetime) -> None:
    with writing(engine).begin() as connection:
        work = SqlWork.on(connection)
        feed_id = feed_id_of(work, "전자", now)
        for number in range(5):
            article_id, _ = work.articles.add(article(str(number), f"새 소식 {number}"), now)
            work.articles.link(feed_id, {str(number): article_id}, now)
            work.articles.add_hits(article_id, [match()], now)
        work.articles.revise(1, article("0", "고친 소식"), now)
        work.outbox.add_alert(draft("key", now), now)
        connection.execute(delete(HITS).where(HITS.c.id == 2))


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with reading(engine).begin() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


def test_every_row_comes_over_as_it_was(
    engine: Engine, target: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PORTION", 2)
    fill(engine, now)
    told: list[int] = []

    counts = copy(engine, target, told.append)

    assert rows(target) == rows(engine)
    assert counts == count(engine) == count(target)
    assert sum(told) == sum(counts.values())
    assert max(told) == 2


def test_work_goes_on_behind_the_copied_numbers(engine: Engine, target: Engine, now: datetime) -> None:
    fill(engine, now)
    copy(engine, target)

    with writing(target).begin() as connection:
        work = SqlWork.on(connection)
        article_id, new = work.articles.add(article("new"), now)
        assert (article_id, new) == (6, True)
        assert work.articles.add(article("1"), now) == (2, False)
        assert [hit.id for hit in work.articles.add_hits(6, [match()], now)] == [6]
        assert work.feeds.claim_named(["전자"], now, MINUTE)[0].feed_id == 1


def test_a_database_that_holds_something_is_refused(engine: Engine, target: Engine, now: datetime) -> None:
    fill(engine, now)
    copy(engine, target)

    with pytest.raises(StorageError, match=r"holds rows already: .*articles"):
        copy(engine, target)

    assert rows(target) == rows(engine)


def test_a_copy_into_itself_is_refused(engine: Engine, now: datetime) -> None:
    fill(engine, now)
    same = open_engine(engine.url.render_as_string(hide_password=False), Path("/"))
    with pytest.raises(StorageError, match="itself"):
        copy(engine, same)
    same.dispose()


def test_a_count_that_differs_keeps_nothing(
    engine: Engine, target: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, now)
    portions = copying._portions

    def forgetful(*words: object) -> Iterator[list[dict[str, object]]]:
        for portion in portions(*words):  # type: ignore[arg-type]
            yield portion[:-1] if words[1] is HITS else portion

    monkeypatch.setattr(copying, "_portions", forgetful)

    with pytest.raises(StorageError, match="differ in: hits"):
        copy(engine, target)

    assert sum(count(target).values()) == 0


@ON_SQLITE
@pytest.mark.parametrize("target", [pytest.param("postgres", marks=NEEDED)], indirect=True)
def test_a_letter_that_postgresql_cannot_keep_is_replaced_by_one(
    engine: Engine, target: Engine, now: datetime
) -> None:
    fill(engine, now)
    with writing(engine).begin() as connection:
        connection.execute(update(ARTICLES).where(ARTICLES.c.id == 1).values(title="가\0나"))

    copy(engine, target)

    with reading(target).begin() as connection:
        assert connection.execute(select(ARTICLES.c.title).where(ARTICLES.c.id == 1)).scalar() == "가\ufffd나"


def test_an_empty_history_is_copied_too(engine: Engine, target: Engine) -> None:
    assert sum(copy(engine, target).values()) == 0
    with writing(target).begin() as connection:
        assert connection.execute(insert(ARTICLES).returning(ARTICLES.c.id), _plain(article())).scalar() == 1


def _plain(one: object) -> dict[str, object]:
    names = ("identity", "url", "title", "summary", "content", "author", "source", "tags")
    return {name: getattr(one, name) for name in names} | {"first_seen_at": article().published_at}
