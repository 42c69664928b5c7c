"""Programs that the tests start as processes of their own, and kill. Run as `python -m tests.storage.programs`."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.core.schedule import FeedState
from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.storage.samples import article, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from monitor.pipeline.ports import Work

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2025, 1, 27, tzinfo=UTC)


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start one of the programs below."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "tests.storage.programs", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(program: subprocess.Popen[str], line: str) -> None:
    """Wait until a program has said this line."""
    assert program.stdout is not None
    said = program.stdout.readline().strip()
    assert said == line, (said, program.communicate()[1])


def result(program: subprocess.Popen[str]) -> str:
    """Everything a program said, which must have ended well."""
    output, errors = program.communicate(timeout=100)
    assert program.returncode == 0, errors
    return output.strip()


def _engine(url: str) -> Engine:
    return open_engine(url, Path("/"))


def count(url: str, seconds: str) -> None:
    """Read a number and write it back, one more, as often as possible; print how often."""

    def add_one(work: Work) -> None:
        (claim,) = work.feeds.claim_named(["전자"], NOW, timedelta(minutes=1))
        work.feeds.save(claim, FeedState(failures=claim.state.failures + 1))

    async def add_many() -> int:
        done, until = 0, time.monotonic() + float(seconds)
        while time.monotonic() < until:
            await storage.write(add_one)
            done += 1
        return done

    storage = SqlStorage(_engine(url))
    print(asyncio.run(add_many()))  # noqa: T201 - the test reads it
    storage.close()


def fill(url: str) -> None:
    """Store an article and its alert over and over, a transaction each, until killed."""

    async def fill_on() -> None:
        number = 0
        while True:
            await storage.write(partial(store, str(number)))
            if not number:
                print("begun", flush=True)  # noqa: T201 - the test reads it
            number += 1

    def store(key: str, work: Work) -> None:
        work.articles.add(article(key, content="가" * 5000), NOW)
        work.outbox.add_alert(draft(key, NOW), NOW)

    storage = SqlStorage(_engine(url))
    asyncio.run(fill_on())


def hang(url: str) -> None:
    """Store an article and its alert, and never commit."""

    def store(work: Work) -> None:
        work.articles.add(article(content="가" * 5_000_000), NOW)
        work.outbox.add_alert(draft("key", NOW), NOW)
        print("written", flush=True)  # noqa: T201 - the test reads it
        time.sleep(1000)

    asyncio.run(SqlStorage(_engine(url)).write(store))


def upgrade(url: str, scripts: str) -> None:
    """Migrate, and print from where to where."""
    engine = _engine(url)
    print(*migrate.upgrade(engine, Path(scripts)))  # noqa: T201 - the test reads it
    engine.dispose()


PROGRAMS: Final[dict[str, Callable[..., None]]] = {"count": count, "fill": fill, "hang": hang, "upgrade": upgrade}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
