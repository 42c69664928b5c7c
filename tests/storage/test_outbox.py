"""The outbox: every sentence of `ports.Outbox`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from monitor.core.alerting import Reason, State
from monitor.core.errors import LeaseLostError
from monitor.pipeline.records import AlertContent, AlertDraft, Attempt, DeliveryDraft, HitView, Lane, LeasedDelivery
from tests.storage.samples import DESK, MINUTE, article, draft, feed_id_of, match

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.storage.storage import SqlWork

MAIL = Lane("mail", "desk@example.com")
PATIENCE = 3


def lease(work: SqlWork, now: datetime, lane: Lane = DESK) -> LeasedDelivery:
    leased = work.outbox.lease_next(lane, now, MINUTE, PATIENCE)
    assert leased is not None
    return leased


def attempt(now: datetime, outcome: str = "sent") -> Attempt:
    return Attempt(started_at=now, duration_s=1.5, outcome=outcome, detail="HTTP 200")


def add(work: SqlWork, key: str, now: datetime, lane: Lane = DESK) -> int:
    alert_id = work.outbox.add_alert(draft(key, now, [lane]), now)
    assert alert_id is not None
    return alert_id


def test_an_alert_is_stored_with_hits_notes_and_deliveries(work: SqlWork, now: datetime) -> None:
    feed_id = feed_id_of(work, "전자", now)
    first, _ = work.articles.add(article("one"), now)
    second, _ = work.articles.add(article("two"), now)
    work.articles.link(feed_id, {"1": first, "2": second}, now)
    (old,) = work.articles.add_hits(first, [match()], now)
    (new,) = work.articles.add_hits(second, [match()], now)
    deliveries = (
        DeliveryDraft("desk", "", now),
        DeliveryDraft("mail", "desk@example.com", now, State.SUPPRESSED, "silenced"),
    )
    alert = AlertDraft("key", Reason.UPDATED, "반도체", (new.id, old.id), ("메모", "둘째"), deliveries)

    alert_id = work.outbox.add_alert(alert, now)

    assert alert_id is not None
    carried = ("전자",)
    assert work.outbox.content(alert_id) == AlertContent(
        alert_id=alert_id,
        reason=Reason.UPDATED,
        watchlist="반도체",
        created_at=now,
        hits=(
            HitView("반도체", replace(article("two"), feeds=carried), match().spans, "짧다"),
            HitView("반도체", replace(article("one"), feeds=carried), match().spans, "짧다"),
        ),
        notes=("메모", "둘째"),
    )
    rows = {row["channel"]: row for row in work.listings.deliveries()}
    assert (rows["desk"]["state"], rows["desk"]["reason"], rows["desk"]["attempts"]) == ("pending", "", 0)
    assert (rows["mail"]["state"], rows["mail"]["reason"]) == ("suppressed", "silenced")


def test_a_second_alert_with_a_key_stores_nothing(work: SqlWork, now: datetime) -> None:
    add(work, "key", now)

    assert work.outbox.add_alert(draft("key", now, [MAIL]), now) is None
    assert len(work.listings.alerts()) == len(work.listings.deliveries()) == 1


def test_an_alert_without_deliveries_is_stored(work: SqlWork, now: datetime) -> None:
    alert_id = work.outbox.add_alert(AlertDraft("quiet", Reason.TEST), now)

    assert alert_id is not None
    assert work.outbox.content(alert_id) == AlertContent(alert_id, Reason.TEST, "", now)


def test_attaching_a_hit_twice_keeps_it_once_in_its_place(work: SqlWork, now: datetime) -> None:
    article_id, _ = work.articles.add(article(), now)
    hits = work.articles.add_hits(article_id, [match("하나"), match("둘"), match("셋")], now)
    alert_id = add(work, "key", now)

    work.outbox.attach(alert_id, [hits[2].id, hits[0].id], ["첫째"])
    work.outbox.attach(alert_id, [hits[0].id, hits[1].id, hits[2].id], ["둘째"])
    work.outbox.attach(alert_id)

    content = work.outbox.content(alert_id)
    assert [hit.watchlist for hit in content.hits] == ["셋", "하나", "둘"]
    assert content.notes == ("첫째", "둘째")


def digest(key: str, due_at: datetime, lanes: tuple[Lane, ...] = (DESK,)) -> AlertDraft:
    return AlertDraft(
        key, Reason.DIGEST, deliveries=tuple(DeliveryDraft(lane.channel, lane.recipient, due_at) for lane in lanes)
    )


def test_the_newest_waiting_alert_of_a_reason_and_channel_gathers(work: SqlWork, now: datetime) -> None:
    later = now + MINUTE
    two_desks = (DESK, Lane("desk", "second"))
    work.outbox.add_alert(digest("old", later), now)
    newest = work.outbox.add_alert(digest("newest", later, two_desks), now)
    work.outbox.add_alert(digest("due", now), now)
    work.outbox.add_alert(digest("both channels", later, (DESK, MAIL)), now)
    work.outbox.add_alert(replace(digest("other reason", later), reason=Reason.NOTICE), now)
    mail = work.outbox.add_alert(digest("mail", later, (MAIL,)), now)

    assert work.outbox.gathering(Reason.DIGEST, "desk", now) == newest
    assert work.outbox.gathering(Reason.DIGEST, "mail", now) == mail
    assert work.outbox.gathering(Reason.DIGEST, "none", now) is None
    assert work.outbox.gathering(Reason.DIGEST, "desk", later) is None


def test_an_alert_with_one_delivery_under_way_gathers_no_more(work: SqlWork, now: datetime) -> None:
    second = Lane("desk", "second")
    work.outbox.add_alert(digest("key", now, (DESK, second)), now)
    taken = lease(work, now, second)
    work.outbox.postpone(DESK, now + MINUTE)

    assert work.outbox.gathering(Reason.DIGEST, "desk", now) is None
    work.outbox.finish(taken, None, State.PENDING, "", now + MINUTE)
    assert work.outbox.gathering(Reason.DIGEST, "desk", now) is not None


def test_releasing_makes_waiting_deliveries_of_a_reason_due(work: SqlWork, now: datetime) -> None:
    work.outbox.add_alert(digest("held", now + MINUTE, (DESK, MAIL)), now)
    work.outbox.add_alert(digest("due", now), now)
    work.outbox.add_alert(replace(digest("other", now + MINUTE), reason=Reason.NOTICE), now)

    assert work.outbox.release(Reason.DIGEST, now) == 2
    assert work.outbox.due_lanes(now) == (DESK, MAIL)
    assert work.outbox.release(Reason.DIGEST, now) == 0
    assert work.outbox.gathering(Reason.NOTICE, "desk", now) is not None


def test_lanes_are_due_with_a_due_delivery_and_none_under_a_live_lease(work: SqlWork, now: datetime) -> None:
    add(work, "mail", now, MAIL)
    add(work, "desk", now)
    add(work, "desk, the next", now)
    work.outbox.add_alert(digest("later", now + MINUTE, (Lane("later", ""),)), now)
    assert work.outbox.due_lanes(now) == (MAIL, DESK)

    lease(work, now)
    assert work.outbox.due_lanes(now) == (MAIL,)
    assert work.outbox.due_lanes(now + MINUTE) == (MAIL, DESK, Lane("later", ""))


def test_recipients_of_a_channel_have_lanes_of_their_own(work: SqlWork, now: datetime) -> None:
    other = Lane("mail", "boss@example.com")
    work.outbox.add_alert(draft("key", now, [MAIL, other]), now)
    lease(work, now, MAIL)

    assert work.outbox.due_lanes(now) == (other,)


def test_the_next_due_time_is_that_of_a_delivery_or_the_end_of_a_lease(work: SqlWork, now: datetime) -> None:
    assert work.outbox.next_due_at() is None
    add(work, "key", now)
    assert work.outbox.next_due_at() == now

    leased = lease(work, now)
    assert work.outbox.next_due_at() == now + MINUTE
    work.outbox.postpone(DESK, now + 5 * MINUTE)
    assert work.outbox.next_due_at() == now + 5 * MINUTE

    work.outbox.finish(leased, None, State.SENT, "", now)
    assert work.outbox.next_due_at() is None


def test_the_oldest_due_delivery_is_leased_and_no_second_of_its_lane(work: SqlWork, now: datetime) -> None:
    held = work.outbox.add_alert(digest("held", now + MINUTE), now)
    first = add(work, "first", now)
    add(work, "second", now)

    leased = lease(work, now)

    assert leased == LeasedDelivery(leased.id, first, DESK, leased.token, 0, now)
    assert work.outbox.lease_next(DESK, now, MINUTE, PATIENCE) is None
    work.outbox.finish(leased, None, State.SENT, "", now)
    assert lease(work, now + MINUTE).alert_id == held


def test_nothing_due_leases_nothing(work: SqlWork, now: datetime) -> None:
    work.outbox.add_alert(digest("held", now + MINUTE), now)

    assert work.outbox.lease_next(DESK, now, MINUTE, PATIENCE) is None
    assert work.outbox.lease_next(MAIL, now + MINUTE, MINUTE, PATIENCE) is None


def test_a_delivery_tried_too_often_comes_after_all_others(work: SqlWork, now: datetime) -> None:
    poison, good = add(work, "poison", now), add(work, "good", now)
    for _ in range(PATIENCE):
        leased = lease(work, now)
        assert leased.alert_id == poison
        work.outbox.finish(leased, attempt(now, "failed"), State.PENDING, "HTTP 500", now)

    leased = lease(work, now)
    assert leased.alert_id == good
    work.outbox.finish(leased, attempt(now), State.SENT, "", now)
    again = lease(work, now)
    assert (again.alert_id, again.attempts) == (poison, PATIENCE)


def test_an_expired_lease_is_leased_again_and_counts_as_a_try(
    work: SqlWork, now: datetime, connection: Connection
) -> None:
    add(work, "key", now)
    lost = lease(work, now)
    assert work.outbox.lease_next(DESK, now + MINUTE - timedelta(seconds=1), MINUTE, PATIENCE) is None

    again = lease(work, now + MINUTE)

    assert (again.id, again.attempts) == (lost.id, 1)
    assert again.token != lost.token
    assert connection.execute(text("SELECT outcome FROM attempts")).scalars().all() == ["lost"]


def test_an_outcome_is_written_with_its_attempt(work: SqlWork, now: datetime, connection: Connection) -> None:
    add(work, "key", now)

    work.outbox.finish(lease(work, now), attempt(now), State.SENT, "", now)

    (row,) = work.listings.deliveries()
    assert (row["state"], row["attempts"]) == ("sent", 1)
    assert row["sent_at"] == (now + timedelta(seconds=1.5)).isoformat()
    tried = connection.execute(text("SELECT duration_s, outcome, detail FROM attempts")).one()
    assert tuple(tried) == (1.5, "sent", "HTTP 200")
    assert work.outbox.lease_next(DESK, now + timedelta(days=1), MINUTE, PATIENCE) is None


def test_pending_means_again_at_its_due_time(work: SqlWork, now: datetime) -> None:
    add(work, "key", now)

    work.outbox.finish(lease(work, now), attempt(now, "failed"), State.PENDING, "HTTP 503", now + MINUTE)

    assert work.outbox.lease_next(DESK, now, MINUTE, PATIENCE) is None
    (row,) = work.listings.deliveries()
    assert (row["state"], row["reason"], row["sent_at"]) == ("pending", "HTTP 503", None)
    assert lease(work, now + MINUTE).attempts == 1


def test_giving_back_without_a_try_counts_none(work: SqlWork, now: datetime, connection: Connection) -> None:
    add(work, "key", now)

    work.outbox.finish(lease(work, now), None, State.PENDING, "", now)

    assert lease(work, now).attempts == 0
    assert connection.execute(text("SELECT count(*) FROM attempts")).scalar() == 0


def test_a_lost_lease_writes_nothing(work: SqlWork, now: datetime, connection: Connection) -> None:
    add(work, "key", now)
    lost = lease(work, now)
    taken = lease(work, now + MINUTE)

    with pytest.raises(LeaseLostError, match=f"delivery {lost.id}"):
        work.outbox.finish(lost, attempt(now), State.SENT, "", now)

    assert connection.execute(text("SELECT outcome FROM attempts")).scalars().all() == ["lost"]
    work.outbox.finish(taken, None, State.SENT, "", now)
    with pytest.raises(LeaseLostError):
        work.outbox.finish(taken, None, State.SENT, "", now)


def test_a_try_cannot_end_as_leased(work: SqlWork, now: datetime) -> None:
    add(work, "key", now)

    with pytest.raises(ValueError, match="leased"):
        work.outbox.finish(lease(work, now), None, State.LEASED, "", now)


def test_postponing_holds_a_lane_and_no_other(work: SqlWork, now: datetime) -> None:
    add(work, "one", now)
    add(work, "two", now)
    add(work, "mail", now, MAIL)
    work.outbox.add_alert(digest("later", now + 9 * MINUTE), now)

    work.outbox.postpone(DESK, now + 5 * MINUTE)

    assert work.outbox.due_lanes(now) == (MAIL,)
    assert work.outbox.due_lanes(now + 5 * MINUTE) == (DESK, MAIL)
    assert work.outbox.gathering(Reason.DIGEST, "desk", now + 8 * MINUTE) is not None


def test_a_lease_that_expires_does_not_lift_a_postponement(work: SqlWork, now: datetime) -> None:
    add(work, "key", now)
    lease(work, now)
    work.outbox.postpone(DESK, now + 5 * MINUTE)

    assert work.outbox.due_lanes(now + MINUTE) == ()
    assert work.outbox.lease_next(DESK, now + MINUTE, MINUTE, PATIENCE) is None
    assert lease(work, now + 5 * MINUTE).attempts == 1


def test_dead_and_suppressed_deliveries_can_be_retried(work: SqlWork, now: datetime) -> None:
    ids = {}
    for state in (State.DEAD, State.SUPPRESSED, State.SENT):
        add(work, state.value, now)
        leased = lease(work, now)
        work.outbox.finish(leased, attempt(now, "failed"), state, "gone", now)
        ids[state] = leased.id
    add(work, "pending", now + MINUTE)

    everything = [99, ids[State.SUPPRESSED], ids[State.SENT], ids[State.DEAD], ids[State.DEAD]]
    changed = work.outbox.retry(everything, now + MINUTE)

    assert changed == (ids[State.SUPPRESSED], ids[State.DEAD])
    assert work.outbox.retry(everything, now) == ()
    again = lease(work, now + MINUTE)
    assert (again.id, again.attempts) == (ids[State.DEAD], 0)
    assert work.outbox.counts() == {"pending": 2, "leased": 1, "sent": 1, "dead": 0, "suppressed": 0}


def test_what_a_clock_in_the_future_wrote_waits_no_longer_than_it_may_but_a_digest_keeps_its_hour(
    work: SqlWork, now: datetime
) -> None:
    past, morning = now - timedelta(hours=1), now + timedelta(hours=8)
    add(work, "tried", now)
    work.outbox.finish(lease(work, now), attempt(now, "failed"), State.PENDING, "", now + MINUTE)
    add(work, "leased", now, MAIL)
    lease(work, now, MAIL)
    add(work, "due at once", now, Lane("new", ""))
    work.outbox.add_alert(digest("digest", morning, (Lane("digest", ""),)), now)

    for _ in range(2):
        work.outbox.heal(past, MINUTE, 10 * MINUTE)

    assert work.outbox.due_lanes(past) == (Lane("new", ""),)
    assert set(work.outbox.due_lanes(past + 10 * MINUTE)) == {DESK, MAIL, Lane("new", "")}
    assert Lane("digest", "") not in work.outbox.due_lanes(morning - timedelta(seconds=1))
    assert Lane("digest", "") in work.outbox.due_lanes(morning)


def test_a_first_report_that_waits_is_moved_with_a_clock_that_is_set_back_and_keeps_its_wait(
    work: SqlWork, now: datetime
) -> None:
    past = now - timedelta(hours=1)
    work.outbox.add_alert(replace(digest("waiting", now + 2 * MINUTE), reason=Reason.FIRST_REPORT), now)

    for _ in range(2):
        work.outbox.heal(past, MINUTE, 10 * MINUTE)

    assert work.outbox.due_lanes(past + MINUTE) == ()
    assert work.outbox.due_lanes(past + 2 * MINUTE) == (DESK,)


def test_what_waits_for_the_end_of_the_quiet_hours_keeps_its_hour(work: SqlWork, now: datetime) -> None:
    morning = now + timedelta(hours=8)
    work.outbox.add_alert(replace(digest("night", morning), reason=Reason.QUIET), now)
    work.outbox.heal(now - timedelta(hours=1), MINUTE, 10 * MINUTE)
    assert work.outbox.next_due_at() == morning


def test_a_start_with_a_right_clock_calls_nobody_sooner_than_was_asked_for(work: SqlWork, now: datetime) -> None:
    add(work, "throttled", now)
    work.outbox.finish(lease(work, now), attempt(now, "429"), State.PENDING, "", now + timedelta(hours=1))
    work.outbox.heal(now + MINUTE, MINUTE, 10 * MINUTE)
    assert work.outbox.next_due_at() == now + timedelta(hours=1)


def test_what_waits_behind_a_try_of_a_wrong_clock_is_moved_with_it(work: SqlWork, now: datetime) -> None:
    future, morning = now + timedelta(days=3650), now + timedelta(hours=8)
    add(work, "tried", now)
    add(work, "behind", now)
    work.outbox.add_alert(digest("digest", morning, (DESK,)), now)
    until = future + MINUTE
    work.outbox.finish(lease(work, future), attempt(future, "503"), State.PENDING, "", until)
    work.outbox.postpone(DESK, until)

    work.outbox.heal(now, MINUTE, 10 * MINUTE)

    assert work.outbox.next_due_at() == now + 10 * MINUTE
    for _ in range(3):
        work.outbox.finish(lease(work, now + 10 * MINUTE), None, State.SENT, "", now)
    assert work.outbox.next_due_at() is None


def test_a_new_delivery_waits_with_its_lane_after_a_failed_try(work: SqlWork, now: datetime) -> None:
    add(work, "first", now)
    work.outbox.finish(lease(work, now), attempt(now, "429"), State.PENDING, "", now + 5 * MINUTE)
    add(work, "second", now + MINUTE)
    add(work, "other", now + MINUTE, MAIL)
    assert work.outbox.due_lanes(now + 4 * MINUTE) == (MAIL,)
    assert work.outbox.due_lanes(now + 5 * MINUTE) == (DESK, MAIL)


def test_a_lease_knows_how_many_tries_may_have_arrived(work: SqlWork, now: datetime) -> None:
    add(work, "a", now)
    for outcome in ("temporary", "ambiguous", "ambiguous"):
        work.outbox.finish(lease(work, now), attempt(now, outcome), State.PENDING, "", now)
    leased = lease(work, now)
    assert (leased.attempts, leased.unanswered) == (3, 2)
