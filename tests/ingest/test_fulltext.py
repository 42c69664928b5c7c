from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest import fulltext
from monitor.ingest.page import PageJob, extract
from monitor.pipeline.records import FeedSpec
from tests.fakes.feedserver import FeedServer, Served

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeReader

SENTENCE = "한빛전자는 새 인공지능 반도체를 공개하고 내년 상반기부터 양산에 들어간다고 밝혔다."
PAGE = (
    "<html><head><title>한빛전자, 새 반도체 - 한빛신문</title></head><body>"
    "<nav><ul><li><a href='/'>정치</a></li><li><a href='/it'>과학</a></li></ul></nav>"
    f"<div id='article-view-content-div'><h1>한빛전자, 새 반도체</h1>"
    f"{''.join(f'<p>{number}번째 문단이다. {SENTENCE}</p>' for number in range(6))}"
    "<p>홍길동 기자 hong@example.kr</p><p>저작권자 © 한빛신문 무단전재 및 재배포 금지</p></div>"
    "<script>var x = '반도체 광고';</script><footer>한빛신문 대표전화 02-000-0000</footer></body></html>"
)
HTML = "text/html; charset=utf-8"


def spec(server: FeedServer, **settings: object) -> FeedSpec:
    return FeedSpec("한빛신문", server.url("/rss.xml"), **settings)  # type: ignore[arg-type] # test settings by name


async def test_the_text_of_an_article_is_found_without_what_stands_around_it(
    server: FeedServer, make_reader: MakeReader
) -> None:
    url = server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    text = await make_reader().fulltext.fetch(url, spec(server))
    assert f"5번째 문단이다. {SENTENCE}" in text.split("\n")
    for word in ("정치", "광고", "대표전화", "무단전재", "hong@"):
        assert word not in text
    assert [recorded.path for recorded in server.requests] == ["/robots.txt", "/view/1"]
    assert server.requests[1].headers["accept"].startswith("text/html")


async def test_fault_32_an_old_page_in_cp949_is_read(server: FeedServer, make_reader: MakeReader) -> None:
    page = PAGE.replace("©", "(c)").replace("한빛전자는", "뷁전자는")
    url = server.serve("/view/1", Served(page.encode("cp949"), content_type="text/html"))
    assert "뷁전자는" in await make_reader().fulltext.fetch(url, spec(server))


async def test_what_robots_txt_forbids_is_not_fetched(server: FeedServer, make_reader: MakeReader) -> None:
    server.serve("/robots.txt", Served(b"User-agent: *\nDisallow: /view/"))
    url = server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    reader = make_reader()
    assert await reader.fulltext.fetch(url, spec(server)) == ""
    assert await reader.fulltext.fetch(url, spec(server)) == ""
    assert [recorded.path for recorded in server.requests] == ["/robots.txt"]


async def test_the_pause_that_robots_txt_asks_for_is_kept_between_two_pages(
    server: FeedServer, make_reader: MakeReader
) -> None:
    server.serve("/robots.txt", Served(b"User-agent: *\nCrawl-delay: 0.3"))
    server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    reader = make_reader()
    for number in (1, 2):
        assert await reader.fulltext.fetch(server.url(f"/view/1?{number}"), spec(server))
    _, first, second = server.requests
    assert second.at_s - first.at_s >= 0.3


async def test_a_feeds_own_agent_asks_for_itself(server: FeedServer, make_reader: MakeReader) -> None:
    server.serve("/robots.txt", Served(b"User-agent: other\nDisallow: /\n\nUser-agent: *\nAllow: /"))
    url = server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    reader = make_reader()
    assert await reader.fulltext.fetch(url, spec(server, user_agent="other/1")) == ""
    assert await reader.fulltext.fetch(url, spec(server)) != ""


async def test_a_robots_txt_that_cannot_be_had_now_forbids_everything(
    server: FeedServer, make_reader: MakeReader
) -> None:
    server.serve("/robots.txt", Served(status=503))
    url = server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    assert await make_reader().fulltext.fetch(url, spec(server)) == ""
    assert server.count("/view/1") == 0


async def test_where_a_page_leads_is_asked_too(server: FeedServer, make_reader: MakeReader) -> None:
    with FeedServer() as other:
        other.serve("/robots.txt", Served(b"User-agent: *\nDisallow: /"))
        there = other.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
        url = server.serve("/view/1", Served(redirect=there))
        assert await make_reader().fulltext.fetch(url, spec(server)) == ""


async def test_a_page_that_cannot_be_fetched_is_a_failure(server: FeedServer, make_reader: MakeReader) -> None:
    with pytest.raises(FetchError) as caught:
        await make_reader().fulltext.fetch(server.url("/view/404"), spec(server))
    assert (caught.value.failure, caught.value.status) == (FetchFailure.HTTP, 404)


async def test_the_secrets_of_a_feed_go_to_its_own_host_only(server: FeedServer, make_reader: MakeReader) -> None:
    own = spec(server, headers=(("Cookie", "id=s3cr3t"),))
    server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    with FeedServer() as other:
        other.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
        reader = make_reader()
        await reader.fulltext.fetch(server.url("/view/1"), own)
        await reader.fulltext.fetch(other.url("/view/1"), own)
        assert {recorded.headers.get("cookie") for recorded in server.requests} == {"id=s3cr3t"}
        assert all("cookie" not in recorded.headers for recorded in other.requests)


async def test_robots_of_many_hosts_do_not_fill_the_memory(
    server: FeedServer, make_reader: MakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "_MOST_HOSTS", 1)
    url = server.serve("/view/1", Served(PAGE.encode(), content_type=HTML))
    reader = make_reader()
    for agent in ("a/1", "b/1", "a/1"):
        await reader.fulltext.fetch(url, spec(server, user_agent=agent))
    assert server.count("/robots.txt") == 3


@pytest.mark.parametrize("body", [b"", b" ", b"%PDF-1.7 \x00\xff", b"<html></html>", b"\x89PNG", b"{}"])
def test_a_page_without_text_gives_none(body: bytes) -> None:
    assert extract(PageJob(body, "", "https://x.kr", "한빛")).text == ""


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fulltext.is_installed()
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(FetchError, match="fulltext"):
        extract(PageJob(b"<p>x</p>", "", "https://x.kr", "한빛"))
