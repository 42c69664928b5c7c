"""A day of news for the pages: two stories, alerts, deliveries of every kind, silences, a sick feed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason, State
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Match, Span
from monitor.core.errors import FetchError, FetchFailure
from monitor.core.matching.engine import WEAK_LONE
from monitor.core.schedule import FeedState, PollPolicy, after_failure
from monitor.core.spikes.model import Judgement, Turn, TurnKind
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.pipeline.records import AlertDraft, Attempt, DeliveryDraft, Gap, Lane
from tests.fakes.reader import article

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
HOSTILE: Final = '<script>alert("딥시크")</script>'


def fill(work: Work, now: datetime) -> None:
    """Everything; `now` is a few minutes after the newest article."""
    start = now - 30 * MINUTE
    _articles(work, start)
    _alerts(work, start, now)
    work.silences.add(Matchers("딥시크"), "점검", now, now + DAY)
    work.silences.add(Matchers(story_id=1, channel="desk"), "", now, now + DAY)
    work.silences.add(Matchers(query="딥시크 공개"), "", now, now + DAY)
    for back in range(20):
        work.rates.beat((now - back * DAY).replace(minute=0), now - 60 * DAY)
    turn = Turn(TurnKind.SPIKE, "딥시크", now - 2 * MINUTE, Judgement(timedelta(hours=3), 14, 2.0, 0.0001))
    work.rates.begin(turn)


def put(work: Work, number: int, story: int, at: datetime, title: str, kind: Kind | None = None, **more: str) -> int:
    """An article of a story that hits 딥시크 if its title does."""
    made = replace(article(number, title, published_at=at - MINUTE), **more)  # type: ignore[arg-type]  # texts by name
    article_id, _ = work.articles.add(made, at)
    reason = Joined(kind, Why.NEW_FACTS, str(story), 0.6, new=("100억",)) if kind else Opened()
    work.stories.place(article_id, Placement(str(story or article_id), reason))
    if "딥시크" in title:
        place = title.index("딥시크")
        spans = (Span("title", place, place + 3, "DeepSeek"),)
        work.articles.add_hits(article_id, (Match("딥시크", spans, WEAK_LONE if "도" in title else ""),), at)
    return article_id


def _articles(work: Work, start: datetime) -> None:
    (claim,) = work.feeds.claim_named(("전자신문",), start, MINUTE)
    put(work, 1, 0, start, "中딥시크, 새 모델 공개", summary="딥시크가 새 모델을 냈다. 값은 그대로다.")
    put(work, 2, 1, start + MINUTE, "딥시크 새 모델 공개", Kind.COPY, source="연합뉴스")
    put(work, 3, 1, start + 2 * MINUTE, "딥시크 새 모델에 100억", Kind.UPDATE, source="조선일보")
    put(work, 4, 0, start + 3 * MINUTE, f"딥시크도 {HOSTILE}", url="javascript:alert(1)", source='"><b>')
    put(work, 5, 0, start + 4 * MINUTE, "날씨 맑음")
    put(work, 6, 0, start - DAY, "어제 딥시크 소식")
    work.articles.revise(3, article(3, "딥시크 새 모델에 100억 투입", feed="조선일보"), start + 5 * MINUTE)
    work.articles.link(claim.feed_id, {"1": 1}, start)
    failed = after_failure(FeedState(), FetchError(FetchFailure.TIMEOUT), PollPolicy(), start, 0)
    work.feeds.save(claim, failed, Gap(start - DAY, start, 7))


def _alerts(work: Work, start: datetime, now: datetime) -> None:
    dead = DeliveryDraft("desk", "", start, State.DEAD, "404")
    suppressed = DeliveryDraft("mail", "a@example.com", start, State.SUPPRESSED, "silenced by 1")
    pending = DeliveryDraft("phone", "", now + MINUTE)
    work.outbox.add_alert(
        AlertDraft("1", Reason.FIRST_REPORT, "딥시크", (1, 2), (), (dead, suppressed, pending), 1, why="까닭"), start
    )
    notice = DeliveryDraft("desk", "", start)
    work.outbox.add_alert(AlertDraft("2", Reason.NOTICE, notes=("피드가 멈춤",), deliveries=(notice,)), start)
    leased = work.outbox.lease_next(Lane("desk", ""), now, MINUTE, 10)
    assert leased is not None
    work.outbox.finish(leased, Attempt(now, 0.25, "sent", "ok"), State.SENT, "", now)


def words(page: str) -> str:
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
