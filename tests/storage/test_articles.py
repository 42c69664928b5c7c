"""Articles are stored once, found by key or identity, and revised without losing what they said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from monitor.core.article import Article, Entry, Match, Span
from monitor.pipeline.records import SeenArticle, StoredArticle, StoredHit
from tests.postgres import ON_SQLITE
from tests.storage.samples import MINUTE, article, draft, entry, feed, feed_id_of, match, trace

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.storage.storage import SqlWork


def two_feeds(work: SqlWork, now: datetime) -> tuple[int, int]:
    work.feeds.sync([feed(tags=("it", "ai")), feed("과학", tags=("ai", "lab"))], now)
    claims = {claim.name: claim for claim in work.feeds.claim_due(now, MINUTE, 10)}
    return claims["전자"].feed_id, claims["과학"].feed_id


def test_an_article_comes_back_as_it_was_added(work: SqlWork, now: datetime) -> None:
    feed_id = feed_id_of(work, "전자", now)
    article_id, new = work.articles.add(article(), now)
    work.articles.link(feed_id, {"k": article_id}, now)

    found = work.articles.find(feed_id, [entry("k")])

    assert new
    assert found == {"k": StoredArticle(article_id, replace(article(), feeds=("전자",)), linked=True)}


def test_an_article_with_nothing_but_a_title_comes_back_too(work: SqlWork, now: datetime) -> None:
    bare = Article(identity="bare", url="", title="제목뿐")
    article_id, _ = work.articles.add(bare, now)

    assert work.articles.find(1, [Entry("k", bare)]) == {"k": StoredArticle(article_id, bare, linked=False)}


def test_an_identity_is_stored_once_and_its_number_told_again(work: SqlWork, now: datetime) -> None:
    first = work.articles.add(article(), now)
    again = work.articles.add(article(title="다른 제목"), now)

    assert (first[1], again) == (True, (first[0], False))
    assert [row["title"] for row in work.listings.articles()] == [article().title]


def test_the_key_of_this_feed_goes_before_the_identity(work: SqlWork, now: datetime) -> None:
    feed_id = feed_id_of(work, "전자", now)
    one, _ = work.articles.add(article("one"), now)
    work.articles.add(article("two"), now)
    work.articles.link(feed_id, {"k": one}, now)

    found = work.articles.find(feed_id, [entry("k", "two"), entry("new key", "two"), entry("unknown", "three")])

    assert {key: (stored.article.identity, stored.linked) for key, stored in found.items()} == {
        "k": ("one", True),
        "new key": ("two", False),
    }


def test_the_key_of_another_feed_means_nothing(work: SqlWork, now: datetime) -> None:
    one, two = two_feeds(work, now)
    article_id, _ = work.articles.add(article(), now)
    work.articles.link(one, {"k": article_id}, now)

    assert work.articles.find(two, [entry("k", "other")]) == {}
    assert not work.articles.find(two, [entry("k", "one")])["k"].linked


def test_an_article_names_the_feeds_that_carried_it_and_their_tags(work: SqlWork, now: datetime) -> None:
    one, two = two_feeds(work, now)
    article_id, _ = work.articles.add(article(), now)
    work.articles.link(two, {"b": article_id}, now)
    work.articles.link(one, {"a": article_id, "a, once more": article_id}, now)

    found = work.articles.find(one, [entry("a")])["a"].article

    assert found.feeds == ("과학", "전자")
    assert found.feed_tags == ("ai", "lab", "it")


def test_a_link_made_again_changes_nothing_and_a_reused_key_leads_to_its_new_article(
    work: SqlWork, now: datetime, connection: Connection
) -> None:
    feed_id = feed_id_of(work, "전자", now)
    article_id, _ = work.articles.add(article(), now)
    other_id, _ = work.articles.add(article("other"), now)
    work.articles.link(feed_id, {}, now)
    work.articles.link(feed_id, {"k": article_id}, now)
    work.articles.link(feed_id, {"k": article_id}, now)
    assert connection.execute(text("SELECT article_id FROM entries")).scalars().all() == [article_id]

    work.articles.link(feed_id, {"k": other_id}, now)
    assert connection.execute(text("SELECT article_id FROM entries")).scalars().all() == [other_id]


def test_a_key_that_comes_with_another_address_and_title_means_another_article(work: SqlWork, now: datetime) -> None:
    feed_id = feed_id_of(work, "전자", now)
    article_id, _ = work.articles.add(article("one", "어제 소식"), now)
    work.articles.link(feed_id, {"1": article_id}, now)
    moved, reused = article("two", "어제 소식"), article("three", "오늘 소식")
    assert work.articles.find(feed_id, [Entry("1", moved)])["1"].id == article_id
    assert work.articles.find(feed_id, [Entry("1", reused)]) == {}


@ON_SQLITE
def test_fifty_entries_are_looked_up_in_few_statements(work: SqlWork, now: datetime, connection: Connection) -> None:
    feed_id = feed_id_of(work, "전자", now)
    entries = [entry(str(number), str(number)) for number in range(100)]
    ids = {one.key: work.articles.add(one.article, now)[0] for one in entries[:75]}
    work.articles.link(feed_id, dict(list(ids.items())[:50]), now)
    statements = trace(connection)

    found = work.articles.find(feed_id, entries)

    assert {key: stored.id for key, stored in found.items()} == ids
    assert len(statements) == 4


def test_revising_replaces_the_texts_and_keeps_the_old_ones(
    work: SqlWork, now: datetime, connection: Connection
) -> None:
    article_id, _ = work.articles.add(article(), now)
    edited = replace(article(), url="https://moved.example/", title="[종합] 착공", summary="", content="고친 본문")

    work.articles.revise(article_id, edited, now + MINUTE)

    (row,) = work.listings.articles()
    assert (row["title"], row["summary"], row["url"]) == ("[종합] 착공", "", article().url)
    assert row["first_seen_at"] == now.isoformat()
    assert row["revisions"] == [
        {"title": article().title, "summary": article().summary, "replaced_at": (now + MINUTE).isoformat()}
    ]
    assert connection.execute(text("SELECT content FROM revisions")).scalar() == article().content
    found = work.articles.find(1, [entry("k")])["k"]
    assert found.article.content == "고친 본문"
    assert found.earlier_titles == (article().title,)


def test_hits_are_new_once_for_a_watchlist_and_an_article(work: SqlWork, now: datetime) -> None:
    article_id, _ = work.articles.add(article(), now)
    other_id, _ = work.articles.add(article("other"), now)
    (first,) = work.articles.add_hits(article_id, [match("하나")], now)

    new = work.articles.add_hits(article_id, [match("하나"), match("둘")], now)

    assert first == StoredHit(first.id, article_id, "하나", match().spans, "짧다")
    assert [(hit.article_id, hit.watchlist) for hit in new] == [(article_id, "둘")]
    assert len(work.articles.add_hits(other_id, [match("하나")], now)) == 1
    assert work.articles.add_hits(article_id, [], now) == ()


def test_spans_follow_the_texts_of_a_revised_article(work: SqlWork, now: datetime) -> None:
    article_id, _ = work.articles.add(article(), now)
    (hit,) = work.articles.add_hits(article_id, [match()], now)

    work.articles.revise(article_id, article(title="반도체"), now)
    assert [row["spans"] for row in work.listings.hits()] == [[]]
    work.articles.add_hits(article_id, [Match(hit.watchlist, (Span("title", 0, 3, "반도체"),))], now)

    (row,) = work.listings.hits()
    assert row["spans"] == [{"field": "title", "start": 0, "end": 3, "text": "반도체", "term": "반도체"}]
    assert (row["id"], row["weak"]) == (hit.id, "")


def test_what_hangs_on_an_article_goes_with_it(work: SqlWork, now: datetime, connection: Connection) -> None:
    feed_id = feed_id_of(work, "전자", now)
    article_id, _ = work.articles.add(article(), now)
    work.articles.link(feed_id, {"k": article_id}, now)
    work.articles.revise(article_id, article(title="고침"), now)
    (hit,) = work.articles.add_hits(article_id, [match()], now + timedelta(days=1))
    work.outbox.add_alert(replace(draft("key", now), hit_ids=(hit.id,)), now)

    connection.execute(text("DELETE FROM articles"))

    for table in ("entries", "revisions", "hits", "alert_hits"):
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0  # noqa: S608 - names above


def test_the_history_is_read_in_pages_the_newest_first(work: SqlWork, now: datetime) -> None:
    feed_id = feed_id_of(work, "전자", now)
    numbers = [work.articles.add(article(str(n)), now + n * MINUTE)[0] for n in range(5)]
    work.articles.link(feed_id, {"4": numbers[4]}, now)

    first = work.articles.page(None, 2)
    second = work.articles.page(first[-1].id, 2)
    last = work.articles.page(second[-1].id, 2)

    assert [seen.id for seen in (*first, *second, *last)] == numbers[::-1]
    assert first[0] == SeenArticle(numbers[4], replace(article("4"), feeds=("전자",)), now + 4 * MINUTE)
    assert work.articles.page(last[-1].id, 2) == ()


def test_a_page_and_a_count_begin_where_they_are_asked_to(work: SqlWork, now: datetime) -> None:
    numbers = [work.articles.add(article(str(n)), now + n * MINUTE)[0] for n in range(5)]

    assert [seen.id for seen in work.articles.page(None, 9, now + 3 * MINUTE)] == numbers[:2:-1]
    assert work.articles.page(numbers[3], 9, now + 3 * MINUTE) == ()
    assert (work.articles.count(), work.articles.count(now + 3 * MINUTE)) == (5, 2)


def test_an_article_is_found_by_its_number_with_the_feeds_that_carried_it(work: SqlWork, now: datetime) -> None:
    electronics, science = two_feeds(work, now)
    article_id, _ = work.articles.add(article(), now)
    work.articles.link(electronics, {"k": article_id}, now)
    work.articles.link(science, {"k": article_id}, now)
    work.articles.revise(article_id, article(title="고친 제목"), now)

    found = work.articles.get(article_id)

    assert found is not None
    assert (found.id, found.article.title, found.earlier_titles) == (article_id, "고친 제목", (article().title,))
    assert (found.article.feeds, found.article.feed_tags) == (("전자", "과학"), ("it", "ai", "lab"))
    assert work.articles.get(article_id + 1) is None


def test_a_hit_knows_the_definition_that_found_it_last(work: SqlWork, now: datetime) -> None:
    article_id, _ = work.articles.add(article(), now)
    one, other = work.articles.add_hits(article_id, [match("하나"), match("둘")], now, {"하나": "v1"})
    assert (one.version, other.version) == ("v1", "")
    assert work.articles.hit(one.id) == one
    work.articles.add_hits(article_id, [match("하나")], now, {"하나": "v2"})
    found = work.articles.hit(one.id)
    assert found is not None
    assert (found.version, found.spans, found.weak) == ("v2", match("하나").spans, "짧다")
    assert work.articles.hit(999) is None
