from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.alerting.model import FirstPoll
from monitor.core.article import Entry
from monitor.core.errors import StorageError
from monitor.pipeline.keep import revision
from monitor.pipeline.poll import poll_feed
from monitor.pipeline.records import FeedSpec, NotModified, StoredArticle
from monitor.pipeline.sweep import LEASE
from monitor.storage.articles import SqlArticles
from tests.fakes.reader import article, entry, fresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.world import World

E1 = "전자신문"


async def test_a_poll_stores_articles_hits_and_deliveries_together(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(2, "날씨"), entry(1, "딥시크 새 모델")))
    summary = await world.poll(E1)
    assert (summary.fetched, summary.articles_new, summary.hits_new, summary.alerts) == (1, 2, 1, 1)
    (hit,) = await world.look(lambda work: work.listings.hits())
    assert (hit["watchlist"], hit["title"]) == ("딥시크", "딥시크 새 모델")
    deliveries = await world.look(lambda work: work.listings.deliveries())
    assert sorted((row["channel"], row["recipient"], row["state"]) for row in deliveries) == [
        ("desk", "", "pending"),
        ("mail", "a@x.kr", "pending"),
        ("mail", "b@x.kr", "pending"),
    ]


async def test_a_second_poll_of_the_same_entries_is_quiet(world: World) -> None:
    answer = fresh(entry(1, "딥시크 새 모델"))
    world.reader.will_answer(E1, answer, answer)
    await world.poll(E1)
    summary = await world.poll(E1)
    assert (summary.fetched, summary.articles_new, summary.hits_new, summary.alerts, summary.gaps) == (1, 0, 0, 0, 0)


async def test_the_validators_of_the_last_answer_go_with_the_next_request(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "가"), etag='W/"7"'), NotModified(last_modified="Mon"), NotModified())
    for _ in range(3):
        await world.poll(E1)
    assert [request.etag for request in world.reader.requests] == ["", 'W/"7"', 'W/"7"']
    assert [request.last_modified for request in world.reader.requests] == ["", "", "Mon"]
    summary = await world.poll(E1)
    assert (summary.not_modified, summary.fetched) == (1, 0)


async def test_a_body_that_came_cut_off_is_asked_for_again_in_full(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "딥시크"), complete=False))
    await world.poll(E1)
    await world.poll(E1)
    assert (world.reader.requests[1].etag, world.reader.requests[1].body_hash) == ("", "")


async def test_a_failed_commit_keeps_nothing_and_advances_no_validator(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "딥시크 새 모델")))
    (claim,) = await world.storage.write(lambda work: work.feeds.claim_named((E1,), world.clock.now(), LEASE))

    def full(*_: object) -> None:
        raise StorageError("the disk is full", "free some space")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.pipeline.tell.put", full)
        with pytest.raises(StorageError):
            await poll_feed(world.poller, claim)
    assert await world.look(lambda work: (work.listings.articles(), work.listings.hits())) == ([], [])
    world.clock.advance(LEASE)
    world.reader.will_answer(E1, fresh(entry(1, "딥시크 새 모델")))
    summary = await world.poll(E1)
    assert (world.reader.requests[-1].etag, summary.articles_new, summary.alerts) == ("", 1, 1)


async def test_a_fault_of_ours_is_a_failure_of_the_feed_and_nothing_is_lost(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.matcher.faults.append(ZeroDivisionError())
    answer = fresh(entry(1, "딥시크 새 모델"))
    world.reader.will_answer(E1, answer, answer)
    summary = await world.poll(E1)
    assert summary.failures == ((E1, "internal fault: ZeroDivisionError"),)
    assert "a fault of ours" in caplog.text
    assert (await world.poll(E1)).alerts == 1


async def test_a_poll_whose_claim_was_taken_over_writes_nothing(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "딥시크 새 모델")))
    claim_at = world.clock.now()
    (stale,) = await world.storage.write(lambda work: work.feeds.claim_named((E1,), claim_at, LEASE))
    world.clock.advance(LEASE + timedelta(seconds=1))
    await world.storage.write(lambda work: work.feeds.claim_named((E1,), world.clock.now(), LEASE))
    summary = await poll_feed(world.poller, stale)
    assert summary.failed == 1
    assert await world.look(lambda work: work.listings.articles()) == []


async def test_a_feed_s_own_interval_wins_over_the_default(world: World) -> None:
    specs = {E1: FeedSpec(E1, "https://0.example/rss", every=timedelta(hours=3))}
    world.poller = replace(world.poller, specs=specs)
    await world.poll(E1)
    feeds = {row["name"]: row for row in await world.look(lambda work: work.listings.feeds())}
    assert str(feeds[E1]["next_poll_at"]).startswith("2025-01-27T03:00")


async def test_the_same_article_from_two_feeds_with_another_guid_and_title_is_one_alert(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "딥시크 새 모델", key="a")))
    world.reader.will_answer("보안", fresh(entry(1, "[속보] 딥시크 새 모델", key="b", feed="보안")))
    assert (await world.poll(E1)).alerts == 1
    summary = await world.poll("보안")
    assert (summary.articles_new, summary.hits_new, summary.alerts) == (0, 0, 0)
    (stored,) = await world.look(lambda work: work.listings.articles())
    assert stored["feeds"] == [E1, "보안"]


async def test_one_body_that_holds_an_article_twice_stores_it_once(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "딥시크", key="a"), entry(1, "딥시크 새 모델", key="b")))
    summary = await world.poll(E1)
    assert (summary.articles_new, summary.alerts) == (1, 1)


async def test_another_feed_can_bring_an_article_into_another_watchlist_s_scope(world: World) -> None:
    world.reader.will_answer("보안", fresh(entry(1, "수출통제 강화", key="a", feed="보안")))
    world.reader.will_answer(E1, fresh(entry(1, "수출통제 강화", key="b")))
    world.matcher.words = ("수출통제",)
    assert (await world.poll("보안")).hits_new == 0
    world.matcher.words = ("강화", "수출통제")
    assert (await world.poll(E1)).hits_new == 1


async def test_a_revised_title_that_hits_is_an_update_and_the_old_title_is_kept(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "[속보] 새 모델")), fresh(entry(1, "딥시크 새 모델")))
    await world.poll(E1)
    summary = await world.poll(E1)
    assert (summary.articles_new, summary.hits_new, summary.alerts) == (0, 1, 1)
    (alert,) = await world.look(lambda work: work.listings.alerts())
    assert alert["reason"] == "updated"
    (stored,) = await world.look(lambda work: work.listings.articles())
    assert stored["title"] == "딥시크 새 모델"
    assert stored["revisions"] != []


@pytest.mark.parametrize(
    ("earlier", "title", "summary", "expected"),
    [
        ((), "제목", "요약", None),
        ((), "제목", "긴 요약이다", ("제목", "긴 요약이다")),
        ((), "새 제목", "짧", ("새 제목", "요약")),
        (("새 제목",), "새 제목", "", None),
        ((), "", "", None),
    ],
    ids=["same", "longer text", "new title", "a title it had before", "nothing"],
)
def test_titles_change_forward_and_texts_only_grow(
    earlier: tuple[str, ...], title: str, summary: str, expected: tuple[str, str] | None
) -> None:
    stored = StoredArticle(1, article(1, "제목", summary="요약"), earlier_titles=earlier)
    revised = revision(stored, article(1, title, summary=summary))
    assert (revised and (revised.title, revised.summary)) == expected


async def test_a_first_poll_of_fifty_old_entries_is_one_summary_a_channel(world: World) -> None:
    world.with_first_poll(FirstPoll.SUMMARY)
    world.reader.will_answer(E1, fresh(*(entry(n, f"딥시크 {n}") for n in range(50))))
    world.reader.will_answer("보안", fresh(*(entry(n, f"딥시크 {n}", feed="보안") for n in range(50, 60))))
    assert (await world.poll(E1)).alerts == 2
    assert (await world.poll("보안")).alerts == 0
    world.clock.advance(61)
    await world.deliver()
    assert sorted((lane.channel, lane.recipient, len(content.hits)) for lane, content in world.notifier.sent) == [
        ("desk", "", 60),
        ("mail", "a@x.kr", 60),
        ("mail", "b@x.kr", 60),
    ]


async def test_articles_far_older_than_the_poll_are_summarised_and_not_lost(world: World) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "가")))
    await world.poll(E1)
    old = [
        Entry(str(n), article(n, f"딥시크 {n}", published_at=world.clock.now() - timedelta(days=40)))
        for n in range(2, 52)
    ]
    world.reader.will_answer(E1, fresh(entry(1, "가"), *old))
    summary = await world.poll(E1)
    assert (summary.hits_new, summary.alerts) == (50, 2)
    world.clock.advance(61)
    await world.deliver()
    assert len(world.notifier.titles("desk")) == 50


async def test_alerts_come_in_the_order_of_publication(world: World) -> None:
    now = world.clock.now()
    entries = [Entry(str(n), article(n, f"딥시크 {n}", published_at=now - timedelta(minutes=n))) for n in (1, 5, 3)]
    world.reader.will_answer(E1, fresh(*entries))
    await world.poll(E1)
    await world.deliver()
    assert world.notifier.titles("desk") == ["딥시크 5", "딥시크 3", "딥시크 1"]


async def test_a_fault_of_ours_while_reading_is_a_failure_of_that_feed_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.reader.will_answer(E1, UnicodeError("label empty or too long"))
    summary = await world.poll()
    assert (summary.feeds, summary.failed, summary.not_modified) == (2, 1, 1)
    assert "a fault of ours while reading feed 전자신문" in caplog.text
    feeds = {row["name"]: row for row in await world.look(lambda work: work.listings.feeds())}
    assert (feeds[E1]["failures"], feeds[E1]["last_error"]) == (1, "internal fault: UnicodeError")


async def test_a_feed_that_numbers_its_entries_by_rank_loses_no_article(world: World) -> None:
    world.reader.will_answer(
        E1,
        fresh(entry(1, "딥시크 어제 소식", key="1"), entry(2, "딥시크 어제 둘째", key="2")),
        fresh(entry(11, "딥시크 오늘 새 모델", key="1"), entry(12, "수출통제 오늘 강화", key="2")),
        fresh(entry(11, "딥시크 오늘 새 모델", key="1"), entry(12, "수출통제 오늘 강화", key="2")),
    )
    assert [(await world.poll(E1)).articles_new for _ in range(3)] == [2, 2, 0]
    stored = await world.look(lambda work: work.listings.articles())
    assert sorted((row["url"], row["title"]) for row in stored) == [
        ("https://news.example/1", "딥시크 어제 소식"),
        ("https://news.example/11", "딥시크 오늘 새 모델"),
        ("https://news.example/12", "수출통제 오늘 강화"),
        ("https://news.example/2", "딥시크 어제 둘째"),
    ]


async def test_an_entry_that_was_stored_as_it_is_costs_no_look_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[list[str]] = []
    find = SqlArticles.find

    def counted(articles: SqlArticles, feed_id: int, entries: Sequence[Entry]) -> dict[str, StoredArticle]:
        looked_up.append([entry.key for entry in entries])
        return find(articles, feed_id, entries)

    monkeypatch.setattr(SqlArticles, "find", counted)
    one, two = entry(1, "가"), entry(2, "나")
    changed = Entry("1", replace(one.article, title="가 종합"))
    world.reader.will_answer(E1, fresh(one, two), fresh(one, two), fresh(changed, two), fresh(changed, two, one))
    for _ in range(4):
        await world.poll(E1)
    assert looked_up == [["1", "2"], [], ["1"], ["1"]]


async def test_what_a_failed_commit_brought_is_not_taken_for_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.reader.will_answer(E1, fresh(entry(1, "가")), *[fresh(entry(1, "가"), entry(2, "딥시크"))] * 2)
    await world.poll(E1)
    with monkeypatch.context() as patch:
        patch.setattr("monitor.pipeline.tell.put", lambda *_: 1 / 0)
        assert (await world.poll(E1)).failed == 1
    assert (await world.poll(E1)).articles_new == 1


async def test_a_hit_remembers_the_definition_that_found_it_also_after_a_revision(world: World) -> None:
    world.poller = replace(world.poller, versions={"딥시크": "v1"})
    world.reader.will_answer(E1, fresh(entry(1, "딥시크 새 모델")), fresh(entry(1, "딥시크, 새 모델 공개")))
    await world.poll(E1)
    (hit,) = await world.look(lambda work: work.listings.hits())
    assert hit["version"] == "v1"
    world.poller = replace(world.poller, versions={"딥시크": "v2"})
    await world.poll(E1)
    (hit,) = await world.look(lambda work: work.listings.hits())
    assert (hit["version"], hit["title"]) == ("v2", "딥시크, 새 모델 공개")
