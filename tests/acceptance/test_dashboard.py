"""`monitor run` serves the dashboard, tells open pages of hits, and ends cleanly with a line still open."""

from __future__ import annotations

import re
import signal
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.acceptance.conftest import Project, soon
from tests.acceptance.test_main_job import rss
from tests.fakes.feedserver import FeedServer, Served

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.acceptance


def address_of(process: subprocess.Popen[str]) -> str:
    """Where the daemon says that its dashboard is; what it says later is read too, so that it never waits."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"dashboard on (http://\S+)", line)
        if found:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return found[1]
    raise AssertionError("it ended without a dashboard")


def test_the_daemon_serves_what_it_finds(project: Project) -> None:
    with FeedServer() as feeds:
        project.configure([feeds.serve("/rss", Served(rss("中딥시크, 새 모델 공개")))], {"desk": "log://"})
        with (project.folder / "config.yaml").open("a", encoding="utf-8") as config:
            config.write('\ndashboard: {listen: "127.0.0.1:0", password: "correct horse"}\n')
        with (
            project.running() as process,
            httpx.Client(base_url=address_of(process), trust_env=False) as client,
        ):
            assert client.get("/").status_code == 401
            assert client.post("/login", data={"password": "correct horse"}).status_code == 303
            soon(lambda: "中<mark>딥시크</mark>, 새 모델 공개" in client.get("/").text)
            with client.stream("GET", "/live") as line:
                assert next(line.iter_text()).startswith("retry")
                process.send_signal(signal.SIGTERM)
                assert process.wait(40) == 0
