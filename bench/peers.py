"""CPU of polling 200 feeds of 50 entries: this program from fetch to commit, against others, in one run by turns.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install reader rss2email sgmllib3k fastfeedparser pycurl
    .venv/bin/python bench/peers.py --python /tmp/peer/bin/python [--feeds 200] [--rounds 3]

The others are `reader`, `rss2email`, and a bound: the same bytes by the fastest parts (pycurl, fastfeedparser, plain
sqlite3), which matches, groups and tells nothing. One that is not installed is left out. Every feed has an address of
its own on loopback, so that politeness to one host costs no time. Each system runs in a process of its own with a new
database; the HTTP server runs in another and is not counted. Medians of the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from figures import note
from ingest import children_cpu_s, feed

from monitor.bootstrap import open_config
from monitor.config.load import load_text
from monitor.pipeline.sweep import poll_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

_SHAPES = {"rss50": (45, True), "short50": (4, False)}
_PHASES = ("first poll", "unchanged, no validators", "one new each", "all 304")
_NEWEST = {"first poll": 50, "unchanged, no validators": 50, "one new each": 51, "all 304": 51}
# The peer keeps a validator only with a body that has something new.
_WITH_VALIDATORS = ("one new each", "all 304")
_TURNS = """
urls = json.loads(sys.stdin.readline())
begin(urls)
for _ in sys.stdin:
    began = time.process_time()
    turn(urls)
    print(time.process_time() - began, flush=True)
"""
_PEERS = {
    "reader": """
import json, sys, time
from reader import make_reader
reader = make_reader(sys.argv[1] + "/reader.db")
def begin(urls):
    for url in urls:
        reader.add_feed(url)
def turn(urls):
    reader.update_feeds(scheduled=False)
""",
    "rss2email": """
import json, logging, sys, time
import rss2email
from rss2email.feeds import Feeds
rss2email.LOG.setLevel(logging.CRITICAL)
feeds = Feeds(datafile_path=sys.argv[1] + "/r2e.json", configfiles=[sys.argv[1] + "/r2e.cfg"])
def begin(urls):
    feeds.load()
    for place, url in enumerate(urls):
        feeds.new_feed(name=f"f{place}", url=url, to="desk@example.com")
def turn(urls):
    for feed in feeds:
        feed.run(send=False)
    feeds.save_feeds()
""",
    "bound": """
import hashlib, io, json, sqlite3, sys, time
import fastfeedparser, pycurl
kept = sqlite3.connect(sys.argv[1] + "/bound.db", isolation_level=None)
kept.execute("PRAGMA journal_mode=WAL")
kept.execute("CREATE TABLE entries (feed TEXT, id TEXT, title TEXT, summary TEXT, PRIMARY KEY (feed, id))")
known = {}
curl = pycurl.Curl()
def begin(urls):
    pass
def turn(urls):
    for url in urls:
        etag, digest = known.get(url, ("", b""))
        body, found = io.BytesIO(), {}
        def header(line):
            name, _, value = line.partition(b":")
            found[name.lower()] = value.strip()
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.HTTPHEADER, ["If-None-Match: " + etag] if etag else [])
        curl.setopt(pycurl.WRITEFUNCTION, body.write)
        curl.setopt(pycurl.HEADERFUNCTION, header)
        curl.perform()
        if curl.getinfo(pycurl.RESPONSE_CODE) == 304:
            continue
        now = hashlib.sha256(body.getvalue()).digest()
        known[url] = found.get(b"etag", b"").decode(), now
        if now == digest:
            continue
        rows = [(url, e.id or e.link, e.title, e.description) for e in fastfeedparser.parse(body.getvalue()).entries]
        kept.execute("BEGIN IMMEDIATE")
        kept.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)", rows)
        kept.execute("COMMIT")
""",
}
_OURS = "monitor"


def installed(python: str) -> tuple[str, ...]:
    """Which of the others that interpreter has."""
    modules = {"reader": "reader", "rss2email": "rss2email", "bound": "fastfeedparser, pycurl"}
    return tuple(
        name
        for name, needed in modules.items()
        if subprocess.run([python, "-c", f"import {needed}"], check=False, capture_output=True).returncode == 0  # noqa: S603
    )


def serve(feeds: int, link: Connection) -> None:
    """Serve what the other end asks for, (shape, phase), until it closes."""
    from tests.fakes.feedserver import FeedServer, Served  # noqa: PLC0415 - only the server's child needs it

    hosts = [f"127.1.{place // 250}.{place % 250 + 1}" for place in range(feeds)]
    with ExitStack() as stack:
        # One socket a feed on its own loopback address: nothing can be reached from elsewhere.
        servers = [stack.enter_context(FeedServer(host, 5.0)) for host in hosts]
        link.send([server.url(f"/{place}", hosts[place]) for place, server in enumerate(servers)])
        while True:
            try:
                shape, phase = link.recv()
            except EOFError:
                return
            sentences, markup = _SHAPES[shape]
            body = feed(sentences, markup=markup, newest=_NEWEST[phase])
            for place, server in enumerate(servers):
                own = body.replace(b"news.example.kr", f"news{place}.example.kr".encode())
                server.serve(
                    f"/{place}", Served(own, etag=f'"{_NEWEST[phase]}"' if phase in _WITH_VALIDATORS else "")
                )
            link.send("ready")


def ours(folder: str, urls: list[str], link: Connection) -> None:
    """Poll all feeds whenever the other end says so, and send back the CPU seconds."""
    asyncio.run(_ours(Path(folder), urls, link))


async def _ours(folder: Path, urls: list[str], link: Connection) -> None:
    feeds = "".join(f'  - {{name: "{place}", url: "{url}"}}\n' for place, url in enumerate(urls))
    text = (
        "database: sqlite:///monitor.db\nnetwork: {allow_private: true}\nfirst_poll: silent\n"
        "watchlists: [{name: 가, any: [딥시크, 엔비디아, 수출통제], channels: []}]\n"
        f"feeds:\n{feeds}"
    )
    async with open_config(load_text(text, "config.yaml", folder, {}), folder) as app:
        while True:
            try:
                await asyncio.to_thread(link.recv)
            except EOFError:
                return
            began = time.process_time() + children_cpu_s()
            summary = await poll_all(app.poller, tuple(app.poller.specs))
            link.send((time.process_time() + children_cpu_s() - began, summary))


@contextmanager
def peer(name: str, python: str, urls: list[str]) -> Iterator[Callable[[], float]]:
    """One of the others in a process of its own; the call polls every feed and gives the CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        running = subprocess.Popen(  # noqa: S603 - the interpreter that was named
            [python, "-c", _PEERS[name] + _TURNS, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if not running.stdin or not running.stdout:
            raise OSError
        asked, told = running.stdin, running.stdout
        asked.write(json.dumps(urls) + "\n")

        def turn() -> float:
            asked.write("go\n")
            asked.flush()
            return float(told.readline())

        try:
            yield turn
        finally:
            asked.close()
            running.wait()


@contextmanager
def monitor(urls: list[str]) -> Iterator[Callable[[], float]]:
    """This program, the same way."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = multiprocessing.Pipe()
        running = multiprocessing.get_context("spawn").Process(target=ours, args=(folder, urls, there))
        running.start()
        there.close()

        def turn() -> float:
            here.send("go")
            spent_s, summary = here.recv()
            if summary.failed:
                raise RuntimeError(summary)
            sys.stderr.write(f"{summary.articles_new} new, {summary.not_modified} not modified\n")
            return float(spent_s)

        try:
            yield turn
        finally:
            here.close()
            running.join()


def one_round(shape: str, python: str, server: Connection, urls: list[str]) -> dict[tuple[str, str], float]:
    """Every phase, by each system in turn."""
    figures: dict[tuple[str, str], float] = {}
    with ExitStack() as stack:
        turns = {_OURS: stack.enter_context(monitor(urls))}
        turns |= {name: stack.enter_context(peer(name, python, urls)) for name in installed(python)}
        for phase in _PHASES:
            server.send((shape, phase))
            server.recv()
            for name, turn in turns.items():
                figures[phase, name] = turn()
    return figures


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--python", required=True)
    options.add_argument("--feeds", type=int, default=200)
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    names = (_OURS, *installed(chosen.python))
    server, theirs = multiprocessing.Pipe()
    serving = multiprocessing.get_context("spawn").Process(target=serve, args=(chosen.feeds, theirs), daemon=True)
    serving.start()
    theirs.close()
    urls = server.recv()
    print(f"{'feed':8} {'phase':26}" + "".join(f"{name + ', s':>12}" for name in names) + "   times faster")
    for shape in _SHAPES:
        rounds = [one_round(shape, chosen.python, server, urls) for _ in range(chosen.rounds)]
        for phase in _PHASES:
            spent = {name: statistics.median(one[phase, name] for one in rounds) for name in names}
            ratios = {name: spent[name] / spent[_OURS] for name in names[1:]}
            print(
                f"{shape:8} {phase:26}"
                + "".join(f"{spent[name]:12.2f}" for name in names)
                + "   "
                + ", ".join(f"{name} {ratio:.1f}" for name, ratio in ratios.items()),
                flush=True,
            )
            for name, ratio in ratios.items():
                note("polls", f"{shape}, {phase}, {chosen.feeds} feeds", spent[_OURS], "s CPU", ratio, name)


if __name__ == "__main__":
    main()
