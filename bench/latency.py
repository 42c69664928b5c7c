"""From the feed's answer to the web hook: how long an alert takes beyond the poll's wait, in a running daemon.

    python bench/latency.py [--rounds N]

A daemon of its own watches one feed on loopback and tells a web hook there. Each round the feed has one more entry
and is due at once; the clock starts when the feed is asked and stops when the hook is called. No group waits.
The memory of the daemon and its children is read at rest and after the rounds.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from figures import note

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.feedserver import FeedServer, Served  # noqa: E402 - found by the line above
from tests.fakes.webhook import WebhookServer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_S: Final = 60.0
NAME: Final = "딥시크"


def _body(titles: list[str]) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><link>https://news.example/{number}</link></item>"
        for number, title in zip(range(len(titles), 0, -1), titles, strict=True)
    )
    return f'<rss version="2.0"><channel><title>견본</title>{entries}</channel></rss>'.encode()


def _title(chance: random.Random) -> str:
    """A headline that has only the name in common with the others, so that it is a story of its own."""
    words = ("".join(chr(chance.randrange(0xAC00, 0xD7A4)) for _ in range(4)) for _ in range(4))
    return f"{NAME} {' '.join(words)}"


def _wait(true: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + LONGEST_S
    while not true():
        if time.monotonic() > end_s:
            raise TimeoutError(what)
        time.sleep(0.002)


def _due(database: Path) -> None:
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute("UPDATE feeds SET next_poll_at = '2000-01-01 00:00:00.000000' WHERE lease_token IS NULL")
    connection.close()


def _tree_mb(pid: int) -> tuple[float, float]:
    """Resident megabytes of a process, and of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return _resident_mb(pid), sum(_resident_mb(int(child)) for child in children)


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def measure(rounds: int, folder: Path) -> tuple[list[float], tuple[float, float], tuple[float, float]]:
    """Seconds of each round, and megabytes of the daemon and of its children at rest and afterwards."""
    chance = random.Random(7)  # noqa: S311 - no secret
    titles, took = [_title(chance)], []
    with FeedServer() as feeds, WebhookServer() as hook:
        url = feeds.serve("/rss", Served(_body(titles)))
        (folder / "config.yaml").write_text(
            "database: sqlite:///monitor.db\nnetwork: {allow_private: true}\nfirst_poll: alert\ndashboard: null\n"
            f"alerts: {{group_wait: 0s}}\nwatchlists: [{{name: {NAME}, any: [{NAME}]}}]\n"
            f'channels: {{hook: {{url: "{hook.channel()}"}}}}\nfeeds: [{{name: one, url: "{url}"}}]\n',
            encoding="utf-8",
        )
        with subprocess.Popen(
            [sys.executable, "-m", "monitor", "run"], cwd=folder, stderr=subprocess.DEVNULL
        ) as daemon:
            try:
                _wait(lambda: len(hook.requests) == 1, "the first alert")
                time.sleep(2)
                rest = _tree_mb(daemon.pid)
                for turn in range(rounds):
                    titles.insert(0, _title(chance))
                    asked = len(feeds.requests)
                    feeds.serve("/rss", Served(_body(titles)))
                    _due(folder / "monitor.db")
                    _wait(lambda turn=turn: len(hook.requests) == turn + 2, "an alert")
                    took.append(hook.requests[-1].at_s - feeds.requests[asked].at_s)
                return took, rest, _tree_mb(daemon.pid)
            finally:
                daemon.send_signal(signal.SIGTERM)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=40)
    asked = options.parse_args()
    with TemporaryDirectory() as scratch:
        took, rest, after = measure(asked.rounds, Path(scratch))
    middle, most = statistics.median(took) * 1e3, statistics.quantiles(took, n=20)[-1] * 1e3
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"from the feed's answer to the hook: median {middle:.0f} ms, 95th {most:.0f} ms of {len(took)} rounds")
    print(
        f"at rest {rest[0]:.0f} MB and {rest[1]:.0f} MB in its children; afterwards {after[0]:.0f} and {after[1]:.0f}"
    )
    note("latency", "from the feed's answer to the web hook, median", middle, "ms")
    note("latency", "from the feed's answer to the web hook, 95th of 100", most, "ms")
    note("memory", "the daemon at rest, one feed", rest[0], "MB")
    note("memory", "its children at rest", rest[1], "MB")


if __name__ == "__main__":
    main()
