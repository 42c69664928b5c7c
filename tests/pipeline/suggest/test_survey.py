"""The whole history is looked through once, for all sorts of suggestions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.article import Match
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.query.nodes import TermRef
from monitor.pipeline.records import Verdict
from monitor.pipeline.suggest import survey as surveying
from monitor.pipeline.suggest.model import Asked, Sort
from monitor.pipeline.suggest.survey import Survey, survey
from tests.fakes.reader import article

if TYPE_CHECKING:
    import pytest

    from monitor.pipeline.ports import Work
    from tests.fakes.world import World

TERMS = {
    "라인": Term("라인", ("라인",), Kind.ORGANISATION),
    "네이버": Term("네이버", ("네이버",), Kind.ORGANISATION),
}
ASKED = Asked({"메신저": frozenset({"라인"})}, TERMS, frozenset(TERMS))
MATCHER = compile_matcher(TERMS, [Watchlist("메신저", TermRef("라인"))])
TITLES = (
    "라인(LINE)의 새 메신저",
    "라인(LINE) 이용자 늘어",
    "반도체 생산 라인을 증설",
    "자동차 생산 라인이 멈췄다",
    "네이버(NAVER)의 소식",
    "네이버(NAVER) 실적과 라인",
)


async def fill(world: World) -> None:
    now = world.clock.now()

    def add(work: Work) -> None:
        for number, title in enumerate(TITLES):
            article_id, _ = work.articles.add(article(number, title), now + timedelta(minutes=number))
            if number in {2, 3}:
                (hit,) = work.articles.add_hits(article_id, [Match("메신저", ())], now)
                work.marks.mark([hit.id], Verdict.WRONG, now)

    await world.storage.write(add)


async def test_every_sort_is_found_on_one_way_through(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "PAGE", 4)
    await fill(world)
    steps: list[int] = []
    found = await survey(world.storage, ASKED, MATCHER, progress=steps.append)
    assert (found.articles, steps) == (6, [4, 2])
    assert [(one.sort, one.term, one.text) for one in found.suggestions] == [
        (Sort.SPELLING, "라인", "LINE"),
        (Sort.SPELLING, "네이버", "NAVER"),
        (Sort.CONTEXT, "라인", "생산"),
    ]


async def test_only_articles_since_then_are_looked_at(world: World) -> None:
    await fill(world)
    assert await survey(world.storage, ASKED, MATCHER, since=world.clock.now() + timedelta(days=1)) == Survey(0, ())
