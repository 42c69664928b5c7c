from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.article import Article
from monitor.pipeline.records import WantedText
from tests.storage.samples import MINUTE, match

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork


def put(work: SqlWork, number: int, now: datetime) -> int:
    return work.articles.add(Article(f"i{number}", f"https://x.kr/{number}", "제목", summary="요약"), now)[0]


def test_a_wanted_page_is_claimed_once_and_again_later_until_it_is_done(work: SqlWork, now: datetime) -> None:
    article_id = put(work, 1, now)
    assert not work.fulltexts.waiting(now)
    work.fulltexts.want(article_id, "전자", now)
    work.fulltexts.want(article_id, "보안", now)
    assert work.fulltexts.waiting(now)
    assert work.fulltexts.claim(now, now + MINUTE, 5) == (WantedText(article_id, "전자", "https://x.kr/1", 1),)
    assert work.fulltexts.claim(now, now + MINUTE, 5) == ()
    assert work.fulltexts.claim(now + MINUTE, now + 2 * MINUTE, 5)[0].tries == 2
    work.fulltexts.done(article_id)
    assert not work.fulltexts.waiting(now + 9 * MINUTE)


def test_pages_are_claimed_in_the_order_in_which_they_are_due(work: SqlWork, now: datetime) -> None:
    for number in (1, 2, 3):
        work.fulltexts.want(put(work, number, now), "전자", now - number * MINUTE)
    assert [one.url for one in work.fulltexts.claim(now, now + MINUTE, 2)] == ["https://x.kr/3", "https://x.kr/2"]


def test_a_full_text_replaces_the_content_and_the_spans_into_it(work: SqlWork, now: datetime) -> None:
    article_id = put(work, 1, now)
    work.articles.add_hits(article_id, [match("반도체")], now)
    work.fulltexts.add_text(article_id, "본문 전체")
    stored = work.articles.get(article_id)
    assert stored is not None
    assert (stored.article.content, stored.article.summary) == ("본문 전체", "요약")
    assert work.listings.hits()[0]["spans"] == []
