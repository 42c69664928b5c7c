from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import FetchError
from monitor.ingest.discover import Found, discover, linked
from tests.fakes.feedserver import FeedServer, Served, rss

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeReader

PAGE = """<html><head>
<link rel="stylesheet" type="text/css" href="/a.css">
<link rel="alternate" type="application/rss+xml" title="전체" href="/rss/allArticle.xml?a=1&amp;b=2">
<LINK TYPE='application/atom+xml' REL='alternate' HREF='https://blog.example.kr/atom'>
<link rel="alternate" hreflang="en" href="/en"><link rel=alternate type=application/feed+json href=/feed.json>
<link rel="alternate" type="application/rss+xml" href="javascript:x"><link rel="alternate" type="application/rss+xml">
</head><body><a class="b" href="/rss/S1N5.xml">IT</a> <a href='/news'>뉴스</a><a href="/feed/">구독</a>
<a href="http://[::1/rss.xml">나쁜</a></body></html>"""


def test_a_page_names_its_feeds() -> None:
    assert list(linked(PAGE, "https://news.example.kr/section/")) == [
        "https://news.example.kr/rss/allArticle.xml?a=1&b=2",
        "https://blog.example.kr/atom",
        "https://news.example.kr/feed.json",
        "https://news.example.kr/rss/S1N5.xml",
        "https://news.example.kr/feed/",
    ]


async def found(make_reader: MakeReader, url: str) -> list[Found]:
    return [one async for one in discover(make_reader(), url)]


async def test_linked_feeds_and_common_paths_are_read_and_told_once(
    server: FeedServer, make_reader: MakeReader
) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/ai.xml", "/gone.xml")
    )
    url = server.serve("/", Served(f"<html>{links}</html>".encode("cp949"), content_type="text/html"))
    server.serve("/ai.xml", Served(rss("하나", "둘")))
    server.serve("/rss/allArticle.xml", Served(rss("가", "나", "다", numbers=(7, 8, 9))))
    server.serve("/rss.xml", Served(redirect="/rss/allArticle.xml"))
    server.serve("/feed", Served(rss("가", "나", "다", numbers=(7, 8, 9))))
    told = await found(make_reader, url)
    assert [(one.url.removeprefix(server.url("")), one.title, one.entries) for one in told] == [
        ("/ai.xml", "한빛신문", 2),
        ("/gone.xml", "", 0),
        ("/rss/allArticle.xml", "한빛신문", 3),
    ]
    assert told[1].failure == "HTTP error: 404"
    assert told[0].newest_at is not None


async def test_an_address_that_is_a_feed_is_the_feed(server: FeedServer, make_reader: MakeReader) -> None:
    url = server.serve("/rss.xml", Served(rss("하나")))
    assert [(one.url, one.entries) for one in await found(make_reader, url)] == [(url, 1)]


async def test_a_site_that_does_not_answer_is_a_failure(server: FeedServer, make_reader: MakeReader) -> None:
    with pytest.raises(FetchError):
        await found(make_reader, server.url("/"))
