"""Feeds of ours are valid, say what was found, and give no token away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pipeline.records import Carried
from monitor.web.api import written
from tests.web.api.conftest import LOCKED, READ

SEEN = datetime(2025, 1, 27, 9, 30, tzinfo=UTC)
ARTICLE = Carried(
    1,
    "https://news.example/1",
    "https://news.example/1?a=1&b=2",
    "<b>中딥시크</b> & 새 모델",
    "요약 ]]> <script>",
    "홍길동",
    "예시일보",
    ("딥시크", "수출 통제"),
    SEEN,
    SEEN,
    SEEN,
)
CHANNEL = written.Channel("korean-news-monitor", "http://127.0.0.1:8484/out/all.rss", "ko", SEEN)
texts = st.text(max_size=30)


@pytest.mark.parametrize("write", [written.rss, written.atom])
def test_a_feed_reader_reads_what_was_written(write: Any) -> None:
    feed = feedparser.parse(write(CHANNEL, (ARTICLE,)))
    assert not feed.bozo
    (entry,) = feed.entries
    assert feed.feed.title == CHANNEL.title
    assert entry.link == ARTICLE.url
    assert entry.id == written.name_of(ARTICLE)
    assert [tag.term for tag in entry.tags] == list(ARTICLE.watchlists)
    assert entry.author == ARTICLE.source
    assert entry.published_parsed[:5] == (2025, 1, 27, 9, 30)


@given(texts, texts)
def test_whatever_a_title_holds_the_xml_is_whole(title: str, summary: str) -> None:
    made = replace(ARTICLE, title=title, summary=summary, url="", source="", author="", published_at=None)
    for write in (written.rss, written.atom):
        root = ET.fromstring(write(CHANNEL, (made,)))  # noqa: S314 - our own words
        assert sum(element.tag.endswith(("item", "entry")) for element in root.iter()) == 1
    assert written.json_feed(CHANNEL, (made,))


async def test_feeds_of_all_and_of_one_watchlist(api: Any) -> None:
    async with api() as opened:
        for path in ("/out/all", "/out/watchlist/딥시크"):
            for form in ("rss", "atom"):
                answer = await opened.get(f"{path}.{form}")
                assert answer.headers["content-type"].startswith(f"application/{form}+xml")
                feed = feedparser.parse(answer.content)
                assert [entry.title for entry in feed.entries] == [f"中딥시크 새 모델 {one}" for one in (5, 3, 1)]
            feed = (await opened.get(f"{path}.json")).json()
            assert feed["items"][0]["url"] == "https://news.example/5"
        assert len((await opened.get("/out/all.json?limit=1")).json()["items"]) == 1
        assert (await opened.get("/out/watchlist/수출통제.json")).json()["items"] == []
        assert (await opened.get("/out/watchlist/없음.rss")).status_code == 404
        assert (await opened.get("/out/all.xml")).status_code == 400


async def test_what_has_not_changed_is_not_sent_again(api: Any) -> None:
    async with api() as opened:
        for path in ("/out/all.rss", "/out/watchlist/수출통제.atom"):
            tag = (await opened.get(path)).headers["etag"]
            assert (await opened.get(path, If_None_Match=tag)).status_code == 304


async def test_a_token_in_the_address_is_for_feeds_alone_and_is_not_passed_on(api: Any) -> None:
    async with api(dashboard=LOCKED) as opened:
        assert (await opened.get("/out/all.rss")).status_code == 401
        assert (await opened.get("/out/all.rss?token=nobody")).status_code == 401
        for form in ("rss", "atom", "json"):
            answer = await opened.get(f"/out/all.{form}?token={READ}")
            assert answer.status_code == 200
            assert READ not in answer.text
            assert "/out/all." in answer.text


async def test_a_watchlist_with_a_slash_in_its_name_has_its_feed_and_its_page(site: Any) -> None:
    more = """
database: sqlite:///monitor.db
watchlists: [{name: "a/b", any: [가]}, {name: "a/b.rss", any: [나]}]
channels: {desk: {url: "log://"}}
"""
    async with site(more=more) as opened:
        for path in ("/out/watchlist/a%2Fb", "/out/watchlist/a/b"):
            for form in ("rss", "atom", "json"):
                answer = await opened.get(f"{path}.{form}")
                assert answer.status_code == 200
                assert "a/b" in answer.text
        assert (await opened.get("/out/watchlist/a%2Fb.rss.rss")).status_code == 200
        assert (await opened.get("/out/watchlist/a%2Fc.rss")).status_code == 404
        assert "a/b" in await opened.text("/watchlists/a%2Fb")
