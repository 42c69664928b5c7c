"""CPU of polling 200 feeds of 50 entries: this program from fetch to commit, against `reader`, in one run.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install reader sgmllib3k
    .venv/bin/python bench/peers.py --python /tmp/peer/bin/python [--feeds 200] [--rounds 3]

Every feed has an address of its own on loopback, so that politeness to one host costs no time. Each system runs in a
process of its own with a new database; the HTTP server runs in a third and is not counted. Medians of the rounds.
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
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import children_cpu_s, feed

from monitor.bootstrap import open_config
from monitor.config.load import load_text
from monitor.pipeline.sweep import poll_all

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_SHAPES = {"rss50": (45, True), "short50": (4, False)}
_PHASES = ("first poll", "unchanged, no validators", "one new each", "all 304")
_NEWEST = {"first poll": 50, "unchanged, no validators": 50, "one new each": 51, "all 304": 51}
# The peer keeps a validator only with a body that has something new.
_WITH_VALIDATORS = ("one new each", "all 304")
_PEER = """
import json, sys, time
from reader import make_reader
reader = make_reader(sys.argv[1])
for url in json.loads(sys.stdin.readline()):
    reader.add_feed(url)
for _ in sys.stdin:
    began = time.process_time()
    reader.update_feeds(scheduled=False)
    print(time.process_time() - began, flush=True)
"""


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


def one_round(shape: str, python: str, server: Connection, urls: list[str]) -> dict[tuple[str, str], float]:
    """Every phase, by both systems."""
    figures: dict[tuple[str, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        here, there = multiprocessing.Pipe()
        us = multiprocessing.get_context("spawn").Process(target=ours, args=(folder, urls, there))
        us.start()
        there.close()
        them = subprocess.Popen(  # noqa: S603 - the interpreter that was named
            [python, "-c", _PEER, f"{folder}/reader.db"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if not them.stdin or not them.stdout:
            raise OSError
        them.stdin.write(json.dumps(urls) + "\n")
        for phase in _PHASES:
            server.send((shape, phase))
            server.recv()
            here.send("go")
            our_s, summary = here.recv()
            them.stdin.write("go\n")
            them.stdin.flush()
            their_s = float(them.stdout.readline())
            figures |= {(phase, "monitor"): our_s, (phase, "reader"): their_s}
            if summary.failed:
                raise RuntimeError(summary)
            sys.stderr.write(f"{shape} {phase}: {summary.articles_new} new, {summary.not_modified} not modified\n")
        here.close()
        them.stdin.close()
        us.join()
        them.wait()
    return figures


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", required=True)
    options.add_argument("--feeds", type=int, default=200)
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    server, theirs = multiprocessing.Pipe()
    serving = multiprocessing.get_context("spawn").Process(target=serve, args=(chosen.feeds, theirs), daemon=True)
    serving.start()
    theirs.close()
    urls = server.recv()
    print(f"{'feed':8} {'phase':26} {'monitor s':>10} {'reader s':>10} {'x faster':>9}")
    for shape in _SHAPES:
        rounds = [one_round(shape, chosen.python, server, urls) for _ in range(chosen.rounds)]
        for phase in _PHASES:
            us, them = (statistics.median(one[phase, who] for one in rounds) for who in ("monitor", "reader"))
            print(f"{shape:8} {phase:26} {us:10.2f} {them:10.2f} {them / us:9.1f}", flush=True)


if __name__ == "__main__":
    main()
