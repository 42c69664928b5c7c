from __future__ import annotations

import asyncio
import gzip
import logging
import time
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.http import _keeps_secrets
from monitor.ingest.reader import body_hash
from monitor.pipeline.records import FeedSpec, Fresh, NotModified, PollRequest
from tests.fakes.feedserver import FeedServer, Served, rss

if TYPE_CHECKING:
    from monitor.ingest.reader import HttpFeedReader
    from monitor.pipeline.ports import FeedReader
    from tests.ingest.conftest import MakeReader, Read

FEED = rss("한빛전자 새 반도체", "샛별통신 요금제")


async def failure_of(read: Read, url: str, **settings: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await read(url, **settings)
    return caught.value


async def test_a_feed_is_read(server: FeedServer, read: Read) -> None:
    headers = {"Cache-Control": "max-age=300", "Age": "100"}
    url = server.serve(
        "/rss.xml", Served(FEED, etag='W/"1"', last_modified="Mon, 27 Jan 2025 01:00:00 GMT", headers=headers)
    )
    reading = await read(url)
    assert isinstance(reading, Fresh)
    assert [entry.article.title for entry in reading.entries] == ["한빛전자 새 반도체", "샛별통신 요금제"]
    assert (reading.etag, reading.last_modified) == ('W/"1"', "Mon, 27 Jan 2025 01:00:00 GMT")
    assert (reading.body_hash, reading.complete, reading.max_age_s) == (body_hash(FEED), True, 200.0)


async def test_fault_33_304_is_not_modified(server: FeedServer, read: Read) -> None:
    url = server.serve("/rss.xml", Served(FEED, etag='"opaque value"', headers={"Cache-Control": "max-age=60"}))
    assert await read(url, etag='"opaque value"') == NotModified('"opaque value"', max_age_s=60.0)
    assert server.requests[0].headers["if-none-match"] == '"opaque value"'


async def test_last_modified_goes_back_as_it_came(server: FeedServer, read: Read) -> None:
    url = server.serve("/rss.xml", Served(FEED, last_modified="Mon, 27 Jan 2025 10:00:00 KST"))
    assert isinstance(await read(url, last_modified="Mon, 27 Jan 2025 10:00:00 KST"), NotModified)


async def test_an_equal_body_is_not_modified(server: FeedServer, read: Read) -> None:
    url = server.serve("/rss.xml", Served(FEED, etag='"2"'))
    assert await read(url, body_hash=body_hash(FEED)) == NotModified('"2"')


async def test_a_new_head_alone_is_not_modified(server: FeedServer, read: Read) -> None:
    later = FEED.replace(
        b"<description>", b"<lastBuildDate>Mon, 27 Jan 2025 11:00:00 +0900</lastBuildDate><description>", 1
    )
    url = server.serve("/rss.xml", Served(later))
    assert isinstance(await read(url, body_hash=body_hash(FEED)), NotModified)


async def test_304_without_having_asked_is_an_error(server: FeedServer, read: Read) -> None:
    error = await failure_of(read, server.serve("/rss.xml", Served(status=304)))
    assert (error.failure, error.status) == (FetchFailure.HTTP, 304)


@pytest.mark.parametrize(
    ("served", "failure", "retry_after_s"),
    [
        (Served(status=404), FetchFailure.HTTP, None),
        (Served(status=500), FetchFailure.HTTP, None),
        (Served(status=503), FetchFailure.HTTP, None),
        (Served(status=503, headers={"Retry-After": "120"}), FetchFailure.THROTTLED, 120.0),
        (Served(status=429), FetchFailure.THROTTLED, None),
        (Served(status=429, headers={"Retry-After": "Fri, 01 Jan 2010 00:00:00 GMT"}), FetchFailure.THROTTLED, 0.0),
        (Served(status=410), FetchFailure.GONE, None),
        (Served(status=204), FetchFailure.EMPTY, None),
        (Served(status=302), FetchFailure.HTTP, None),
        (Served(redirect="ftp://x.kr/rss"), FetchFailure.BAD_URL, None),
        (Served(redirect="http://[::1"), FetchFailure.HTTP, None),
        (Served(redirect="http://x.kr:99999/"), FetchFailure.BAD_URL, None),
        (Served(b" \n "), FetchFailure.EMPTY, None),
        (Served(b""), FetchFailure.EMPTY, None),
        (Served(b"<html><body>login</body></html>", content_type="text/html"), FetchFailure.NOT_A_FEED, None),
        (Served(b'{"items": []}'), FetchFailure.NOT_A_FEED, None),
        (Served(b"\x89PNG\r\n\x1a\n\x00\x00\xff"), FetchFailure.NOT_A_FEED, None),
        (Served(FEED, headers={"Content-Encoding": "br"}), FetchFailure.ENCODING, None),
        (Served(FEED, headers={"Content-Encoding": "zstd"}), FetchFailure.ENCODING, None),
        (Served(FEED, headers={"Content-Encoding": "gzip, gzip"}), FetchFailure.ENCODING, None),
        (Served(FEED, headers={"Content-Encoding": "gzip"}), FetchFailure.ENCODING, None),
        (Served(raw=b"HTTP/1.1 200 OK\r\nContent-Le"), FetchFailure.HTTP, None),
        (Served(raw=b"SSH-2.0-OpenSSH\r\n"), FetchFailure.HTTP, None),
        (Served(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), FetchFailure.HTTP, None),
        (Served(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000), FetchFailure.HTTP, None),
    ],
)  # fmt: skip
async def test_fault_33_each_answer_has_its_failure(
    server: FeedServer, read: Read, served: Served, failure: FetchFailure, retry_after_s: float | None
) -> None:
    error = await failure_of(read, server.serve("/rss.xml", served))
    assert (error.failure, error.retry_after_s) == (failure, retry_after_s)


async def test_403_again_is_throttling_until_an_answer_comes(server: FeedServer, make_reader: MakeReader) -> None:
    reader = make_reader()
    forbidden = Served(status=403)
    url = server.serve("/rss.xml", forbidden, forbidden, Served(FEED), forbidden)
    request = PollRequest(FeedSpec("한빛", url))
    found = []
    for _ in range(4):
        try:
            await reader.read(request)
            found.append("read")
        except FetchError as error:
            found.append(error.failure.name)
    assert found == ["HTTP", "THROTTLED", "read", "HTTP"]


async def test_fault_33_five_redirects_are_followed_and_a_sixth_is_not(server: FeedServer, read: Read) -> None:
    for number in range(7):
        server.serve(f"/{number}", Served(redirect=f"/{number + 1}", status=(301, 302, 303, 307, 308)[number % 5]))
    server.serve("/7", Served(FEED))
    assert isinstance(await read(server.url("/2")), Fresh)
    assert (await failure_of(read, server.url("/1"))).failure is FetchFailure.REDIRECTS


async def test_fault_33_a_redirect_loop_ends(server: FeedServer, read: Read) -> None:
    url = server.serve("/loop", Served(redirect="/loop"))
    assert (await failure_of(read, url)).failure is FetchFailure.REDIRECTS
    assert server.count("/loop") == 6


async def test_relative_links_are_joined_to_where_the_redirects_ended(server: FeedServer, read: Read) -> None:
    feed = b"<rss><channel><item><title>A</title><link>view?no=1</link></item></channel></rss>"
    server.serve("/new/rss.xml", Served(feed))
    reading = await read(server.serve("/old", Served(redirect="/new/rss.xml")))
    assert isinstance(reading, Fresh)
    assert reading.entries[0].article.url == f"http://127.0.0.1:{server.port}/new/view?no=1"


@pytest.mark.parametrize(
    "place", ["http://xn--a/", "http://xn--zzzzzzzz--/", "javascript:alert(1)", "http://[::1", "http://x..kr/"]
)
async def test_a_redirect_to_no_address_at_all_is_a_bad_address(server: FeedServer, read: Read, place: str) -> None:
    failure = (await failure_of(read, server.serve("/rss.xml", Served(redirect=place)))).failure
    assert failure in {FetchFailure.BAD_URL, FetchFailure.HTTP, FetchFailure.DNS}


@pytest.mark.parametrize(
    "url",
    [
        *("", "ftp://x.kr/rss", "javascript:alert(1)", "http://", "http://[::1", "http://x.kr:99999/", "rss.xml"),
        *("http://xn--a/", "http://xn--zzzzzzzz--/"),
    ],
)
async def test_an_address_that_is_none_is_said_to_be_bad(read: Read, url: str) -> None:
    assert (await failure_of(read, url)).failure is FetchFailure.BAD_URL


async def test_a_closed_port_cannot_be_connected_to(read: Read) -> None:
    with FeedServer() as closed:
        url = closed.url("/rss.xml")
    assert (await failure_of(read, url)).failure is FetchFailure.CONNECT


async def test_a_name_that_does_not_exist_is_not_found(read: Read) -> None:
    assert (await failure_of(read, "http://no-such-host.invalid/rss")).failure is FetchFailure.DNS


async def test_plain_http_behind_https_is_a_tls_failure(server: FeedServer, read: Read) -> None:
    url = server.serve("/rss.xml", Served(FEED)).replace("http:", "https:")
    assert (await failure_of(read, url)).failure is FetchFailure.TLS


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED, mtime=0)),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
    ],
    ids=["gzip", "deflate", "raw deflate"],
)
async def test_packed_feeds_are_read(server: FeedServer, read: Read, encoding: str, packed: bytes) -> None:
    reading = await read(server.serve("/rss.xml", Served(packed, headers={"Content-Encoding": encoding})))
    assert isinstance(reading, Fresh)
    assert len(reading.entries) == 2


async def test_fault_27_bombs_are_stopped_at_the_limit(server: FeedServer, read: Read) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    url = server.serve("/bomb", Served(bomb, headers={"Content-Encoding": "gzip"}))
    assert (await failure_of(read, url)).failure is FetchFailure.TOO_LARGE
    nested = server.serve("/nested", Served(gzip.compress(bomb), headers={"Content-Encoding": "gzip"}))
    assert (await failure_of(read, nested)).failure is FetchFailure.NOT_A_FEED


async def test_fault_28_an_endless_body_is_stopped_at_the_limit(server: FeedServer, read: Read) -> None:
    url = server.serve("/endless", Served(b"x" * 100_000, endless=True))
    assert (await failure_of(read, url, max_body_bytes=1_000_000)).failure is FetchFailure.TOO_LARGE


@pytest.mark.parametrize(
    "served",
    [
        Served(FEED, drip_bytes=1, drip_s=0.05),
        Served(raw=b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000, drip_bytes=1, drip_s=0.05),
        Served(b"<rss>", endless=True, drip_s=0.05),
        Served(FEED, delay_s=10),
    ],
    ids=["drip", "drip in headers", "endless drip", "silence"],
)
async def test_fault_28_whatever_is_too_slow_is_stopped_by_the_deadline(
    server: FeedServer, read: Read, served: Served
) -> None:
    url = server.serve("/slow", served)
    began = time.monotonic()
    assert (await failure_of(read, url, deadline_s=0.4)).failure is FetchFailure.TIMEOUT
    assert time.monotonic() - began < 3


async def test_fault_28_the_deadline_spans_redirects(server: FeedServer, read: Read) -> None:
    for number in range(5):
        server.serve(f"/{number}", Served(redirect=f"/{number + 1}", delay_s=0.2))
    began = time.monotonic()
    assert (await failure_of(read, server.url("/0"), deadline_s=0.5)).failure is FetchFailure.TIMEOUT
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("how", ["gzip", "length", "xml"])
async def test_fault_29_a_truncated_feed_keeps_what_was_read_and_no_validator(
    server: FeedServer, read: Read, how: str
) -> None:
    numbers = range(1, 41)
    whole = rss(*(f"소식 {number} {number**9}" for number in numbers))
    half = whole[: len(whole) // 2]
    served = {
        "gzip": Served(gzip.compress(whole)[:-200], etag='"1"', headers={"Content-Encoding": "gzip"}),
        "length": Served(half, etag='"1"', claim_bytes=len(whole)),
        "xml": Served(half, etag='"1"', last_modified="Mon, 27 Jan 2025 01:00:00 GMT"),
    }[how]
    reading = await read(server.serve("/rss.xml", served))
    assert isinstance(reading, Fresh)
    assert 0 < len(reading.entries) < 40
    assert (reading.complete, reading.etag, reading.last_modified, reading.body_hash) == (False, "", "", "")


async def test_fault_30_no_entity_makes_a_request(server: FeedServer, read: Read) -> None:
    dtd = f'<!DOCTYPE rss SYSTEM "{server.url("/dtd")}" [<!ENTITY x SYSTEM "{server.url("/entity")}">]>'
    body = rss("한빛").replace(b"<rss", dtd.encode() + b"<rss", 1).replace("한빛".encode(), "한빛 &x;".encode())
    assert isinstance(await read(server.serve("/rss.xml", Served(body))), Fresh)
    assert [recorded.path for recorded in server.requests] == ["/rss.xml"]


async def test_fault_32_the_header_charset_reaches_the_decoder(server: FeedServer, read: Read) -> None:
    body = rss("뷁 수출통제").decode().replace(' encoding="utf-8"', "").encode("cp949")
    reading = await read(server.serve("/rss.xml", Served(body, content_type="text/xml; charset=ks_c_5601-1987")))
    assert isinstance(reading, Fresh)
    assert reading.entries[0].article.title == "뷁 수출통제"


async def test_the_user_agent_is_ours_or_the_feeds_own(server: FeedServer, make_reader: MakeReader) -> None:
    url = server.serve("/rss.xml", Served(FEED))
    reader = make_reader()
    await reader.read(PollRequest(FeedSpec("한빛", url)))
    await reader.read(PollRequest(FeedSpec("샛별", url, user_agent="다른/2")))
    agents = [recorded.headers["user-agent"].encode("latin-1").decode() for recorded in server.requests]
    assert agents == ["시험/1 (test@example.kr)", "다른/2"]
    assert {recorded.headers["accept-encoding"] for recorded in server.requests} == {"gzip, deflate"}


async def test_no_cookie_is_kept(server: FeedServer, make_reader: MakeReader) -> None:
    url = server.serve("/rss.xml", Served(FEED, headers={"Set-Cookie": "id=1"}))
    reader = make_reader()
    for _ in range(2):
        await reader.read(PollRequest(FeedSpec("한빛", url)))
    assert all("cookie" not in recorded.headers for recorded in server.requests)


async def test_legacy_tls_has_a_client_of_its_own(server: FeedServer, make_reader: MakeReader) -> None:
    url = server.serve("/rss.xml", Served(FEED))
    reader = make_reader()
    assert isinstance(await reader.read(PollRequest(FeedSpec("옛날", url, legacy_tls=True))), Fresh)
    transport = reader._client._clients[True]._transport
    assert transport._pool._ssl_context.options & 0x4  # type: ignore[attr-defined] # httpx has no public way to it
    assert False not in reader._client._clients


async def test_a_proxy_gets_the_request_and_private_names_are_still_refused(server: FeedServer, read: Read) -> None:
    server.serve("http://feed.example.kr/rss.xml", Served(FEED))
    proxy = server.url("")
    reading = await read("http://feed.example.kr/rss.xml", proxy=proxy, allow_private=False)
    assert isinstance(reading, Fresh)
    for host in ("localhost", "a.localhost.", "127.0.0.1", "0x7f.1", "[::1]", "10.0.0.1"):
        error = await failure_of(read, f"http://{host}/rss.xml", proxy=proxy, allow_private=False)
        assert error.failure is FetchFailure.REFUSED_ADDRESS
    assert len(server.requests) == 1


async def test_one_connection_a_host_at_a_time(server: FeedServer, make_reader: MakeReader) -> None:
    reader = make_reader()
    urls = [server.serve(f"/{number}", Served(FEED, delay_s=0.03)) for number in range(6)]
    await asyncio.gather(*(reader.read(PollRequest(FeedSpec("한빛", url))) for url in urls))
    assert server.most_at_once == 1


async def test_requests_to_one_host_keep_their_distance(server: FeedServer, make_reader: MakeReader) -> None:
    reader = make_reader(host_spacing_s=0.15)
    url = server.serve("/rss.xml", Served(FEED, etag='"1"'))
    await asyncio.gather(*(reader.read(PollRequest(FeedSpec("한빛", url), etag='"1"')) for _ in range(3)))
    first, second, third = (recorded.at_s for recorded in server.requests)
    assert second - first >= 0.15
    assert third - second >= 0.15


async def test_the_wait_for_a_turn_is_not_on_the_deadline(server: FeedServer, make_reader: MakeReader) -> None:
    reader = make_reader(deadline_s=1.0)
    url = server.serve("/rss.xml", Served(FEED, etag='"1"', delay_s=0.4))
    readings = await asyncio.gather(*(reader.read(PollRequest(FeedSpec("한빛", url), etag='"1"')) for _ in range(4)))
    assert all(isinstance(reading, NotModified) for reading in readings)


async def test_addresses_are_not_logged(server: FeedServer, read: Read, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await read(server.serve("/rss.xml?token=geheim", Served(FEED)))
    await failure_of(read, server.url("/missing?token=geheim"))
    assert "geheim" not in caplog.text


async def test_an_error_does_not_hold_the_address(server: FeedServer, read: Read) -> None:
    assert "geheim" not in str(await failure_of(read, server.url("/missing?token=geheim")))


async def test_of_more_entries_than_allowed_those_at_both_ends_are_kept(server: FeedServer, read: Read) -> None:
    reading = await read(server.serve("/rss.xml", Served(rss(*"가나다라마"))), max_entries=3)
    assert isinstance(reading, Fresh)
    assert [entry.article.title for entry in reading.entries] == ["가", "나", "마"]


async def test_of_more_entries_than_one_allowed_the_first_is_kept(server: FeedServer, read: Read) -> None:
    reading = await read(server.serve("/rss.xml", Served(rss(*"가나다라마"))), max_entries=1)
    assert isinstance(reading, Fresh)
    assert [entry.article.title for entry in reading.entries] == ["가"]


async def test_it_is_a_feed_reader(make_reader: MakeReader) -> None:
    def needs(reader: FeedReader) -> FeedReader:
        return reader

    assert callable(needs(make_reader()).read)


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
    assert (again.ttl_s, set(again.skip_hours), set(again.skip_days)) == (1800.0, {3}, {7})


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
