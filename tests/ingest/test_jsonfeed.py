from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.article import Article, Precision
from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.parse import Parsed, ParseJob, parse

URL = "https://news.example.kr/feed.json"


def read(body: str | bytes, most: int = 500) -> Parsed:
    raw = body if isinstance(body, bytes) else body.encode()
    return parse(ParseJob(raw, "", URL, "한빛신문 AI", "", "Asia/Seoul", (), datetime(2025, 2, 1, tzinfo=UTC), most))


def feed(*items: object, version: str = "1.1", **head: object) -> str:
    stated = {"version": f"https://jsonfeed.org/version/{version}", "title": "한빛신문", **head, "items": items}
    return json.dumps(stated, ensure_ascii=False)


def one(**item: object) -> Article:
    return read(feed({"id": "1", "title": "소식", **item})).entries[0].article


def test_an_item_becomes_an_article() -> None:
    parsed = read(
        feed(
            {
                "id": "https://news.example.kr/view?idxno=7",
                "url": "https://news.example.kr/view?idxno=7&utm_source=rss",
                "title": "<속보> 한빛전자 &amp; 새 반도체",
                "summary": "요약이다.",
                "content_html": "<p>본문이다.</p><script>x()</script>",
                "date_published": "2025-01-27T10:00:00+09:00",
                "authors": [{"name": "홍길동"}, {"url": "x"}, {"name": "김한빛"}],
                "tags": ["AI", "반도체", "AI", 3],
            },
            home_page_url="https://news.example.kr",
            next_url="https://news.example.kr/feed.json?page=2",
        )
    )
    assert parsed.complete
    assert (parsed.channel.title, parsed.channel.home) == ("한빛신문", "https://news.example.kr/")
    assert parsed.channel.older_url == "https://news.example.kr/feed.json?page=2"
    assert parsed.entries[0].key == "https://news.example.kr/view?idxno=7"
    assert parsed.entries[0].article == Article(
        identity="https://news.example.kr/view?idxno=7",
        url="https://news.example.kr/view?idxno=7",
        title="<속보> 한빛전자 & 새 반도체",
        summary="요약이다.",
        content="본문이다.",
        author="홍길동, 김한빛",
        source="한빛신문",
        tags=("AI", "반도체"),
        feeds=("한빛신문 AI",),
        published_at=datetime(2025, 1, 27, 1, tzinfo=UTC),
        published_precision=Precision.SECOND,
    )


def test_version_1_0_with_its_single_author_is_read() -> None:
    parsed = read(feed({"id": 7, "content_text": "글이다.\n둘째 줄", "author": {"name": "홍길동"}}, version="1"))
    article = parsed.entries[0].article
    assert (parsed.entries[0].key, article.title, article.author) == ("7", "글이다.", "홍길동")
    assert (article.summary, article.content) == ("글이다.\n둘째 줄", "")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"url": "/view/1"}, "https://news.example.kr/view/1"),
        ({"external_url": "https://x.kr/a"}, "https://x.kr/a"),
        ({"id": "http://x.kr/7"}, "http://x.kr/7"),
        ({"id": "7"}, ""),
        ({"url": "javascript:alert(1)"}, ""),
    ],
)
def test_links_are_where_one_can_go(item: dict[str, Any], url: str) -> None:
    assert one(**item).url == url


def test_a_time_that_was_changed_serves_where_none_was_stated() -> None:
    assert one(date_published="곧", date_modified="2025-01-27 10:00").published_at == datetime(
        2025, 1, 27, 1, tzinfo=UTC
    )


@pytest.mark.parametrize(("most", "keys"), [(6, "0123"), (4, "0123"), (3, "013"), (1, "0")])
def test_of_too_many_entries_those_at_both_ends_are_read(most: int, keys: str) -> None:
    parsed = read(feed(*({"id": str(number), "title": f"소식 {number}"} for number in range(4))), most)
    assert "".join(entry.key for entry in parsed.entries) == keys
    assert parsed.shortened is (most < 4)


def test_fields_of_the_wrong_kind_are_as_if_not_stated() -> None:
    article = one(
        url=3, summary=["x"], content_html=None, tags="AI", authors={"name": "x"}, author="x", date_published=1
    )
    assert (article.url, article.summary, article.tags, article.author) == ("", "", (), "")
    assert len(read(feed("x", None, {"id": "1", "title": "소식"})).entries) == 1


def test_fault_29_a_feed_cut_off_keeps_what_was_whole() -> None:
    body = feed(*({"id": str(number), "title": f"소식 {number}"} for number in range(9))).replace("/", "\\/")
    parsed = read(body[: body.index("소식 5")])
    assert [entry.key for entry in parsed.entries] == ["0", "1", "2", "3", "4"]
    assert not parsed.complete


@pytest.mark.parametrize(
    "body",
    [
        '{"items": []}',
        '{"version": "https://jsonfeed.org/version/1", "items": 3}',
        '{"version": "https://example.org/1", "items": [{"id": "1", "title": "x"}]}',
        '{"version": "https://jsonfeed.org/version/1.1", "ite',
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "tit',
        '{"a": ' * 100_000,
        '{"a": ' + "[" * 100_000,
        '{"a": ' + "9" * 10_000 + "}",
        "{",
    ],
)
def test_json_that_is_no_feed_says_so(body: str) -> None:
    with pytest.raises(FetchError) as caught:
        read(body)
    assert caught.value.failure is FetchFailure.NOT_A_FEED


def test_a_feed_without_items_is_empty() -> None:
    with pytest.raises(FetchError) as caught:
        read(feed())
    assert caught.value.failure is FetchFailure.EMPTY


def test_the_bytes_have_the_last_word_on_the_charset() -> None:
    assert (
        read(feed({"id": "1", "title": "뷁 수출통제"}).encode("utf-8-sig")).entries[0].article.title == "뷁 수출통제"
    )
    assert read(feed({"id": "1", "title": "뷁 수출통제"}).encode("cp949")).entries[0].article.title == "뷁 수출통제"


KEYS = st.sampled_from(["id", "url", "title", "authors", "name", "tags", "summary"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=8,
)


@given(JSON, st.integers(0, 400))
@settings(max_examples=80, deadline=None)
def test_any_item_and_any_cut_is_read_or_refused(item: object, cut: int) -> None:
    body = feed({"id": "0", "title": "늘"}, item)
    try:
        assert read(body[: len(body) - cut]).entries
    except FetchError as error:
        assert error.failure is FetchFailure.NOT_A_FEED  # noqa: PT017 - either is right
