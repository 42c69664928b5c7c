"""Marks belong to hits, and the last word counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.pipeline.records import MarkedHit, Verdict
from tests.storage.samples import article, match

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork


@pytest.fixture
def hits(work: SqlWork, now: datetime) -> tuple[int, int]:
    article_id, _ = work.articles.add(article(), now)
    one, other = work.articles.add_hits(article_id, [match("하나"), match("둘")], now)
    return one.id, other.id


def test_hits_are_marked_and_numbers_that_are_none_are_left_out(
    work: SqlWork, now: datetime, hits: tuple[int, int]
) -> None:
    assert work.marks.mark([hits[1], 999, hits[1]], Verdict.WRONG, now) == (hits[1],)
    assert work.marks.mark([999], Verdict.WRONG, now) == ()
    assert work.marks.mark([], None, now) == ()
    assert work.marks.marked() == (MarkedHit(hits[1], "둘", 1, ("반도체",), Verdict.WRONG, now),)


def test_the_last_word_counts_and_none_takes_it_back(work: SqlWork, now: datetime, hits: tuple[int, int]) -> None:
    work.marks.mark(hits, Verdict.WRONG, now)
    work.marks.mark([hits[0]], Verdict.RIGHT, now + timedelta(minutes=1))
    assert [one.verdict for one in work.marks.marked()] == [Verdict.RIGHT, Verdict.WRONG]
    assert work.marks.mark(hits, None, now) == hits
    assert work.marks.marked() == ()


def test_only_one_watchlist_and_only_since_then(work: SqlWork, now: datetime, hits: tuple[int, int]) -> None:
    work.marks.mark(hits, Verdict.RIGHT, now)
    assert [one.watchlist for one in work.marks.marked("하나")] == ["하나"]
    assert work.marks.marked(since=now + timedelta(seconds=1)) == ()
    assert len(work.marks.marked(since=now)) == 2
