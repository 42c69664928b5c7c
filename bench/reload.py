"""How long an edit takes from the save until it is in force, in a running daemon, by the number of its watchlists.

    python bench/reload.py [--watchlists N]... [--edits N]

The daemon polls nothing meanwhile; the watchlists are those of `bench/check.py`. Each edit changes the query of one
watchlist and is saved by renaming a new file over the old one. A quarter of a second of it is waiting for the end of
the save. Every hundred milliseconds something small runs in the loop: how late it was at most is how long polls and
deliveries had to wait.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from check import make_config

from monitor.bootstrap import open_app
from monitor.engines.embedded import EmbeddedEngine
from monitor.engines.reload import Reloader

if TYPE_CHECKING:
    from collections.abc import Iterator

BEAT_S = 0.1
LONGEST_S = 120.0


def edited(text: str, number: int) -> str:
    """The configuration with another query for one watchlist."""
    lines = text.splitlines()
    chance = random.Random(number)  # noqa: S311 - no secret
    at = chance.choice([place for place, line in enumerate(lines) if line.startswith("  - {name: w")])
    lines[at] = f"  - {{name: edited{number}, query: '판본{number}'}}"
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def lateness(found: list[float]) -> Iterator[None]:
    """Write down how late each beat of the loop is."""

    async def beat() -> None:
        while True:
            due_s = time.perf_counter() + BEAT_S
            await asyncio.sleep(BEAT_S)
            found.append(time.perf_counter() - due_s)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


async def measure(count: int, edits: int, folder: Path) -> None:
    """Print a line of the table."""
    path = folder / "config.yaml"
    text = make_config(count)
    path.write_text(text, encoding="utf-8")
    taken: list[float] = []
    late: list[float] = []
    stop = asyncio.Event()
    async with open_app(path) as app:
        engine = EmbeddedEngine(app.poller, app.courier, app.pages, app.watcher)
        reloader = Reloader(app, engine, path)
        async with reloader.running():
            running = asyncio.create_task(engine.run(stop))
            while reloader._beside:  # noqa: ASYNC110, SLF001 - the warnings of the start
                await asyncio.sleep(BEAT_S)
            with lateness(late):
                for number in range(edits):
                    text = edited(text, number)
                    new = folder / "new.yaml"
                    new.write_text(text, encoding="utf-8")
                    before, start_s = reloader.app, time.perf_counter()
                    new.replace(path)
                    async with asyncio.timeout(LONGEST_S):
                        while reloader.app is before:  # noqa: ASYNC110 - nobody tells
                            await asyncio.sleep(0.01)
                    taken.append(time.perf_counter() - start_s)
                    await asyncio.sleep(0.5)
            stop.set()
            await running
    print(f"{count:>10} {statistics.median(taken):>10.2f} {max(taken):>8.2f} {max(late):>12.2f}")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--watchlists", type=int, action="append")
    options.add_argument("--edits", type=int, default=7)
    chosen = options.parse_args()
    logging.disable(logging.WARNING)
    print(f"{'watchlists':>10} {'median, s':>10} {'most, s':>8} {'loop late, s':>12}")
    for count in chosen.watchlists or [10, 100, 1000]:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(count, chosen.edits, Path(folder)))


if __name__ == "__main__":
    main()
