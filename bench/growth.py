"""What a poll costs, by how many feeds are watched and how many articles are stored; and what the program weighs.

    python bench/growth.py [--feeds N…] [--articles N…]

Nothing is fetched: answers are made. Each number of feeds is measured in a process of its own, polls of which nothing
is new, after every feed was polled once. Each history is filled with made articles over sixty days; then one feed is
polled that brings fifty known entries under a new body, and one that brings ten new ones. Processor time, medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from figures import note
from web import CONFIG, NAMES, fill

from monitor.bootstrap import open_config
from monitor.config.load import load_text
from monitor.core.article import Article, Entry
from monitor.pipeline.records import Fresh, NotModified
from monitor.pipeline.sweep import poll_all

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.pipeline.records import PollRequest, Reading

FEEDS: Final = (100, 1_000, 10_000)
ARTICLES: Final = (10_000, 100_000, 1_000_000)
ROUNDS: Final = 60


class Reader:
    """Answers without a network: nothing new, `known` entries under another body, or `fresh` entries each time."""

    def __init__(self, *, known: int = 0, fresh: int = 0) -> None:
        self._known = known
        self._fresh = fresh
        self._numbers = count()

    async def read(self, _request: PollRequest) -> Reading:
        """The made answer."""
        if not self._known and not self._fresh:
            return NotModified()
        turn = next(self._numbers)
        names = [f"known-{number}" for number in range(self._known)]
        names += [f"new-{turn}-{number}" for number in range(self._fresh)]
        return Fresh(tuple(_entry(name) for name in names), body_hash=str(turn))

    async def read_older(self, _request: PollRequest, _most: int) -> tuple[Entry, ...]:
        """No older pages."""
        return ()


def _entry(name: str) -> Entry:
    url = f"https://fresh.example/{name}"
    text = f"{name} 소식이다. 시장에서는 올해 실적이 나아질 것으로 본다. " * 10
    return Entry(url, Article(url, url, f"{name} 오늘의 소식", text, source="매체", published_at=datetime.now(UTC)))


def _config(feeds: int) -> str:
    watchlists = "".join(f'  - {{name: {name}, any: ["{name}"]}}\n' for name in NAMES)
    named = "".join(f'  - {{name: f{one}, url: "https://h{one}.example/rss"}}\n' for one in range(feeds))
    return f"{CONFIG}{watchlists}feeds:\n{named}"


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def watched(feeds: int) -> dict[str, float]:
    """Milliseconds of the processor for a poll that brings nothing, and the megabytes resident afterwards."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        async with open_config(load_text(_config(feeds), "config.yaml", folder, {}), folder) as app:
            poller = replace(app.poller, reader=Reader())
            names = tuple(poller.specs)
            await poll_all(poller, names)
            began_s = time.process_time()
            await poll_all(poller, names)
            spent_s = time.process_time() - began_s
            return {"ms": spent_s / feeds * 1_000, "mb": _resident_mb()}


async def stored(articles: int) -> dict[str, float]:
    """Milliseconds of the processor for a poll of fifty known entries, and of ten new ones, over such a history."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        async with open_config(load_text(_config(2), "config.yaml", folder, {}), folder) as app:
            await fill(app.storage, articles)
            return {
                "known": await _median_ms(app, "f0", Reader(known=50)),
                "new": await _median_ms(app, "f1", Reader(fresh=10)),
            }


async def _median_ms(app: App, name: str, reader: Reader) -> float:
    poller = replace(app.poller, reader=reader)
    await poll_all(poller, (name,))
    spent = []
    for _ in range(ROUNDS):
        began_s = time.process_time()
        await poll_all(poller, (name,))
        spent.append(time.process_time() - began_s)
    return statistics.median(spent) * 1_000


def _apart(what: str, number: int) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, __file__, "--one", what, str(number)], stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, nargs="*", default=FEEDS)
    options.add_argument("--articles", type=int, nargs="*", default=ARTICLES)
    options.add_argument("--one", nargs=2)
    asked = options.parse_args()
    if asked.one:
        measured = {"watched": watched, "stored": stored}[asked.one[0]](int(asked.one[1]))
        print(json.dumps(asyncio.run(measured)))
        return
    print(f"load {os.getloadavg()[0]:.1f}")
    first: dict[str, float] = {}
    for number in asked.feeds:
        found = _apart("watched", number)
        print(
            f"{number:>10,} feeds    {found['ms']:8.2f} ms a poll of nothing new, {found['mb']:4.0f} MB", flush=True
        )
        grown = first.setdefault("feeds", found["ms"]) / found["ms"]
        note("growth", f"a poll of nothing new, {number:,} feeds", found["ms"], "ms CPU", grown, "the fewest feeds")
        note("memory", f"the main process, {number:,} feeds", found["mb"], "MB")
    for number in asked.articles:
        found = _apart("stored", number)
        print(
            f"{number:>10,} articles {found['known']:8.2f} ms a poll of 50 known entries, "
            f"{found['new']:.2f} ms of 10 new ones",
            flush=True,
        )
        for kind, what in (("known", "50 known entries"), ("new", "10 new entries")):
            grown = first.setdefault(kind, found[kind]) / found[kind]
            note("growth", f"a poll of {what}, {number:,} articles", found[kind], "ms CPU", grown, "the fewest")


if __name__ == "__main__":
    main()
