"""Poll 200 feeds of 50 entries on loopback with this product and with `reader`, and compare CPU seconds.

    python bench/peers.py [--peer PYTHON] [--feeds N] [--entries 50] [--letters 1800]

PYTHON is an interpreter that has `reader` installed (python -m venv X && X/bin/pip install reader); without it only
this product is measured. Each side runs as a process of its own, its children counted; the server runs here and is
not counted. Rounds: first poll, nothing new without validators, one new entry in each feed, all 304.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROUNDS = ("first", "unchanged", "one new", "304")
SENTENCE = "국내 기업이 새 반도체 설계를 공개하고 올해 안에 양산을 시작한다고 밝혔다. "

OURS = """
import asyncio, json, resource, sys, time
from datetime import UTC, timedelta
from pathlib import Path
from monitor.bootstrap import SystemClock
from monitor.core.alerting.model import AlertPolicy
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Term, Watchlist
from monitor.core.query.nodes import TermRef
from monitor.core.schedule import PollPolicy
from monitor.ingest.reader import HttpFeedReader, ReaderSettings
from monitor.pipeline.poll import Poller
from monitor.pipeline.records import FeedSpec
from monitor.pipeline.sweep import poll_all
from monitor.pipeline.tell import Audience
from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage

def cpu():
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))

def tree_cpu():
    import os
    ticks = os.sysconf("SC_CLK_TCK"); me = os.getpid(); total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try: fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError: continue
        if int(fields[1]) == me or stat.parent.name == str(me): total += int(fields[11]) + int(fields[12])
    return total / ticks

async def main(base, feeds):
    engine = open_engine("sqlite:///peer.db", Path.cwd()); migrate.upgrade(engine); storage = SqlStorage(engine)
    clock = SystemClock()
    reader = HttpFeedReader(ReaderSettings("bench", allow_private=True, host_spacing_s=0.0), clock)
    terms = {str(n): Term(str(n), ("용어%d" % n,)) for n in range(100)}
    matcher = compile_matcher(terms, [Watchlist(n, TermRef(n)) for n in terms])
    specs = {str(n): FeedSpec(str(n), f"{base}/{n}") for n in range(feeds)}
    audience = Audience(AlertPolicy({}, UTC, timedelta(0)), {})
    poller = Poller(storage, reader, matcher, clock, specs, PollPolicy(), audience, lambda: 0.0)
    await storage.write(lambda work: work.feeds.sync(tuple(specs.values()), clock.now()))
    for line in sys.stdin:
        before, wall = tree_cpu(), time.monotonic()
        summary = await poll_all(poller, tuple(specs))
        used = tree_cpu() - before
        print(json.dumps({"cpu_s": used, "wall_s": time.monotonic() - wall, "new": summary.articles_new, "failed": summary.failed}), flush=True)
    await reader.aclose(); storage.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""

PEER = """
import json, sys, time
from reader import make_reader
reader = make_reader("peer.sqlite")
for n in range(int(sys.argv[2])): reader.add_feed(f"{sys.argv[1]}/{n}")
for line in sys.stdin:
    before, wall = time.process_time(), time.monotonic()
    new = sum(r.updated_feed.new for r in reader.update_feeds_iter() if r.updated_feed)
    print(json.dumps({"cpu_s": time.process_time() - before, "wall_s": time.monotonic() - wall, "new": new, "failed": 0}), flush=True)
"""


class Feeds:
    """What the server answers: bodies made once a round, and whether it knows validators."""

    def __init__(self, entries: int, letters: int) -> None:
        self.entries, self.letters = entries, letters
        self.newest = entries
        self.not_modified = False

    def body(self, feed: int) -> bytes:
        """The newest entries of a feed."""
        text = (SENTENCE * (self.letters // len(SENTENCE) + 1))[: self.letters]
        items = "".join(
            f"<item><title>소식 {feed}-{n}</title><link>https://news.example/{feed}/{n}</link>"
            f"<guid>https://news.example/{feed}/{n}</guid><pubDate>Mon, 05 Oct 2026 10:{n % 60:02}:00 +0900</pubDate>"
            f"<description><![CDATA[<p>{n} {text}</p>]]></description></item>"
            for n in range(self.newest, self.newest - self.entries, -1)
        )
        head = f"<title>피드 {feed}</title><link>https://news.example/{feed}</link><description>d</description>"
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def serve(feeds: Feeds) -> ThreadingHTTPServer:
    """A server on a free port of this machine."""

    class Answer(BaseHTTPRequestHandler):
        """Every number is a feed."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with the feed, or 304."""
            if feeds.not_modified:
                self.send_response(304)
                self.end_headers()
                return
            body = feeds.body(int(self.path.strip("/")))
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run(python: str, program: str, feeds: int, arguments: argparse.Namespace) -> list[dict[str, float]]:
    """All rounds of one side."""
    content = Feeds(arguments.entries, arguments.letters)
    server = serve(content)
    base = f"http://127.0.0.1:{server.server_port}"
    with TemporaryDirectory() as scratch:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [python, "-c", program, base, str(feeds)],
            cwd=scratch,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - the same
        rounds = []
        for name in ROUNDS:
            content.newest += name == "one new"
            content.not_modified = name == "304"
            process.stdin.write("go\n")
            process.stdin.flush()
            rounds.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        process.wait()
    server.shutdown()
    return rounds


def main() -> None:
    """Run both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", default="")
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--letters", type=int, default=1800)
    arguments = parser.parse_args()
    ours = run(sys.executable, OURS, arguments.feeds, arguments)
    peer = run(arguments.peer, PEER, arguments.feeds, arguments) if arguments.peer else []
    print(f"{arguments.feeds} feeds of {arguments.entries} entries with {arguments.letters} letters, CPU seconds")
    for place, name in enumerate(ROUNDS):
        mine = ours[place]
        line = f"{name:<10} ours {mine['cpu_s']:7.2f} ({mine['new']:.0f} new, {mine['failed']:.0f} failed)"
        if peer:
            theirs = peer[place]
            ratio = theirs["cpu_s"] / max(mine["cpu_s"], 0.01)
            line += f"   reader {theirs['cpu_s']:7.2f} ({theirs['new']:.0f} new)   {ratio:5.1f}x"
        print(line)


if __name__ == "__main__":
    main()
