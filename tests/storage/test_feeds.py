"""Feeds follow the configuration; claims are exclusive and fenced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.core.errors import LeaseLostError
from monitor.core.schedule import FeedState, Health
from monitor.pipeline.records import FeedClaim, FeedSpec, Gap
from monitor.storage.tables import FEEDS
from tests.storage.samples import MINUTE, feed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.storage.storage import SqlWork


def full_state(now: datetime) -> FeedState:
    return FeedState(
        etag='W/"abc"',
        last_modified="Mon, 27 Jan 2025 00:00:00 GMT",
        body_hash="f00d",
        last_keys=("ㄱ", "ㄴ"),
        health=Health.NOT_A_FEED,
        failures=3,
        failing_since=now - 3 * MINUTE,
        last_error="HTTP error: 500",
        first_ok_at=now - timedelta(days=1),
        last_ok_at=now - timedelta(hours=1),
        last_polled_at=now,
        next_poll_at=now + 10 * MINUTE,
        ttl_s=1800.0,
        skip_hours=(3, 4),
        skip_days=(7,),
    )


def claim(work: SqlWork, name: str, now: datetime) -> FeedClaim:
    (claimed,) = work.feeds.claim_named([name], now, MINUTE)
    return claimed


def save_and_claim_again(work: SqlWork, state: FeedState, now: datetime) -> FeedState:
    work.feeds.save(claim(work, "전자", now), state)
    return claim(work, "전자", now).state


def test_a_new_feed_is_due_now_and_knows_nothing(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)

    (claimed,) = work.feeds.claim_due(now, MINUTE, 10)

    assert claimed.name == "전자"
    assert claimed.state == FeedState(next_poll_at=now)


def test_a_state_comes_back_as_it_was_saved(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)

    assert save_and_claim_again(work, full_state(now), now) == full_state(now)


def test_syncing_the_same_feeds_changes_nothing(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    work.feeds.save(claim(work, "전자", now), full_state(now))

    work.feeds.sync([feed()], now + MINUTE)

    assert claim(work, "전자", now).state == full_state(now)


def test_the_addresses_of_feeds_in_the_configuration_come_first_then_the_newest(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed("가"), feed("나", "https://b.example/rss"), feed("다", "https://c.example/rss")], now)
    work.feeds.sync([feed("가")], now)
    assert list(work.feeds.addresses().items()) == [
        ("가", feed("가").url),
        ("다", "https://c.example/rss"),
        ("나", "https://b.example/rss"),
    ]


def test_a_renamed_feed_keeps_its_state_and_loses_its_claim(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    work.feeds.save(claim(work, "전자", now), full_state(now))
    running = claim(work, "전자", now)

    work.feeds.rename("전자", "ET뉴스")

    with pytest.raises(LeaseLostError):
        work.feeds.save(running, full_state(now))
    assert claim(work, "ET뉴스", now).state == full_state(now)


def test_a_changed_address_forgets_validators_and_failures_and_is_due_now(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    work.feeds.save(claim(work, "전자", now), full_state(now))

    work.feeds.sync([feed(url="https://new.example/rss")], now + MINUTE)

    (claimed,) = work.feeds.claim_due(now + MINUTE, MINUTE, 10)
    assert claimed.state == FeedState(last_polled_at=full_state(now).last_polled_at, next_poll_at=now + MINUTE)


def test_a_poll_on_its_way_to_an_old_address_cannot_write_its_validators(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    running = claim(work, "전자", now)

    work.feeds.sync([feed(url="https://new.example/rss")], now)

    with pytest.raises(LeaseLostError):
        work.feeds.save(running, full_state(now))
    assert claim(work, "전자", now).state.etag == ""


def test_a_feed_no_longer_named_is_not_polled_but_its_state_is_kept(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed(), feed("과학")], now)
    work.feeds.save(claim(work, "전자", now), full_state(now))

    work.feeds.sync([feed("과학")], now)

    later = now + timedelta(days=1)
    assert [one.name for one in work.feeds.claim_due(later, MINUTE, 10)] == ["과학"]
    assert work.feeds.claim_named(["전자"], later, MINUTE) == ()
    assert {row["name"]: row["health"] for row in work.listings.feeds()} == {"과학": "new", "전자": "removed"}

    work.feeds.sync([feed(), feed("과학")], later)

    (back,) = work.feeds.claim_due(later, MINUTE, 10)
    assert back.state == replace(full_state(now), next_poll_at=later)


def test_changed_tags_are_taken_over(work: SqlWork, now: datetime, connection: Connection) -> None:
    work.feeds.sync([feed()], now)
    work.feeds.sync([feed(tags=("ai",))], now)

    assert connection.execute(select(FEEDS.c.tags)).scalar() == ("ai",)


def test_the_longest_due_feeds_are_claimed_first_up_to_the_limit(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed(name) for name in ("셋", "하나", "둘", "나중")], now)
    for name, ago in {"셋": 1, "하나": 3, "둘": 2, "나중": -1}.items():
        work.feeds.save(claim(work, name, now), FeedState(next_poll_at=now - ago * MINUTE))

    assert [one.name for one in work.feeds.claim_due(now, MINUTE, 2)] == ["하나", "둘"]
    assert [one.name for one in work.feeds.claim_due(now, MINUTE, 2)] == ["셋"]
    assert work.feeds.claim_due(now, MINUTE, 2) == ()


def test_a_feed_without_a_next_time_is_never_due(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    work.feeds.save(claim(work, "전자", now), FeedState(health=Health.GONE, next_poll_at=None))

    assert work.feeds.claim_due(now + timedelta(days=999), MINUTE, 10) == ()
    assert work.feeds.next_due_at() is None
    assert claim(work, "전자", now).state.health is Health.GONE


def test_a_claimed_feed_is_claimed_by_nobody_else_until_its_lease_expires(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    (first,) = work.feeds.claim_due(now, MINUTE, 10)

    almost = now + MINUTE - timedelta(microseconds=1)
    assert work.feeds.claim_due(almost, MINUTE, 10) == ()
    assert work.feeds.claim_named(["전자"], almost, MINUTE) == ()
    (second,) = work.feeds.claim_due(now + MINUTE, MINUTE, 10)
    assert second.token != first.token


def test_a_named_feed_is_claimed_before_it_is_due_and_once(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed(), feed("과학")], now)
    work.feeds.save(claim(work, "전자", now), full_state(now))

    claimed = work.feeds.claim_named(["전자", "전자", "없음"], now, MINUTE)

    assert [one.name for one in claimed] == ["전자"]


def test_saving_gives_the_claim_back(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    held = claim(work, "전자", now)
    work.feeds.save(held, FeedState(next_poll_at=now))

    assert len(work.feeds.claim_due(now, MINUTE, 10)) == 1
    with pytest.raises(LeaseLostError, match="전자"):
        work.feeds.save(held, FeedState(next_poll_at=now))


def test_a_lost_claim_writes_neither_state_nor_gap(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    lost = claim(work, "전자", now)
    taken = claim(work, "전자", now + MINUTE)

    with pytest.raises(LeaseLostError):
        work.feeds.save(lost, full_state(now), Gap(now, now + MINUTE))

    work.feeds.save(taken, taken.state)
    (row,) = work.listings.feeds()
    assert (row["failures"], row["gaps"]) == (0, [])


def test_a_claim_that_expired_but_was_not_taken_may_still_write(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    late = claim(work, "전자", now - timedelta(hours=1))

    work.feeds.save(late, full_state(now))

    assert claim(work, "전자", now).state == full_state(now)


def test_releasing_makes_a_feed_claimable_and_is_harmless_if_lost(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    first = claim(work, "전자", now)
    work.feeds.release(first)
    second = claim(work, "전자", now)

    work.feeds.release(first)

    assert work.feeds.claim_named(["전자"], now, MINUTE) == ()
    work.feeds.save(second, second.state)


def test_the_next_due_time_is_the_earliest_of_the_enabled_feeds(work: SqlWork, now: datetime) -> None:
    assert work.feeds.next_due_at() is None
    work.feeds.sync([feed(), feed("과학")], now)
    work.feeds.save(claim(work, "과학", now), FeedState(next_poll_at=now + MINUTE))
    assert work.feeds.next_due_at() == now

    work.feeds.sync([feed("과학")], now)

    assert work.feeds.next_due_at() == now + MINUTE


def test_what_a_clock_in_the_future_wrote_is_counted_from_now(work: SqlWork, now: datetime) -> None:
    past = now - timedelta(hours=1)
    work.feeds.heal(now, MINUTE)
    work.feeds.sync([feed(), feed("과학"), feed("없어진 곳"), feed("새 곳")], now)
    work.feeds.save(claim(work, "전자", now), FeedState(last_polled_at=now, next_poll_at=now + 5 * MINUTE))
    work.feeds.save(claim(work, "없어진 곳", now), FeedState(next_poll_at=None))
    work.feeds.claim_named(["과학"], now, 2 * MINUTE)

    for _ in range(2):
        work.feeds.heal(past, MINUTE)

    assert work.feeds.due(past, 9) == ("새 곳",)
    assert work.feeds.claim_named(["과학"], past, MINUTE) == ()
    due = past + 5 * MINUTE
    assert {one.name for one in work.feeds.claim_due(due, MINUTE, 10)} == {"전자", "과학", "새 곳"}


def test_only_named_feeds_that_are_due_are_claimed_the_longest_due_first(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed(name) for name in "abcd"], now)
    for name, minutes in (("a", 9), ("b", 2), ("c", 1)):
        work.feeds.save(claim(work, name, now), FeedState(next_poll_at=now + minutes * MINUTE))
    assert work.feeds.due(now + 3 * MINUTE, 9) == ("d", "c", "b")
    assert work.feeds.due(now + 3 * MINUTE, 1) == ("d",)
    claimed = work.feeds.claim_due(now + 3 * MINUTE, MINUTE, 1, ["a", "b", "c"])
    assert [one.name for one in claimed] == ["c"]
    assert work.feeds.due(now + 3 * MINUTE, 9) == ("d", "b")


def test_claiming_more_names_than_one_statement_takes(work: SqlWork, now: datetime) -> None:
    names = [f"feed {number}" for number in range(2500)]
    work.feeds.sync([feed(name) for name in names], now)

    assert [one.name for one in work.feeds.claim_named(names, now, MINUTE)] == names


def test_a_twin_is_an_older_enabled_feed_with_the_same_fingerprint_and_a_shared_entry(
    work: SqlWork, now: datetime
) -> None:
    specs = [FeedSpec(name, f"https://{number}.example/") for number, name in enumerate("abc")]
    work.feeds.sync(specs, now)
    claims = work.feeds.claim_named(["a", "b", "c"], now, MINUTE)
    for claim, keys in zip(claims, (("1", "2"), ("3",), ("2",)), strict=True):
        work.feeds.save(claim, FeedState(fingerprint="f", last_keys=keys, next_poll_at=now))
    assert work.feeds.twin(claims[2].feed_id, "f", ("2", "9")) == "a"
    assert work.feeds.twin(claims[2].feed_id, "f", ("9",)) == ""
    assert work.feeds.twin(claims[2].feed_id, "other", ("2",)) == ""
    assert work.feeds.twin(claims[0].feed_id, "f", ("2",)) == ""
    assert work.feeds.twin(claims[2].feed_id, "", ("2",)) == ""
    work.feeds.sync(specs[1:], now)
    assert work.feeds.twin(claims[2].feed_id, "f", ("2",)) == ""
