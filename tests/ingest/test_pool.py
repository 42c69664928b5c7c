from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest import child, pool
from monitor.ingest.frames import HEAD, READY, Refused, frame, reply_of
from monitor.ingest.parse import Parsed, ParseJob
from monitor.ingest.pool import ParserPool
from monitor.ingest.splice import Memory
from tests.fakes.feedserver import rss

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = datetime(2025, 2, 1, tzinfo=UTC)
# Unclosed markup outside CDATA drives feedparser's lenient parser into a time that grows with the square.
SLOW = b"<rss><channel><item><title>a</title><description>" + b"<div class=a>" * 60_000 + b"</item></channel></rss>"


def job(body: bytes) -> ParseJob:
    return ParseJob(body, "", "https://news.example.kr/rss", "한빛신문 AI", "", "Asia/Seoul", (), NOW, 500)


@pytest_asyncio.fixture
async def parsers() -> AsyncIterator[ParserPool]:
    running = ParserPool(2, 20.0)
    yield running
    await running.aclose()


def pids(parsers: ParserPool) -> list[int]:
    return [one._running.pid for one in parsers._idle.values()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


def wait_until_gone(pid: int, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


async def test_a_child_is_started_once_and_used_again(parsers: ParserPool) -> None:
    assert (await parsers.parse(job(rss("한빛")))).entries[0].article.title == "한빛"
    first = pids(parsers)
    await parsers.parse(job(rss("샛별")))
    assert pids(parsers) == first
    assert len(first) == 1


async def test_no_more_children_than_places_work_at_once(parsers: ParserPool) -> None:
    await asyncio.gather(*(parsers.parse(job(rss(f"소식 {number}"))) for number in range(6)))
    assert 1 <= len(pids(parsers)) <= 2


async def test_a_feed_goes_to_its_own_child_even_if_another_is_idle(parsers: ParserPool) -> None:
    others = [replace(job(rss("샛별")), feed=feed) for feed in ("한빛", "샛별", "가람", "나래", "미리")]
    await asyncio.gather(*(parsers.parse(one) for one in (*others, *others)))
    shares = {place: child.jobs for place, child in parsers._idle.items()}
    assert shares == Counter(2 * [zlib.crc32(one.feed.encode()) % 2 for one in others])


async def test_a_feed_whose_child_is_busy_for_long_goes_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_PATIENCE_S", 0.05)
    parsers = ParserPool(2, 5.0)
    slow = asyncio.create_task(parsers.parse(job(SLOW)))
    await asyncio.sleep(0.1)
    assert (await parsers.parse(job(rss("샛별")))).entries[0].article.title == "샛별"
    assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    await parsers.aclose()


async def test_what_a_feed_is_refused_for_comes_back(parsers: ParserPool) -> None:
    with pytest.raises(FetchError) as caught:
        await parsers.parse(job(b"<html></html>"))
    assert (caught.value.failure, caught.value.detail) == (FetchFailure.NOT_A_FEED, "html")
    assert (await parsers.parse(job(rss("한빛")))).complete


async def test_fault_31_a_slow_parser_is_killed_at_its_limit_and_the_next_feed_is_read() -> None:
    parsers = ParserPool(1, 0.5)
    began = time.monotonic()
    with pytest.raises(FetchError) as caught:
        await parsers.parse(job(SLOW))
    assert caught.value.failure is FetchFailure.PARSER
    assert time.monotonic() - began < 10
    assert (await parsers.parse(job(rss("한빛")))).entries
    await parsers.aclose()


async def test_fault_31_the_loop_does_not_wait_for_a_parser(parsers: ParserPool) -> None:
    markup = "<p class='a'>한빛전자 <b>새 반도체</b></p>" * 50_000
    big = rss("큰 소식").replace("큰 소식 본문이다.".encode(), f"<![CDATA[{markup}]]>".encode())
    await parsers.parse(job(rss("데우기")))
    lags: list[float] = []

    async def tick() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            lags.append(time.monotonic() - began - 0.005)

    ticking = asyncio.create_task(tick())
    assert (await parsers.parse(job(big))).entries
    ticking.cancel()
    assert len(big) > 2_400_000
    # The machine itself may stop us once; a loop that waited for the parser would show nothing but one long lag.
    assert sorted(lags)[-2] < 0.1


async def test_a_child_that_died_is_replaced(parsers: ParserPool) -> None:
    await parsers.parse(job(rss("한빛")))
    [pid] = pids(parsers)
    os.kill(pid, signal.SIGKILL)
    assert wait_until_gone(pid)
    assert (await parsers.parse(job(rss("샛별")))).entries
    assert pids(parsers) != [pid]


async def test_a_child_killed_at_work_fails_that_feed_only(parsers: ParserPool) -> None:
    await parsers.parse(job(rss("한빛")))
    [pid] = pids(parsers)
    working = asyncio.create_task(parsers.parse(job(SLOW)))
    await asyncio.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(FetchError) as caught:
        await working
    assert (caught.value.failure, caught.value.detail) == (FetchFailure.PARSER, "died")
    assert (await parsers.parse(job(rss("샛별")))).entries


async def test_a_cancelled_job_takes_its_child_with_it(parsers: ParserPool) -> None:
    await parsers.parse(job(rss("한빛")))
    [pid] = pids(parsers)
    working = asyncio.create_task(parsers.parse(job(SLOW)))
    await asyncio.sleep(0.1)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert wait_until_gone(pid)
    assert (await parsers.parse(job(rss("샛별")))).entries[0].article.title == "샛별"


async def test_closing_ends_the_children(parsers: ParserPool) -> None:
    await parsers.parse(job(rss("한빛")))
    [pid] = pids(parsers)
    await parsers.aclose()
    assert wait_until_gone(pid)


async def test_a_child_at_work_while_closing_ends_with_its_job() -> None:
    parsers = ParserPool(1, 20.0)
    working = asyncio.create_task(parsers.parse(job(rss(*(f"소식 {number}" for number in range(100))))))
    await asyncio.sleep(0)
    await parsers.aclose()
    assert (await working).entries
    assert pids(parsers) == []


async def test_a_child_is_replaced_after_its_share_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_MOST_JOBS", 2)
    parsers = ParserPool(1, 20.0)
    await parsers.parse(job(rss("하나")))
    await parsers.parse(job(rss("둘")))
    assert pids(parsers) == []
    await parsers.aclose()


async def test_a_child_that_cannot_start_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FetchError) as caught:
        await ParserPool(1, 20.0).parse(job(rss("한빛")))
    assert (caught.value.failure, caught.value.detail) == (FetchFailure.PARSER, "does not start")


async def test_a_cancelled_start_leaves_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    popen = subprocess.Popen

    def watch(*arguments: object, **settings: object) -> object:
        running = popen(*arguments, **settings)  # type: ignore[call-overload] # passed through
        started.append(running.pid)
        return running

    monkeypatch.setattr(subprocess, "Popen", watch)
    starting = asyncio.create_task(ParserPool(1, 20.0).parse(job(rss("한빛"))))
    # One turn of the loop starts the child and waits for its first word.
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert wait_until_gone(started[0])


async def test_children_see_nothing_of_our_secrets(parsers: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_URL", "geheim")
    await parsers.parse(job(rss("한빛")))
    [pid] = pids(parsers)
    assert "geheim" not in environment(pid)


PARENT = """
import asyncio, signal, sys
# A shell that starts the tests in the background lets them ignore interrupts, and they hand that on.
signal.signal(signal.SIGINT, signal.default_int_handler)
from datetime import UTC, datetime
from monitor.ingest.parse import ParseJob
from monitor.ingest.pool import ParserPool
def job(body, feed="d"):
    return ParseJob(body, "", "https://x.example.kr", feed, "", "Asia/Seoul", (), datetime.now(UTC), 500)
async def main():
    parsers = ParserPool(2, 2.0)
    small = b"<rss><channel><item><title>a</title></item></channel></rss>"
    await asyncio.gather(parsers.parse(job(small)), parsers.parse(job(small, "a")))
    print(*(one._running.pid for one in parsers._idle.values()), flush=True)
    entry = b"<item><title>a</title><description>" + b"<div class=a>" * 40_000 + b"</item>"
    slow = b"<rss><channel>" + entry * 20 + b"</channel></rss>"
    busy = asyncio.create_task(parsers.parse(job(slow)))
    await asyncio.sleep(0.1)
    print("busy", flush=True)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print((await parsers.parse(job(small))).entries[0].article.title, flush=True)
try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
"""


def start_parent() -> tuple[subprocess.Popen[str], list[int]]:
    parent = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert parent.stdout
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert parent.stdout.readline() == "busy\n"
    return parent, children


def test_children_idle_or_at_work_end_when_the_parent_is_killed() -> None:
    parent, children = start_parent()
    assert len(children) == 2
    assert all(alive(pid) for pid in children)
    parent.kill()
    parent.communicate()
    assert all(wait_until_gone(pid) for pid in children)


def test_children_ignore_the_interrupt_of_the_parents_group() -> None:
    parent, children = start_parent()
    for pid in children:
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
    os.killpg(parent.pid, signal.SIGINT)
    output, _ = parent.communicate(timeout=20)
    assert output == "a\n"
    assert all(wait_until_gone(pid) for pid in children)


def test_serving_answers_until_the_other_end_closes() -> None:
    ours, theirs = socket.socketpair()
    serving = threading.Thread(target=child.serve, args=(theirs, 0))
    # An alarm can only be set in the main thread, so zero: no alarm, is what this one sets.
    with ours, theirs:
        serving.start()
        assert ours.recv(1) == READY
        ours.sendall(frame(job(rss("한빛"))))
        [size] = HEAD.unpack(ours.recv(HEAD.size))
        reply = reply_of(ours.recv(size, socket.MSG_WAITALL))
        assert isinstance(reply, Parsed)
        ours.sendall(HEAD.pack(100) + b"half a job")
        ours.shutdown(socket.SHUT_WR)
        serving.join(10)
        assert not serving.is_alive()


def test_whatever_breaks_inside_is_a_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> Parsed:
        raise RecursionError

    monkeypatch.setattr(child, "parse", explode)
    assert child.reply_to(job(b""), Memory(10)) == Refused(FetchFailure.PARSER, "RecursionError")
