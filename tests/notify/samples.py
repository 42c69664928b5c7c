"""Alerts to render and send, built from made-up Korean sentences."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.core.alerting import Reason
from monitor.core.article import Article, Precision, Span
from monitor.pipeline.records import AlertContent, HitView

PUBLISHED = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
CREATED = datetime(2026, 10, 6, 5, 40, tzinfo=UTC)
TITLE = "中딥시크, 새 추론 모델 공개"
SUMMARY = "중국의 인공지능 기업 딥시크가 새 추론 모델을 내놓았다. 학습 비용은 예전의 절반이라고 한다."


def span(field: str, text: str, word: str, term: str = "") -> Span:
    start = text.index(word)
    return Span(field, start, start + len(word), term)


def article(title: str = TITLE, summary: str = SUMMARY, **more: object) -> Article:
    fields: dict[str, object] = {
        "identity": f"id:{title}",
        "url": "https://news.example.kr/view?no=12&page=1",
        "source": "가나다신문",
        "feeds": ("가나다 IT",),
        "published_at": PUBLISHED,
        "published_precision": Precision.MINUTE,
    }
    return Article(title=title, summary=summary, **(fields | more))  # type: ignore[arg-type] # fields by name


def hit(watchlist: str = "DeepSeek", of: Article | None = None, word: str = "딥시크", weak: str = "") -> HitView:
    """A hit on every first place of `word` in the article's texts."""
    of = of or article()
    spans = [
        span(name, of.field(name), word, watchlist)
        for name in ("title", "summary", "content")
        if word in of.field(name)
    ]
    return HitView(watchlist, of, tuple(spans), weak)


def content(*hits: HitView, reason: Reason = Reason.FIRST_REPORT, notes: tuple[str, ...] = ()) -> AlertContent:
    return AlertContent(7, reason, hits[0].watchlist if hits else "", CREATED, hits, notes)


def report(title: str = TITLE, summary: str = SUMMARY, **more: object) -> AlertContent:
    """A first report of one article."""
    return content(hit(of=article(title, summary, **more)))
