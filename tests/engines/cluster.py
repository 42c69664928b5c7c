"""A scheduler and workers as processes of their own, on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.feedserver import FeedServer, Served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.fakes.webhook import WebhookServer
    from tests.postgres import Server

WITHIN_S = 100
"""Programs take long to start on a crowded machine."""


@dataclass(slots=True)
class Program:
    """One process, and every line that it printed so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@dataclass(slots=True)
class Cluster:
    """A folder with the scheduler's configuration and one with the workers'; feeds and a web hook on loopback."""

    folder: Path
    server: Server
    database: str
    feeds: FeedServer
    hook: WebhookServer
    programs: list[Program] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url(self.database)

    def configure(self, names: Sequence[str], *, more: str = "", watchlist: str = "딥시크") -> None:
        fed = "".join(f'  - {{name: {name}, url: "{self.feeds.url(f"/{name}.xml")}"}}\n' for name in names)
        text = (
            f'database: "{self.url}"\nengine: distributed\nnetwork: {{allow_private: true}}\nfirst_poll: alert\n'
            f"dashboard: null\nalerts: {{group_wait: 0s}}\n{more}"
            f'watchlists:\n  - {{name: {watchlist}, any: ["{watchlist}"]}}\n'
            f'channels:\n  desk: {{url: "{self.hook.channel("desk")}"}}\nfeeds:\n{fed}'
        )
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")
        (self.folder / "worker.yaml").write_text(f'database: "{self.url}"\n', encoding="utf-8")

    def serve(self, name: str, *titles: str, delay_s: float = 0) -> None:
        entries = "".join(
            f"<item><title>{title}</title><link>https://news.example/{title.replace(' ', '-')}</link></item>"
            for title in titles
        )
        body = f'<rss version="2.0"><channel><title>견본</title>{entries}</channel></rss>'.encode()
        self.feeds.serve(f"/{name}.xml", Served(body, delay_s=delay_s))

    def _start(self, *words: str, inside: Sequence[str] = ()) -> Program:
        process = subprocess.Popen(  # noqa: S603 - our own program with words of ours
            [*inside, sys.executable, "-m", "monitor", *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        program = Program(process)
        self.programs.append(program)
        return program

    def scheduler(self, until: str = "giving out work") -> Program:
        program = self._start("run")
        self.soon(lambda: program.said(until), program)
        return program

    def worker(self, *, ready: bool = True, inside: Sequence[str] = ()) -> Program:
        """Start a worker, `inside` whatever these words put it into."""
        program = self._start("--config", "worker.yaml", "worker", inside=inside)
        if ready:
            self.soon(lambda: program.said("working with configuration"), program)
        return program

    def close(self) -> None:
        for program in self.programs:
            program.close()

    def soon(self, true: Callable[[], object], *programs: Program, within_s: float = WITHIN_S) -> None:
        """Wait until something outside this process is true."""
        end = time.monotonic() + within_s
        while not true():
            told = [line for program in programs or self.programs for line in program.lines]
            assert time.monotonic() < end, "".join(told)
            assert all(program.process.poll() is None for program in programs), "".join(told)
            time.sleep(0.05)

    def told(self) -> list[str]:
        return [request.json()["title"] for request in self.hook.requests]

    def rows(self, listing: str) -> list[dict[str, Any]]:
        storage = SqlStorage(open_engine(self.url, Path("/")))
        found = asyncio.run(storage.read(lambda work: getattr(work.listings, listing)(limit=1000)))
        storage.close()
        return list(found)

    def sql(self, statement: str) -> Sequence[tuple[Any, ...]]:
        return self.server.execute(statement, database=self.database)

    def due_now(self) -> None:
        """Let every feed be due, as if its interval had passed."""
        self.sql("UPDATE feeds SET next_poll_at = now() WHERE lease_token IS NULL")
