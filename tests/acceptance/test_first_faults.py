"""What a stranger meets in the first hour is named, with what to do: real programs, servers and files."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.docs.markdown import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def monitor(folder: Path, *words: str, config: str = "") -> subprocess.CompletedProcess[str]:
    if config:
        (folder / "config.yaml").write_text(config, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if name != "MONITOR_CONFIG"}
    call = [sys.executable, "-m", "monitor", *words]
    return subprocess.run(  # noqa: S603 - our own program
        call, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def test_no_configuration(tmp_path: Path) -> None:
    done = monitor(tmp_path, "run")
    assert (done.returncode, "monitor init" in done.stderr) == (2, True)


def test_a_variable_that_is_not_set(tmp_path: Path) -> None:
    done = monitor(tmp_path, "check", config='channels:\n  desk: {url: "${NO_SUCH_URL}"}\n')
    assert (done.returncode, "NO_SUCH_URL is not set, set it" in done.stderr) == (2, True)


def test_a_slack_address_that_is_cut_off(tmp_path: Path) -> None:
    cut = "channels:\n  desk: {url: 'https://hooks.slack.com/services/T0/bad'}\n"
    done = monitor(tmp_path, "check", config=cut)
    assert (done.returncode, "config.yaml:2:15" in done.stderr, "docs/channels.md" in done.stderr) == (2, True, True)


def test_a_mail_host_that_does_not_exist(tmp_path: Path) -> None:
    address = "mailto://no-such-host.invalid:25?from=a@example.com&to=b@example.com"
    done = monitor(tmp_path, "channels", "test", "mail", config=f"channels:\n  mail: {{url: '{address}'}}\n")
    assert (done.returncode, "name not found" in done.stdout + done.stderr) == (1, True)


def test_no_network(tmp_path: Path) -> None:
    feeds = "dashboard: null\nfeeds:\n  - {name: 전자, url: 'https://no-such-host.invalid/rss'}\n"
    done = monitor(tmp_path, "poll", config=feeds)
    assert (done.returncode, "feed 전자: name not found" in done.stderr) == (1, True)


def test_a_folder_that_nobody_may_write(tmp_path: Path) -> None:
    done = monitor(tmp_path, "feeds", config="database: sqlite:////proc/no/monitor.db\n")
    assert (done.returncode, "its folder writable for this user" in done.stderr) == (1, True)
    made = monitor(tmp_path, "--config", "/proc/no/config.yaml", "init")
    assert (made.returncode, "choose a folder that you may write into" in made.stderr) == (1, True)


def test_a_full_disk(tmp_path: Path) -> None:
    done = monitor(tmp_path, "feeds", config="database: sqlite:////dev/full\n")
    assert (done.returncode, "the disk is full" in done.stderr, "free some space" in done.stderr) == (1, True, True)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_bytes(b"no database " * 500)
    done = monitor(tmp_path, "feeds", config="database: sqlite:///monitor.db\n")
    assert (done.returncode, "restore a backup" in done.stderr) == (1, True)


def test_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    call = ["make", "-f", str(ROOT / "Makefile"), ".venv/bin/python", f"PYTHON={old}"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    said = done.stdout + done.stderr
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed, found: Python 3.9.2. Use: make PYTHON=" in said


async def test_a_port_that_is_taken_stops_nothing(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "config.yaml").write_text(f"dashboard: {{listen: '{listen}'}}\n", encoding="utf-8")
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "run", cwd=tmp_path, stderr=asyncio.subprocess.PIPE
        )
        assert running.stderr is not None
        said = b""
        while b"no dashboard" not in said:
            line = await asyncio.wait_for(running.stderr.readline(), 40)
            assert line, said
            said += line
        assert b"choose another port" in said
        running.terminate()
        await running.communicate()
        assert running.returncode == 0
