from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.http import _keeps_secrets
from monitor.ingest.reader import body_hash
from monitor.pipeline.records import FeedSpec, Fresh, NotModified, PollRequest
from tests.fakes.feedserver import FeedServer, Served, rss
from tests.ingest.conftest import failure_of

if TYPE_CHECKING:
    from monitor.ingest.reader import HttpFeedReader
    from tests.ingest.conftest import MakeReader, Read

FEED = rss("한빛전자 새 반도체", "샛별통신 요금제")


HEAD = (
    b"<ttl>30</ttl><skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays><description>"
    b"\xec\x8b\x9c\xed\x97\x98</description>"
)


async def test_what_a_feed_says_of_itself_is_reported(server: FeedServer, read: Read) -> None:
    body = FEED.replace(b"<description>", HEAD + b"<description>", 1)
    reading = await read(server.serve("/rss.xml", Served(body)))
    assert isinstance(reading, Fresh)
    assert (reading.ttl_s, set(reading.skip_hours), set(reading.skip_days)) == (1800.0, {3}, {7})
    assert reading.newest_at == datetime(2025, 1, 27, 1, tzinfo=UTC)
    again = await read(server.url("/rss.xml"), body_hash=body_hash(body))
    assert isinstance(again, NotModified)
    assert (again.ttl_s, set(again.skip_hours), set(again.skip_days), again.stated) == (1800.0, {3}, {7}, True)


async def test_one_feed_at_two_addresses_is_recognised(server: FeedServer, read: Read) -> None:
    server.serve("/a.xml", Served(FEED))
    server.serve("/b.xml", Served(rss("또 다른 소식")))
    server.serve("/c.xml", Served(FEED.replace("한빛신문".encode(), "샛별일보".encode())))
    ids = [reading.feed_id for path in ("/a.xml", "/b.xml", "/c.xml") for reading in [await read(server.url(path))]]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False), ((307, 301), False)],
)
async def test_only_redirects_that_are_all_permanent_move_a_feed(
    server: FeedServer,
    read: Read,
    statuses: tuple[int, ...],
    moved: bool,  # noqa: FBT001 - a table's column
) -> None:
    end = server.serve("/new.xml", Served(FEED, etag='"1"'))
    for place, status in enumerate(statuses):
        server.serve(
            f"/{place}", Served(status=status, redirect=f"/{place + 1}" if place + 1 < len(statuses) else end)
        )
    fresh = await read(server.url("/0"))
    unchanged = await read(server.url("/0"), etag='"1"')
    equal = await read(server.url("/0"), body_hash=body_hash(FEED))
    assert [type(reading) for reading in (fresh, unchanged, equal)] == [Fresh, NotModified, NotModified]
    assert {reading.moved_to for reading in (fresh, unchanged, equal)} == {end if moved else ""}
    assert (await read(end)).moved_to == ""


async def test_expires_less_date_is_an_age(server: FeedServer, read: Read) -> None:
    headers = {"Date": "Mon, 27 Jan 2025 01:00:00 GMT", "Expires": "Mon, 27 Jan 2025 01:10:00 GMT"}
    assert (await read(server.serve("/rss.xml", Served(FEED, headers=headers)))).max_age_s == 600.0


async def test_a_server_may_send_only_what_is_new(server: FeedServer, read: Read) -> None:
    url = server.serve("/rss.xml", Served(FEED, status=226, etag='"2"', headers={"IM": "feed"}))
    reading = await read(url, etag='"1"')
    assert isinstance(reading, Fresh)
    assert (reading.partial, len(reading.entries), reading.etag, reading.body_hash) == (True, 2, '"2"', "")
    assert server.requests[0].headers["a-im"] == "feed"


async def test_226_without_having_asked_is_an_error(server: FeedServer, read: Read) -> None:
    error = await failure_of(read, server.serve("/rss.xml", Served(FEED, status=226)))
    assert (error.failure, error.status) == (FetchFailure.HTTP, 226)
    assert "a-im" not in server.requests[0].headers


async def test_new_entries_of_a_json_feed_are_seen_whatever_their_text_holds(server: FeedServer, read: Read) -> None:
    old = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "<item> <entry>"}]}'
    new = old.replace(b"[{", b'[{"id": "2", "title": "<item>"}, {')
    first = await read(server.serve("/feed.json", Served(old, content_type="application/feed+json")))
    assert isinstance(first, Fresh)
    again = await read(server.serve("/feed.json", Served(new)), body_hash=first.body_hash)
    assert isinstance(again, Fresh)
    assert [entry.key for entry in again.entries] == ["2", "1"]


SECRET_HEADERS = (("Cookie", "id=s3cr3t"), ("Authorization", "Basic aDpw"), ("accept", "text/xml"))


async def test_a_feeds_own_headers_go_with_every_request(server: FeedServer, make_reader: MakeReader) -> None:
    server.serve("/new", Served(FEED))
    url = server.serve("/old", Served(redirect="/new"))
    await make_reader().read(PollRequest(FeedSpec("한빛", url, headers=SECRET_HEADERS)))
    for recorded in server.requests:
        assert (recorded.headers["cookie"], recorded.headers["authorization"]) == ("id=s3cr3t", "Basic aDpw")
        assert recorded.headers["accept"] == "text/xml"


async def test_a_feeds_own_headers_never_go_to_another_host(server: FeedServer, make_reader: MakeReader) -> None:
    with FeedServer() as other:
        back = server.serve("/back", Served(FEED))
        there = other.serve("/there", Served(redirect=back))
        url = server.serve("/rss.xml", Served(redirect=there))
        await make_reader().read(PollRequest(FeedSpec("한빛", url, headers=SECRET_HEADERS)))
        (seen,) = other.requests
        assert "cookie" not in seen.headers
        assert "authorization" not in seen.headers
        assert [recorded.headers["cookie"] for recorded in server.requests] == ["id=s3cr3t"] * 2


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        ("https://a.kr/x", "https://a.kr/y", True),
        ("https://a.kr/x", "https://a.kr:443/y", True),
        ("http://a.kr/x", "https://a.kr/y", True),
        ("https://a.kr/x", "http://a.kr/y", False),
        ("https://a.kr/x", "https://b.a.kr/y", False),
        ("https://a.kr/x", "https://a.kr:8443/y", False),
        ("http://a.kr:8080/x", "https://a.kr/y", False),
    ],
)
def test_secrets_stay_with_one_origin_or_go_over_to_tls(first: str, then: str, kept: bool) -> None:  # noqa: FBT001 - a column
    assert _keeps_secrets(httpx.URL(first), httpx.URL(then)) is kept


async def test_secrets_are_in_no_error_log_or_listing(
    server: FeedServer, make_reader: MakeReader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spec = FeedSpec("한빛", server.serve("/rss.xml", Served(status=401)), headers=SECRET_HEADERS)
    with pytest.raises(FetchError) as caught:
        await make_reader().read(PollRequest(spec))
    shown = f"{caught.value!r} {caught.value.detail} {PollRequest(spec)!r} {caplog.text}"
    assert "s3cr3t" not in shown
    assert "aDpw" not in shown


def page(number: int, *, older: str = "") -> bytes:
    link = f'<atom:link rel="prev-archive" href="{older}"/><item>' if older else "<item>"
    numbers = (2 * number + 1, 2 * number)
    body = rss(*(f"소식 {one}" for one in numbers), numbers=numbers).replace(b"<item>", link.encode(), 1)
    return body.replace(b"<rss ", b'<rss xmlns:atom="http://www.w3.org/2005/Atom" ')


async def keys(reader: HttpFeedReader, url: str, limit_pages: int) -> list[str]:
    request = PollRequest(FeedSpec("한빛", url), etag='"1"')
    return [entry.key.rpartition("/")[2] for entry in await reader.read_older(request, limit_pages)]


async def test_older_pages_are_read_up_to_the_limit(server: FeedServer, make_reader: MakeReader) -> None:
    url = server.serve("/rss.xml", Served(page(9, older="/8.xml"), etag='"1"'))
    server.serve("/8.xml", Served(page(8, older="7.xml")))
    server.serve("/7.xml", Served(page(7)))
    reader = make_reader()
    assert await keys(reader, url, 5) == ["17", "16", "15", "14"]
    assert await keys(reader, url, 1) == ["17", "16"]
    assert await keys(reader, url, 0) == []
    assert server.count("/rss.xml") == 3
    await reader.read(PollRequest(FeedSpec("한빛", url)))
    assert await keys(reader, url, 2) == ["17", "16", "15", "14"]
    assert server.count("/rss.xml") == 4


async def test_older_pages_that_end_badly_or_lead_back_give_what_was_read(
    server: FeedServer, make_reader: MakeReader
) -> None:
    url = server.serve("/rss.xml", Served(page(9, older="/8.xml")))
    server.serve("/8.xml", Served(page(8, older="/rss.xml")))
    assert await keys(make_reader(), url, 9) == ["17", "16"]
    server.serve("/8.xml", Served(page(8, older="/gone.xml")))
    assert await keys(make_reader(), url, 9) == ["17", "16"]
    server.serve("/8.xml", Served(page(8, older="http://[::1")))
    assert await keys(make_reader(), url, 9) == ["17", "16"]
    server.serve("/rss.xml", Served(page(9)))
    assert await keys(make_reader(), url, 9) == []


async def test_a_json_feed_has_older_pages_too(server: FeedServer, make_reader: MakeReader) -> None:
    version = b'{"version": "https://jsonfeed.org/version/1.1", '
    body = version + b'"next_url": "/2.json", "items": [{"id": "2", "title": "B"}]}'
    server.serve("/2.json", Served(body.replace(b'"2"', b'"1"').replace(b"next_url", b"x")))
    assert await keys(make_reader(), server.serve("/1.json", Served(body)), 9) == ["1"]
