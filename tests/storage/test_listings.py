"""Rows as people and programs read them: the promised keys, JSON values, few statements."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.alerting import Reason, State
from monitor.core.schedule import FeedState, Health
from monitor.pipeline.records import AlertDraft, Attempt, DeliveryDraft, Gap, Lane
from monitor.storage.listedfeeds import GAPS_SHOWN
from tests.postgres import ON_SQLITE
from tests.storage.samples import DESK, MINUTE, PUBLISHED, article, draft, feed, match, trace

if TYPE_CHECKING:
    from datetime import datetime

    import pytest
    from sqlalchemy import Connection

    from monitor.storage.storage import SqlWork


def fill(work: SqlWork, now: datetime, count: int) -> None:
    """`count` articles a minute apart, carried by two feeds in turn, each with a hit, an alert and a delivery."""
    work.feeds.sync([feed("전자"), feed("과학")], now)
    claims = work.feeds.claim_due(now, MINUTE, 10)
    for number in range(count):
        at = now + number * MINUTE
        article_id, _ = work.articles.add(article(str(number)), at)
        work.articles.link(claims[number % 2].feed_id, {str(number): article_id}, at)
        (hit,) = work.articles.add_hits(article_id, [match("홀" if number % 2 else "짝")], at)
        deliveries = (DeliveryDraft("desk", "", at), DeliveryDraft("mail", "a@example.com", at))
        alert = AlertDraft(str(number), Reason.FIRST_REPORT, hit.watchlist, (hit.id,), deliveries=deliveries)
        work.outbox.add_alert(alert, at)


def test_an_article_row(work: SqlWork, now: datetime) -> None:
    fill(work, now, 1)

    assert work.listings.articles() == [
        {
            "id": 1,
            "url": "https://news.example/0",
            "title": "새 반도체 공장 착공",
            "summary": "경기도에 새 공장이 선다.",
            "published_at": PUBLISHED.isoformat(),
            "first_seen_at": now.isoformat(),
            "feeds": ["전자"],
            "revisions": [],
        }
    ]


def test_a_hit_row(work: SqlWork, now: datetime) -> None:
    fill(work, now, 1)

    assert work.listings.hits() == [
        {
            "id": 1,
            "watchlist": "짝",
            "article_id": 1,
            "article_url": "https://news.example/0",
            "title": "새 반도체 공장 착공",
            "spans": [
                {"field": "title", "start": 2, "end": 5, "text": "반도체", "term": "반도체"},
                {"field": "summary", "start": 7, "end": 9, "text": "공장", "term": ""},
            ],
            "weak": "짧다",
            "story_id": None,
            "first_seen_at": now.isoformat(),
            "version": "",
            "mark": None,
        }
    ]


def decided(channel: str, recipient: str, now: datetime) -> dict[str, object]:
    return {
        "channel": channel,
        "recipient": recipient,
        "state": "pending",
        "reason": "",
        "due_at": now.isoformat(),
        "sent_at": None,
    }


def test_an_alert_row(work: SqlWork, now: datetime) -> None:
    fill(work, now, 1)
    work.outbox.add_alert(AlertDraft("quiet", Reason.TEST), now)

    assert work.listings.alerts() == [
        {
            "id": 2,
            "reason": "test",
            "why": "",
            "watchlist": "",
            "story_id": None,
            "channels": [],
            "created_at": now.isoformat(),
            "decisions": [],
            "passed": [],
        },
        {
            "id": 1,
            "reason": "first report",
            "why": "",
            "watchlist": "짝",
            "story_id": None,
            "channels": ["desk", "mail"],
            "created_at": now.isoformat(),
            "decisions": [decided("desk", "", now), decided("mail", "a@example.com", now)],
            "passed": [],
        },
    ]


def test_a_delivery_row(work: SqlWork, now: datetime) -> None:
    work.outbox.add_alert(draft("key", now), now)

    assert work.listings.deliveries() == [
        {
            "id": 1,
            "alert_id": 1,
            "channel": "desk",
            "recipient": "",
            "state": "pending",
            "reason": "",
            "attempts": 0,
            "created_at": now.isoformat(),
            "sent_at": None,
        }
    ]


def test_a_feed_row(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    state = FeedState(
        health=Health.FAILING,
        failures=2,
        failing_since=now,
        last_error="too slow",
        last_polled_at=now,
        next_poll_at=now + MINUTE,
    )
    work.feeds.save(work.feeds.claim_due(now, MINUTE, 1)[0], state, Gap(now - MINUTE, now))

    assert work.listings.feeds() == [
        {
            "name": "전자",
            "url": "https://전자.example/rss",
            "health": "failing",
            "last_polled_at": now.isoformat(),
            "next_poll_at": (now + MINUTE).isoformat(),
            "gaps": [{"after": (now - MINUTE).isoformat(), "before": now.isoformat(), "at_most": 1}],
            "failures": 2,
            "failing_since": now.isoformat(),
            "last_error": "too slow",
            "last_ok_at": None,
            "last_new_at": None,
            "per_hour": 0.0,
            "address": "",
        }
    ]


def test_feeds_come_by_name_the_removed_ones_too(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed("나"), feed("다"), feed("가")], now)
    work.feeds.sync([feed("나"), feed("가")], now)

    rows = work.listings.feeds()

    assert [row["name"] for row in rows] == ["가", "나", "다"]
    assert (rows[2]["health"], rows[2]["next_poll_at"]) == ("removed", None)


def test_the_newest_gaps_of_each_feed_are_shown(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed("전자"), feed("과학")], now)
    for number in range(GAPS_SHOWN + 5):
        claims = work.feeds.claim_named(["전자"], now, MINUTE)
        work.feeds.save(claims[0], FeedState(next_poll_at=now), Gap(now, now + number * MINUTE))

    science, electronics = work.listings.feeds()

    assert science["gaps"] == []
    gaps = electronics["gaps"]
    assert isinstance(gaps, list)
    assert len(gaps) == GAPS_SHOWN
    assert gaps[0]["before"] == (now + (GAPS_SHOWN + 4) * MINUTE).isoformat()


def test_lists_are_newest_first_and_end_at_the_limit(work: SqlWork, now: datetime) -> None:
    fill(work, now, 6)
    listings = work.listings

    assert [row["url"] for row in listings.articles(limit=2)] == ["https://news.example/5", "https://news.example/4"]
    assert [row["id"] for row in listings.hits(limit=2)] == [6, 5]
    assert [row["id"] for row in listings.alerts(limit=2)] == [6, 5]
    assert [row["alert_id"] for row in listings.deliveries(limit=3)] == [6, 6, 5]


def test_lists_start_at_since(work: SqlWork, now: datetime) -> None:
    fill(work, now, 6)
    since, listings = now + 4 * MINUTE, work.listings

    assert len(listings.articles(since=since)) == 2
    assert len(listings.hits(since=since)) == 2
    assert len(listings.alerts(since=since)) == 2
    assert len(listings.deliveries(since=since)) == 4


def test_lists_are_narrowed_by_feed_watchlist_state_and_channel(work: SqlWork, now: datetime) -> None:
    fill(work, now, 4)
    leased = work.outbox.lease_next(DESK, now, MINUTE, 3)
    assert leased is not None
    work.outbox.finish(leased, Attempt(now, 1.0, "failed"), State.DEAD, "gone", now)
    listings = work.listings

    assert [row["feeds"] for row in listings.articles(feed="과학")] == [["과학"], ["과학"]]
    assert [row["id"] for row in listings.hits(watchlist="짝")] == [3, 1]
    assert [row["id"] for row in listings.alerts(watchlist="짝")] == [3, 1]
    assert [row["id"] for row in listings.deliveries(state="dead")] == [leased.id]
    assert len(listings.deliveries(state="pending", channel="desk")) == 3
    assert listings.articles(feed="없음") == []


def test_every_row_is_json(work: SqlWork, now: datetime) -> None:
    fill(work, now, 3)
    work.articles.revise(1, article(title="고침"), now)
    listings = work.listings

    for rows in (listings.feeds(), listings.articles(), listings.hits(), listings.alerts(), listings.deliveries()):
        assert json.loads(json.dumps(rows)) == rows


@ON_SQLITE
def test_the_number_of_statements_does_not_grow_with_the_rows(
    work: SqlWork, now: datetime, connection: Connection, subtests: pytest.Subtests
) -> None:
    fill(work, now, 60)
    statements = trace(connection)
    listings = work.listings
    for read, most in {
        listings.feeds: 2,
        listings.articles: 3,
        listings.hits: 1,
        listings.alerts: 3,
        listings.deliveries: 1,
    }.items():
        with subtests.test(read.__name__):
            statements.clear()
            assert read()
            assert len(statements) == most


def test_the_oldest_delivery_that_waits(work: SqlWork, now: datetime) -> None:
    later = now + timedelta(seconds=1)
    assert work.listings.oldest_pending_at(later) is None
    work.outbox.add_alert(draft("one", now), now)
    work.outbox.add_alert(draft("two", later, [Lane("mail", "")]), now)
    leased = work.outbox.lease_next(DESK, now, MINUTE, 3)
    assert leased is not None
    assert work.listings.oldest_pending_at(later) == now

    work.outbox.finish(leased, None, State.DEAD, "gone", now)

    assert work.listings.oldest_pending_at(later) == later


def test_a_digest_that_waits_for_its_hour_is_not_late_and_one_that_fails_is_so_since_then(
    work: SqlWork, now: datetime
) -> None:
    hour = now + timedelta(hours=9)
    work.outbox.add_alert(draft("digest", hour), now)
    assert work.listings.oldest_pending_at(now + timedelta(hours=8)) is None
    leased = work.outbox.lease_next(DESK, hour, MINUTE, 3)
    assert leased is not None
    work.outbox.finish(leased, Attempt(hour, 0.1, "temporary"), State.PENDING, "503", hour + MINUTE)
    assert work.listings.oldest_pending_at(hour) == hour


def test_what_the_last_look_holds_back_is_late_from_the_end_of_that_on(work: SqlWork, now: datetime) -> None:
    work.outbox.add_alert(draft("before the night", now), now)
    leased = work.outbox.lease_next(DESK, now, MINUTE, 3)
    assert leased is not None
    morning = now + timedelta(hours=8)
    work.outbox.finish(leased, None, State.PENDING, "quiet hours", morning)
    assert work.listings.oldest_pending_at(morning - MINUTE) is None
    assert work.listings.oldest_pending_at(morning) == morning


def test_a_password_in_a_feed_s_address_is_not_listed(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed(url="https://me:secret@x.kr:8443/rss?no=1#a")], now)
    assert work.listings.feeds()[0]["url"] == "https://x.kr:8443/rss?no=1#a"


def test_a_key_in_a_feed_s_address_is_not_listed(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed(url="https://x.kr/rss?apiKey=S3CRET&no=1&access_token=x%3Dy")], now)
    assert work.listings.feeds()[0]["url"] == "https://x.kr/rss?apiKey=***&no=1&access_token=***"
