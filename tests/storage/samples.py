"""Small articles, hits and alerts to store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason
from monitor.core.article import Article, Entry, Match, Precision, Span
from monitor.pipeline.records import AlertDraft, DeliveryDraft, FeedSpec, Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from monitor.pipeline.ports import Work

MINUTE: Final = timedelta(minutes=1)
DESK: Final = Lane("desk", "")
PUBLISHED: Final = datetime(2025, 1, 26, 23, 30, tzinfo=UTC)


def feed(name: str = "전자", url: str = "", tags: tuple[str, ...] = ()) -> FeedSpec:
    return FeedSpec(name=name, url=url or f"https://{name}.example/rss", tags=tags)


def article(identity: str = "one", title: str = "새 반도체 공장 착공", content: str = "본문이다.") -> Article:
    return Article(
        identity=identity,
        url=f"https://news.example/{identity}",
        title=title,
        summary="경기도에 새 공장이 선다.",
        content=content,
        author="홍길동",
        source="예시일보",
        tags=("반도체", "공장"),
        published_at=PUBLISHED,
        published_precision=Precision.MINUTE,
    )


def entry(key: str, identity: str = "one") -> Entry:
    return Entry(key, article(identity))


def match(watchlist: str = "반도체") -> Match:
    return Match(watchlist, (Span("title", 2, 5, "반도체"), Span("summary", 7, 9, "")), weak="짧다")


def draft(key: str, now: datetime, lanes: Sequence[Lane] = (DESK,)) -> AlertDraft:
    deliveries = tuple(DeliveryDraft(lane.channel, lane.recipient, now) for lane in lanes)
    return AlertDraft(key, Reason.FIRST_REPORT, watchlist="반도체", deliveries=deliveries)


def feed_id_of(work: Work, name: str, now: datetime) -> int:
    """The number of a feed, made if it is not there; leaves no claim behind."""
    work.feeds.sync([feed(name)], now)
    claim = work.feeds.claim_named([name], now, MINUTE)[0]
    work.feeds.release(claim)
    return claim.feed_id


def trace(connection: Connection) -> list[str]:
    """The statements that reach the database from now on."""
    statements: list[str] = []
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(statements.append)
    return statements
