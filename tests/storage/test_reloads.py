from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.alerting import Reason, State
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Article, Match
from monitor.core.matching.version import Definition
from monitor.core.spikes.model import HOUR, Judgement, Turn, TurnKind
from monitor.pipeline.records import AlertDraft, DeliveryDraft, Lane, Reload

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork

DESK, MAIL = Lane("desk", ""), Lane("mail", "a@x.kr")


def hit(work: SqlWork, number: int, watchlist: str, now: datetime) -> int:
    article_id, _ = work.articles.add(Article(f"i{number}", "", f"제목 {number}"), now)
    return work.articles.add_hits(article_id, [Match(watchlist, ())], now)[0].id


def told(work: SqlWork, key: str, watchlist: str, now: datetime, *, due_at: datetime | None = None) -> None:
    deliveries = tuple(DeliveryDraft(lane.channel, lane.recipient, due_at or now) for lane in (DESK, MAIL))
    work.outbox.add_alert(AlertDraft(key, Reason.FIRST_REPORT, watchlist, story_id=1, deliveries=deliveries), now)


def test_a_new_database_knows_of_no_reading(work: SqlWork) -> None:
    assert work.reloads.state() == Reload()


def test_asking_and_answering_keep_what_the_other_wrote(work: SqlWork, now: datetime) -> None:
    later = now + timedelta(seconds=1)
    work.reloads.answer(now, "3:1: 틀림", now)
    work.reloads.ask(later)
    assert work.reloads.state() == Reload(later, now, "3:1: 틀림", now)
    work.reloads.answer(later)
    assert work.reloads.state() == Reload(later, later)


def test_a_renamed_channel_takes_its_deliveries_with_it_in_every_state(work: SqlWork, now: datetime) -> None:
    told(work, "a", "가", now)
    told(work, "b", "가", now)
    work.silences.add(Matchers(channel="mail"), "", now, now + timedelta(hours=1))
    leased = work.outbox.lease_next(MAIL, now, timedelta(minutes=1), 9)
    assert leased is not None
    draft = DeliveryDraft("post", MAIL.recipient, now)
    work.outbox.add_alert(AlertDraft("c", Reason.FIRST_REPORT, "가", story_id=1, deliveries=(draft,)), now)

    work.reloads.rename_channel("mail", "post")

    rows = work.listings.deliveries()
    assert sorted(str(row["channel"]) for row in rows) == ["desk", "desk", "post", "post", "post"]
    assert {row["state"] for row in rows if row["id"] == leased.id} == {"leased"}
    assert [one.matchers.channel for one in work.silences.live(now)] == ["post"]


def test_a_delivery_that_the_new_name_has_already_keeps_the_old_one_as_it_is(work: SqlWork, now: datetime) -> None:
    drafts = tuple(DeliveryDraft(channel, "", now) for channel in ("desk", "tisch"))
    work.outbox.add_alert(AlertDraft("a", Reason.FIRST_REPORT, "가", story_id=1, deliveries=drafts), now)
    work.reloads.rename_channel("desk", "tisch")
    assert sorted(str(row["channel"]) for row in work.listings.deliveries()) == ["desk", "tisch"]


def test_pending_deliveries_of_other_lanes_are_suppressed_and_can_be_restored_as_they_were(
    work: SqlWork, now: datetime
) -> None:
    digest_at = now + timedelta(hours=9)
    told(work, "a", "가", now, due_at=digest_at)
    told(work, "b", "가", now)
    leased = work.outbox.lease_next(MAIL, now, timedelta(minutes=1), 9)
    assert leased is not None

    gone = work.reloads.suppress_others({DESK}, "channel removed")

    states = {row["id"]: (row["channel"], row["state"], row["reason"]) for row in work.listings.deliveries()}
    assert [states[number] for number in gone] == [("mail", "suppressed", "channel removed")]
    assert states[leased.id] == ("mail", "leased", "")
    assert work.outbox.next_due_at() == now
    assert work.reloads.restore(gone, {DESK}, "channel removed") == 0
    assert work.reloads.restore(gone, {MAIL}, "another reason") == 0
    assert work.reloads.restore(gone, {MAIL}, "channel removed") == 1
    assert work.outbox.counts()["suppressed"] == 0
    work.outbox.finish(leased, None, State.SENT, "", now)
    work.outbox.release(Reason.FIRST_REPORT, now)
    assert work.outbox.lease_next(MAIL, digest_at, timedelta(minutes=1), 9) is not None


def test_nothing_to_suppress_or_restore_is_no_fault(work: SqlWork) -> None:
    assert work.reloads.suppress_others((), "channel removed") == ()
    assert work.reloads.restore((), (), "channel removed") == 0


def test_all_that_a_watchlist_has_goes_to_its_new_name(work: SqlWork, now: datetime) -> None:
    hit(work, 1, "가_", now)
    hit(work, 2, "가_나", now)
    told(work, "가_\n1", "가_", now)
    told(work, "가_\n1\n2", "가_", now)
    told(work, "가_나\n1", "가_나", now)
    judged = Judgement(3 * HOUR, 14, 2.2, 1e-6)
    work.rates.begin(Turn(TurnKind.SPIKE, "가_", now, judged))
    work.versions.sync({"가_": Definition("{}")}, now)
    work.silences.add(Matchers(watchlist="가_"), "", now, now + HOUR)

    work.reloads.rename("가_", "다")

    assert {row["watchlist"] for row in work.listings.hits()} == {"다", "가_나"}
    assert sorted(str(row["watchlist"]) for row in work.listings.alerts()) == ["가_나", "다", "다"]
    told(work, "다\n1", "다", now)
    told(work, "다\n1\n2", "다", now)
    assert len(work.listings.alerts()) == 3
    assert [turn.watchlist for turn in work.rates.open_turns()] == ["다"]
    assert list(work.versions.in_force()) == ["다"]
    assert work.silences.live(now)[0].matchers.watchlist == "다"


def test_what_the_new_name_has_already_stays_as_it_is(work: SqlWork, now: datetime) -> None:
    article_id, _ = work.articles.add(Article("i", "", "제목"), now)
    work.articles.add_hits(article_id, [Match("가", ()), Match("나", ())], now)
    told(work, "가\n1", "가", now)
    told(work, "나\n1", "나", now)
    work.versions.sync({"가": Definition("{}"), "나": Definition("{}")}, now)
    judged = Judgement(3 * HOUR, 14, 2.2, 1e-6)
    for name in ("가", "나"):
        work.rates.begin(Turn(TurnKind.SPIKE, name, now, judged))

    work.reloads.rename("가", "나")

    assert sorted(str(row["watchlist"]) for row in work.listings.hits()) == ["가", "나"]
    assert sorted(str(row["watchlist"]) for row in work.listings.alerts()) == ["가", "나"]
    assert sorted(turn.watchlist for turn in work.rates.open_turns()) == ["가", "나"]
    assert sorted(work.versions.in_force()) == ["가", "나"]
