"""A dashboard over a database that holds a little of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.alerting import Reason, State
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Match, Span
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.pipeline.records import AlertDraft, Attempt, DeliveryDraft, Lane
from tests.fakes.reader import article

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.pipeline.ports import Work
    from tests.fakes.clock import FakeClock

READ = "read-token-0123456789"
WRITE = "write-token-0123456789"
LOCKED = f"""
dashboard:
  listen: "127.0.0.1:0"
  password: "correct horse"
  tokens:
    - {{name: reader, token: {READ}}}
    - {{name: writer, token: {WRITE}, scopes: [read, write]}}
"""
ARTICLES = 5


@pytest.fixture
def fill(clock: FakeClock) -> Callable[[Work], None]:
    """Five articles, a minute apart: two stories, hits on the odd ones, an alert with three deliveries, a silence."""
    return lambda work: _fill(work, clock)


def _fill(work: Work, clock: FakeClock) -> None:
    now = clock.now()
    (claim,) = work.feeds.claim_named(("전자신문",), now, timedelta(minutes=1))
    hit_ids = []
    for number in range(1, ARTICLES + 1):
        seen_at = now - timedelta(minutes=ARTICLES - number)
        title = f"中딥시크 새 모델 {number}" if number % 2 else f"=HYPERLINK {number}"
        made = replace(article(number, title, summary="요약", published_at=seen_at), content="본문")
        article_id, _ = work.articles.add(made, seen_at)
        work.articles.link(claim.feed_id, {str(number): article_id}, seen_at)
        work.stories.place(article_id, _story(article_id))
        if number % 2:
            match = Match("딥시크", (Span("title", 1, 4, "DeepSeek"),))
            hit_ids += [hit.id for hit in work.articles.add_hits(article_id, (match,), seen_at)]
    work.feeds.release(claim)
    deliveries = (
        DeliveryDraft("desk", "", now, State.DEAD, "404"),
        DeliveryDraft("mail", "a@x.kr", now, State.SUPPRESSED, "told with 딥시크"),
        DeliveryDraft("phone", "", now - timedelta(hours=1)),
    )
    draft = AlertDraft("k", Reason.FIRST_REPORT, "딥시크", tuple(hit_ids), deliveries=deliveries, story_id=1)
    work.outbox.add_alert(draft, now - timedelta(hours=1))
    leased = work.outbox.lease_next(Lane("phone", ""), now, timedelta(minutes=1), 20)
    assert leased is not None
    attempt = Attempt(now, 0.5, "temporary", "HTTP 503")
    work.outbox.finish(leased, attempt, State.PENDING, "HTTP 503", now)
    work.silences.add(Matchers(watchlist="딥시크"), "회의", now, now + timedelta(hours=1))
    work.silences.add(Matchers(watchlist="딥시크"), "지남", now - timedelta(hours=2), now - timedelta(hours=1))


def _story(article_id: int) -> Placement:
    story = "1" if article_id % 2 else "2"
    if article_id <= 2:
        return Placement(story, Opened())
    return Placement(story, Joined(Kind.COPY, Why.VERBATIM, story, 0.9))


@pytest.fixture
def api(site: Any, fill: Callable[[Work], None]) -> Callable[..., Any]:
    """Opens the dashboard over the filled database: `async with api() as opened`."""
    return lambda **options: _Filled(site(**options), fill)


class _Filled:
    def __init__(self, opening: Any, fill: Callable[[Work], None]) -> None:
        self._opening = opening
        self._fill = fill

    async def __aenter__(self) -> Any:
        opened = await self._opening.__aenter__()
        await opened.app.storage.write(self._fill)
        return opened

    async def __aexit__(self, *fault: object) -> None:
        await self._opening.__aexit__(*fault)
