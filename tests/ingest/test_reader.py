from __future__ import annotations

import asyncio
import gzip
import logging
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.reader import body_hash
from monitor.pipeline.records import FeedSpec, Fresh, NotModified, PollRequest
from tests.fakes.feedserver import FeedServer, Served, rss
from tests.ingest.conftest import failure_of

if TYPE_CHECKING:
    from monitor.pipeline.ports import FeedReader
    from tests.ingest.conftest import MakeReader, Read

FEED = rss("한빛전자 새 반도체", "샛별통신 요금제")


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
    assert await read(url, body_hash=body_hash(FEED)) == NotModified('"2"', stated=True)


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


@pytest.mark.parametrize(("before", "failure"), [(False, FetchFailure.HTTP), (True, FetchFailure.THROTTLED)])
async def test_403_after_403_is_throttling(
    server: FeedServer, make_reader: MakeReader, *, before: bool, failure: FetchFailure
) -> None:
    url = server.serve("/rss.xml", Served(status=403))
    with pytest.raises(FetchError) as caught:
        await make_reader().read(PollRequest(FeedSpec("한빛", url), forbidden=before))
    assert (caught.value.failure, caught.value.status) == (failure, 403)


async def test_a_304_states_nothing_of_when_to_ask_again(server: FeedServer, make_reader: MakeReader) -> None:
    said = b"<ttl>30</ttl><skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays><description>"
    url = server.serve("/rss.xml", Served(FEED.replace(b"<description>", said, 1), etag='"1"'))
    unchanged = await make_reader().read(PollRequest(FeedSpec("한빛", url), etag='"1"'))
    assert isinstance(unchanged, NotModified)
    assert (unchanged.stated, unchanged.ttl_s) == (False, None)


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
    assert reading.shortened
    assert [entry.article.title for entry in reading.entries] == ["가", "나", "마"]


async def test_of_more_entries_than_one_allowed_the_first_is_kept(server: FeedServer, read: Read) -> None:
    reading = await read(server.serve("/rss.xml", Served(rss(*"가나다라마"))), max_entries=1)
    assert isinstance(reading, Fresh)
    assert [entry.article.title for entry in reading.entries] == ["가"]


async def test_it_is_a_feed_reader(make_reader: MakeReader) -> None:
    def needs(reader: FeedReader) -> FeedReader:
        return reader

    assert callable(needs(make_reader()).read)
