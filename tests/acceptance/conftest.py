"""The whole program in a folder of its own, run as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

WATCH = """
terms:
  DeepSeek: {kind: organisation, any: [DeepSeek, 딥시크]}
alerts: {group_wait: 0s}
watchlists:
  - name: 딥시크
    any: ["@DeepSeek"]
  - name: 수출통제
    query: '수출 NEAR/2 (통제* OR 규제*)'
"""


@dataclass(slots=True)
class Project:
    """A folder with a config.yaml, and the `monitor` command in it."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def configure(self, feeds: Sequence[str], channels: dict[str, str], *, first_poll: str = "alert") -> None:
        """Write config.yaml for these feed addresses and channel addresses."""
        lines = [f"first_poll: {first_poll}", "network: {allow_private: true}", WATCH, "channels:"]
        lines += [f'  {name}: {{url: "{url}"}}' for name, url in channels.items()]
        lines += ["feeds:" if feeds else "feeds: []"]
        lines += [f'  - {{name: "피드{n}", url: "{url}"}}' for n, url in enumerate(feeds, start=1)]
        (self.folder / "config.yaml").write_text("\n".join(lines), encoding="utf-8")

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(  # noqa: S603 - our own program with words of ours
            [sys.executable, "-m", "monitor", *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if words[0] == "run" else subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def monitor(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*words)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err or "")

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints."""
        done = self.monitor(*words, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """`monitor run` for as long as the block."""
        process = self.start("run")
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=30)

    def let_leases_run_out(self) -> None:
        """What a minute of waiting after a kill -9 does; nothing if the kill came before there were tables."""
        with closing(sqlite3.connect(self.folder / "data" / "monitor.db", timeout=30)) as database, database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for update in (
                "UPDATE deliveries SET leased_until = ? WHERE leased_until IS NOT NULL",
                "UPDATE feeds SET leased_until = ? WHERE leased_until IS NOT NULL",
            ):
                if update.split()[1] in tables:
                    database.execute(update, ("2000-01-01 00:00:00.000000",))


def stop(process: subprocess.Popen[str]) -> str:
    """SIGTERM, a clean end, and everything it printed."""
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=40)
    assert process.returncode == 0, out
    return out


def soon(true: Callable[[], object], within_s: float = 60) -> None:
    """Wait until something outside this process is true."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
