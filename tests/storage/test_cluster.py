"""Who is asking which host, who schedules, which configuration all use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.pipeline.records import Published
from monitor.storage.cluster import KEPT
from tests.storage.samples import MINUTE, feed
from tests.storage.test_migrate import HEAD

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork


def test_a_host_is_busy_while_it_is_asked_and_in_the_pause_after_it(work: SqlWork, now: datetime) -> None:
    work.cluster.take_hosts({"one.example": "a", "two.example": "b"}, now, now + MINUTE)
    assert work.cluster.busy_hosts(now) == {"one.example": True, "two.example": True}

    work.cluster.free_host("one.example", "a", now, now + timedelta(seconds=1))
    work.cluster.free_host("two.example", "not b", now, now)

    assert work.cluster.busy_hosts(now) == {"one.example": False, "two.example": True}
    assert work.cluster.busy_hosts(now + timedelta(seconds=1)) == {"two.example": True}
    assert work.cluster.busy_hosts(now + MINUTE) == {}


def test_hosts_that_nobody_asks_are_forgotten(work: SqlWork, now: datetime) -> None:
    work.cluster.take_hosts({"one.example": "a"}, now, now + MINUTE)
    work.cluster.take_hosts({"two.example": "b"}, now + MINUTE, now + 2 * MINUTE)

    assert work.cluster.busy_hosts(now) == {"two.example": True}


def test_a_post_has_one_holder_until_it_is_left_or_runs_out(work: SqlWork, now: datetime) -> None:
    later = now + MINUTE
    assert work.cluster.hold("scheduler", "a", now, later)
    assert work.cluster.hold("scheduler", "a", now, later)
    assert not work.cluster.hold("scheduler", "b", now, later)

    assert work.cluster.hold("scheduler", "b", later, later + MINUTE)
    work.cluster.leave("scheduler", "a", later)
    assert not work.cluster.hold("scheduler", "a", later, later + MINUTE)
    work.cluster.leave("scheduler", "b", later)
    assert work.cluster.hold("scheduler", "a", later, later + MINUTE)
    assert work.cluster.busy_hosts(now) == {}


def test_a_configuration_has_a_new_version_when_it_changes(work: SqlWork, now: datetime) -> None:
    assert work.cluster.published() is None
    assert work.cluster.versions() == (HEAD, None)

    assert work.cluster.publish("feeds: []", now) == work.cluster.publish("feeds: []", now) == 1
    assert work.cluster.publish("feeds: [] # edited", now) == 2
    assert work.cluster.publish("feeds: []", now) == 3

    assert work.cluster.published() == Published(3, "feeds: []")
    assert work.cluster.versions() == (HEAD, 3)


def test_only_the_newest_configurations_are_kept(work: SqlWork, now: datetime) -> None:
    for number in range(KEPT + 5):
        work.cluster.publish(f"# {number}", now)

    assert work.cluster.published() == Published(KEPT + 5, f"# {KEPT + 4}")


def test_a_claim_made_elsewhere_is_prolonged_unless_it_was_lost(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    (claim,) = work.feeds.claim_named(["전자"], now, MINUTE)

    assert work.feeds.take_up(claim.feed_id, claim.token, now + 3 * MINUTE) == claim
    assert work.feeds.claim_named(["전자"], now + 2 * MINUTE, MINUTE) == ()
    assert work.feeds.take_up(claim.feed_id, "another", now + 3 * MINUTE) is None
    work.feeds.release_token(claim.feed_id, claim.token)
    assert work.feeds.take_up(claim.feed_id, claim.token, now + 3 * MINUTE) is None


def test_a_feed_that_is_no_longer_polled_is_not_taken_up(work: SqlWork, now: datetime) -> None:
    work.feeds.sync([feed()], now)
    (claim,) = work.feeds.claim_named(["전자"], now, MINUTE)
    work.feeds.sync([], now)

    assert work.feeds.take_up(claim.feed_id, claim.token, now + MINUTE) is None
