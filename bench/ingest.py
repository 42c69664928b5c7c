"""CPU of one poll of a feed with 50 entries: read first, with one new, and unchanged; against feedparser as it comes.

    .venv/bin/python bench/ingest.py [--rounds 5]

Everything is measured in one run, interleaved, medians shown. The poll is whole: HTTP over loopback, checks,
parsing in a child, the children's CPU counted; the HTTP server runs in a child of its own and is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import multiprocessing
import os
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import feedparser.html
import feedparser.mixin

from monitor.ingest.parse import ParseJob, parse
from monitor.ingest.reader import HttpFeedReader, ReaderSettings
from monitor.pipeline.records import FeedSpec, Fresh, NotModified, PollRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

_SENTENCE = "한빛전자는 새 인공지능 반도체를 공개하고 내년 상반기부터 양산에 들어간다고 밝혔다. "
_ENTRIES = 50
_ROLLS = 10
_MOST_ROUNDS = 5
_SHAPES = {"rss50": (45, True), "short50": (4, False)}


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds."""
        return time.monotonic()


def feed(sentences: int, *, markup: bool, newest: int = _ENTRIES) -> bytes:
    """A feed of 50 entries up to number `newest`, each of so many sentences, as HTML or as plain text."""
    entries = []
    for number in range(newest, newest - _ENTRIES, -1):
        paragraphs = [f"{_SENTENCE}{number}번째 소식이다." for _ in range(sentences)]
        body = "".join(f'<p class="a">{text}</p><img src="/{number}.jpg" />' for text in paragraphs)
        text = f"<![CDATA[{body}]]>" if markup else " ".join(paragraphs)
        entries.append(
            f"<item><title>[단독] 한빛전자 소식 {number}</title><link>https://news.example.kr/view/{number}</link>"
            f"<guid>{number}</guid><pubDate>Mon, 27 Jan 2025 10:00:00 +0900</pubDate>"
            f"<description>{text}</description></item>"
        )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>한빛</title>'
    return f"{head}<link>https://news.example.kr</link>{''.join(entries)}</channel></rss>".encode()


def serve(shapes: dict[str, tuple[int, bool]], ready: Connection) -> None:
    """Serve feeds of these shapes, standing still and rolling on, until the pipe closes."""
    from tests.fakes.feedserver import FeedServer, Served  # noqa: PLC0415 - only the server's child needs it

    with FeedServer() as server:
        urls = {}
        for name, (sentences, markup) in shapes.items():
            rolling = range(_ENTRIES, _ENTRIES + _MOST_ROUNDS * (_ROLLS + 1))
            jumping = range(10_000, 10_000 + _MOST_ROUNDS * _ROLLS * _ENTRIES, _ENTRIES)
            for kind, numbers in (("rolling", rolling), ("first", jumping)):
                bodies = (feed(sentences, markup=markup, newest=number) for number in numbers)
                server.serve(f"/{name}-{kind}", *(Served(body) for body in bodies))
            urls[name] = server.serve(f"/{name}", Served(feed(sentences, markup=markup), etag=f'"{name}"'))
        ready.send(urls)
        try:
            ready.recv()
        except EOFError:
            return


def cpu_ms(do: Callable[[], Any], times: int = 1) -> float:
    """CPU of this program alone, for one of `times` calls."""
    began = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - began) * 1000 / times


def as_it_comes_ms(body: bytes) -> float:
    """CPU of feedparser without our settings and without the table that `parse` gives it."""
    ours = feedparser.mixin._cp1252  # noqa: SLF001 - see monitor.ingest.parse
    feedparser.mixin._cp1252 = feedparser.html._cp1252  # noqa: SLF001
    try:
        return cpu_ms(lambda: feedparser.parse(io.BytesIO(body)), 3)
    finally:
        feedparser.mixin._cp1252 = ours  # noqa: SLF001


def children_cpu_s() -> float:
    """CPU of the parser children that are running now."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and "monitor.ingest.child" in (stat.parent / "cmdline").read_text():
                schedule = (stat.parent / "schedstat").read_text().split()
                ticks += int(schedule[0])
        except (OSError, IndexError):
            continue
    return ticks / 1e9


async def polls_ms(reader: HttpFeedReader, request: PollRequest, times: int, kind: type) -> float:
    """CPU of a whole poll, ours and the parsers'."""
    began = time.process_time() + children_cpu_s()
    for _ in range(times):
        reading = await reader.read(request)
        if not isinstance(reading, kind):
            raise TypeError(reading)
    return (time.process_time() + children_cpu_s() - began) * 1000 / times


async def moving_ms(reader: HttpFeedReader, spec: FeedSpec, times: int) -> float:
    """CPU of a whole poll of a feed whose body is another each time, by parsers that are warm."""
    await reader.read(PollRequest(spec))
    return await polls_ms(reader, PollRequest(spec), times, Fresh)


async def measure(urls: dict[str, str], bodies: dict[str, bytes], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Every figure, `rounds` times, interleaved."""
    settings = ReaderSettings("bench/1 (bench@example.kr)", allow_private=True, host_spacing_s=0)
    reader = HttpFeedReader(settings, SystemClock())
    figures: dict[tuple[str, str], list[float]] = {}
    for name, url in urls.items():
        spec = FeedSpec("한빛신문", url)
        first = await reader.read(PollRequest(spec))
        if not isinstance(first, Fresh):
            raise TypeError(first)
        body = bodies[name]
        job = ParseJob(body, "", url, "한빛", "", "Asia/Seoul", (), datetime.now(UTC), 500)
        parse(job)
        for _ in range(rounds):
            row = {
                "feedparser as it comes": as_it_comes_ms(body),
                "ours, decode to entries": cpu_ms(lambda job=job: parse(job), 3),  # type: ignore[misc]
                "poll, first": await moving_ms(reader, FeedSpec("한빛신문", f"{url}-first"), _ROLLS // 2),
                "poll, 1 new": await moving_ms(reader, FeedSpec("한빛신문", f"{url}-rolling"), _ROLLS),
                "poll, equal body": await polls_ms(
                    reader, PollRequest(spec, body_hash=first.body_hash), 20, NotModified
                ),
                "poll, 304": await polls_ms(reader, PollRequest(spec, etag=first.etag), 20, NotModified),
            }
            for what, figure in row.items():
                figures.setdefault((name, what), []).append(figure)
    await reader.aclose()
    return figures


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    rounds = min(options.parse_args().rounds, _MOST_ROUNDS)
    bodies = {name: feed(sentences, markup=markup) for name, (sentences, markup) in _SHAPES.items()}
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(_SHAPES, theirs), daemon=True)
    server.start()
    theirs.close()
    figures = asyncio.run(measure(ours.recv(), bodies, rounds))
    ours.send("end")
    server.join()
    print(f"{'feed':8} {'kB':>5} {'what':26} {'ms CPU':>8} {'x faster':>9}")
    for (name, what), values in figures.items():
        base = statistics.median(figures[name, "feedparser as it comes"])
        value = statistics.median(values)
        print(f"{name:8} {len(bodies[name]) // 1000:5} {what:26} {value:8.2f} {base / value:9.1f}")


if __name__ == "__main__":
    main()
