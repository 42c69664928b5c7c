"""The index of pairs names every article that may match, whatever became of its texts."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from monitor.core.article import Article
from monitor.core.errors import StorageError
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Watchlist
from monitor.core.matching.needs import AllOf, AnyOf
from monitor.core.query.parser import parse
from monitor.core.text.pairs import Piece
from monitor.storage import migrate, pairs
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlWork
from monitor.storage.tables import ARTICLES
from tests.postgres import ON_SQLITE

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from monitor.core.matching.needs import Need

NOW = datetime(2025, 1, 27, tzinfo=UTC)
WORDS = ["수출", "통제", "수출통제", "딥시크", "中", "AI", "OpenAI", "강", "는", " ", "·"]

texts = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
changes = st.lists(
    st.tuples(st.sampled_from(["add", "revise", "page"]), st.integers(0, 5), texts, texts), max_size=12
)


def an_article(number: int, title: str, summary: str = "") -> Article:
    return Article(f"{number}", f"https://news.example/{number}", title, summary)


def named(work: SqlWork, need: Need) -> list[int]:
    return [seen.id for seen in work.articles.page(None, 100, need=need)]


def found(work: SqlWork, query: str) -> tuple[set[int], set[int]]:
    """The articles that a query is true of: among those that the index names, and among all."""
    matcher = compile_matcher({}, [Watchlist(query, parse(query))])
    need = matcher.need
    assert need is not None
    pages = (work.articles.page(None, 100, need=need), work.articles.page(None, 100))
    by_index, by_scan = ({seen.id for seen in page if matcher.match(seen.article)} for page in pages)
    return by_index, by_scan


def change(connection: Connection, work: SqlWork, how: str, number: int, title: str, summary: str) -> None:
    """Add an article, or revise it, give it a full text or remove it."""
    article = an_article(number, title, summary)
    article_id, is_new = work.articles.add(article, NOW)
    if is_new:
        return
    if how == "revise":
        work.articles.revise(article_id, article, NOW)
    elif how == "page":
        work.fulltexts.add_text(article_id, summary)
    else:
        connection.execute(delete(ARTICLES).where(ARTICLES.c.id == article_id))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes,
    st.sampled_from(["수출", "=수출", "=시크", "AI", "=ai", "=penA", '"수출 통제"', "수출 OR 딥시크", "title:통제"]),
)
def test_the_index_finds_what_reading_everything_finds(
    engine: Engine, several: list[tuple[str, int, str, str]], query: str
) -> None:
    with writing(engine).connect() as connection, connection.begin() as transaction:
        work = SqlWork.on(connection)
        for one in several:
            change(connection, work, *one)
        by_index, by_scan = found(work, query)
        pairs.rebuild(connection)
        rebuilt, _ = found(work, query)
        transaction.rollback()
    assert by_index == by_scan == rebuilt


def test_what_the_index_names_holds_the_pieces(work: SqlWork) -> None:
    for number, title in enumerate(["수출 통제", "수출 규제", "수입 통제", "오픈AI"], start=1):
        work.articles.add(an_article(number, title), NOW)
    export, control, imports = Piece("수출"), Piece("통제"), Piece("수입")
    assert named(work, export) == [2, 1]
    assert named(work, AllOf((export, control))) == [1]
    assert named(work, AnyOf((imports, AllOf((export, control))))) == [3, 1]
    assert named(work, Piece("a", begins=True)) == [4]


def test_pages_go_on_and_keep_to_the_time(work: SqlWork) -> None:
    for number in range(1, 8):
        title = "수출" if number % 2 else "수입"
        work.articles.add(an_article(number, title), NOW + timedelta(minutes=number))
    export = Piece("수출")
    page = work.articles.page(None, 2, need=export)
    assert [seen.id for seen in page] == [7, 5]
    assert [seen.id for seen in work.articles.page(page[-1].id, 2, need=export)] == [3, 1]
    assert [seen.id for seen in work.articles.page(None, 9, NOW + timedelta(minutes=3), export)] == [7, 5, 3]


def test_an_article_without_letters_is_no_burden(work: SqlWork) -> None:
    article_id, _ = work.articles.add(an_article(1, "…"), NOW)
    work.articles.revise(article_id, an_article(1, "수출"), NOW)
    assert named(work, Piece("수출")) == [article_id]


def test_an_old_database_is_indexed_by_the_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pairs, "PORTION", 2)
    monkeypatch.setattr(pairs, "REPORT_S", 0.0)
    engine = open_engine("sqlite:///old.db", tmp_path)
    migrate.upgrade(engine)
    with writing(engine).begin() as connection:
        for number in range(5):
            SqlWork.on(connection).articles.add(an_article(number, "수출", "통제"), NOW)
    migrate.downgrade(engine, "0005")
    with caplog.at_level(logging.INFO, "monitor"):
        migrate.upgrade(engine)
    with engine.begin() as connection:
        assert len(named(SqlWork.on(connection), AllOf((Piece("수출"), Piece("통제"))))) == 5
    engine.dispose()
    assert "indexing the stored articles for search: 4 of 5" in caplog.messages


@ON_SQLITE
def test_an_sqlite_without_full_text_search_is_named(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs.drop(connection)
    monkeypatch.setitem(pairs._CREATE, "sqlite", pairs._CREATE["sqlite"].replace("fts5", "fts5_missing"))
    with pytest.raises(StorageError, match="FTS5"):
        pairs.create(connection)
    monkeypatch.setitem(pairs._CREATE, "sqlite", "CREATE nothing")
    with pytest.raises(OperationalError) as refused:
        pairs.create(connection)
    assert isinstance(refused.value.orig, sqlite3.Error)


def test_each_database_is_asked_in_its_own_language() -> None:
    need = AnyOf((Piece("수출"), AllOf((Piece("ai", begins=True), Piece("통제")))))
    assert pairs.written(need, "sqlite") == '("수출" OR ("ai"* AND "통제"))'
    assert pairs.written(need, "postgresql") == "('수출' | ('ai':* & '통제'))"


def test_an_article_keeps_what_it_was_found_by(work: SqlWork) -> None:
    first = an_article(1, "수출 통제")
    article_id, _ = work.articles.add(first, NOW)
    work.articles.revise(article_id, replace(first, title="반도체 규제"), NOW)
    assert named(work, Piece("반도")) == named(work, Piece("수출")) == [article_id]


def test_what_may_match_is_counted_by_time_without_reading_it(work: SqlWork) -> None:
    need = compile_matcher({}, [Watchlist("수출", parse("수출"))]).need
    assert need is not None
    assert work.articles.oldest_at() is None
    assert work.articles.count_meeting(need, (NOW,), 1) == (0,)
    for number in range(10):
        at = NOW + timedelta(days=number)
        work.articles.add(an_article(number, "수출 소식" if number % 2 else "다른 소식"), at)
    moments = [NOW + timedelta(days=day) for day in (1, 4, 5, 20)]
    assert work.articles.oldest_at() == NOW
    assert work.articles.count_meeting(need, moments, 100) == (2, 0, 3, 0)
    assert work.articles.count_meeting(need, moments, 7) == (2, 0, 1, 0)
    assert work.articles.count_meeting(need, (), 7) == ()
