"""How many polls a second one PostgreSQL keeps, by how many processes write: the figure that sizes a cluster.

Each process does what a worker does between fetch and next fetch: claim, match with the shipped watchlists, group,
decide, commit. Nothing is fetched. Polls bring nothing, or ten new articles of 1.5 kB. The server is of the machine's
own programs, with fsync on. `python bench/cluster.py [SECONDS]`
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from figures import note  # noqa: E402 - found by the line above

from monitor.bootstrap import open_config  # noqa: E402
from monitor.config.load import load_text  # noqa: E402
from monitor.core.article import Article, Entry  # noqa: E402
from monitor.pipeline.records import Fresh, NotModified  # noqa: E402
from monitor.pipeline.sweep import LEASE, poll_claimed  # noqa: E402
from tests.postgres import Server  # noqa: E402

if TYPE_CHECKING:
    from monitor.pipeline.records import PollRequest, Reading

PROCESSES: Final = (1, 2, 4)
NEW: Final = 10
WORDS: Final = ("정부", "반도체", "수출", "통제", "강화", "삼성전자", "공장", "인공지능", "모델", "공개", "투자")


class Reader:
    """Answers without a network: nothing new, or new articles in every poll."""

    def __init__(self, kind: str, seed: str) -> None:
        self.kind = kind
        self.seed = seed
        self.numbers = count()

    async def read(self, request: PollRequest) -> Reading:
        """The scripted answer."""
        if self.kind == "unchanged":
            return NotModified()
        entries = tuple(self._entry(request.spec.name) for _ in range(NEW))
        return Fresh(entries, body_hash=entries[0].key)

    async def read_older(self, _request: PollRequest, _most: int) -> tuple[Entry, ...]:
        """No older pages."""
        return ()

    def _entry(self, feed: str) -> Entry:
        number = next(self.numbers)
        title = " ".join(WORDS[(number * step) % len(WORDS)] for step in (3, 5, 7, 11)) + f" {self.seed}{number}"
        url = f"https://news.example/{self.seed}/{number}"
        text = f"{title} 소식이다. " * 20
        return Entry(url, Article(url, url, title, text, source=feed, published_at=datetime.now(UTC)))


def configuration(database: str) -> str:
    """The shipped configuration over another database, with fifty feeds for each process."""
    shipped = (ROOT / "config.yaml").read_text(encoding="utf-8")
    kept = shipped[: shipped.index("\nfeeds:")]
    feeds = "\n".join(
        f'  - {{name: "p{process}-{number}", url: "https://h{process}-{number}.example/rss"}}'
        for process in range(max(PROCESSES))
        for number in range(50)
    )
    lines = [line for line in kept.splitlines() if not line.startswith("database:")]
    return f'database: "{database}"\n' + "\n".join(lines) + f"\nfeeds:\n{feeds}\n"


async def work(database: str, process: str, kind: str, seconds: float) -> int:
    """Poll as fast as one process can; how many polls."""
    config = load_text(configuration(database), "bench", ROOT, os.environ)
    async with open_config(config, ROOT) as app:
        poller = replace(app.poller, reader=Reader(kind, process))
        names = tuple(name for name in poller.specs if name.startswith(process))
        done, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            now, name = poller.clock.now(), names[done % len(names)]
            claims = await app.storage.write(
                lambda work, name=name, now=now: work.feeds.claim_named((name,), now, LEASE)
            )
            await poll_claimed(poller, claims[0])
            done += 1
    return done


def measure(server: Server, kind: str, processes: int, seconds: float) -> float:
    """Polls a second of so many processes together."""
    database = f"bench_{kind}_{processes}"
    url = server.create(database)
    asyncio.run(work(url, "p0", kind, 0.1))
    running = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, __file__, "--work", url, f"p{number}", kind, str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    polls = sum(int(one.communicate()[0]) for one in running)
    server.drop(database)
    return polls / seconds


def main() -> None:
    """Measure and print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    server = Server(durable=True)
    try:
        server.start()
        print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, {seconds:.0f} s each")
        print("| polls that bring | 1 process | 2 | 4 |")
        print("|---|---|---|---|")
        for kind, what in (("unchanged", "nothing"), ("fresh", f"{NEW} new articles")):
            rates = [measure(server, kind, processes, seconds) for processes in PROCESSES]
            print(f"| {what} | {' | '.join(f'{rate:.0f}/s' for rate in rates)} |", flush=True)
            for processes, rate in zip(PROCESSES, rates, strict=True):
                ratio = rate / rates[0]
                note("growth", f"polls that bring {what}, {processes} workers", rate, "polls/s", ratio, "one worker")
    finally:
        server.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        print(asyncio.run(work(sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]))))
    else:
        main()
