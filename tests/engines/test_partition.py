"""A worker on a host of its own, a network namespace, whose cable is pulled and put back."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from tests.engines.cluster import Cluster
from tests.fakes.feedserver import FeedServer
from tests.fakes.webhook import WebhookServer
from tests.postgres import NEEDED, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUT_S: Final = float(os.environ.get("MONITOR_TEST_PARTITION_S", "0"))


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: S603, S607 - the machine's own


class Host:
    """A network namespace that reaches this machine by one cable, a pair of virtual interfaces."""

    def __init__(self) -> None:
        self.name = f"knm{secrets.token_hex(3)}"
        self._cable = f"{self.name}a"
        third = secrets.randbelow(250)
        self.here = f"10.213.{third}.1"
        self._there = f"10.213.{third}.2"

    def open(self) -> None:
        far = f"{self.name}b"
        _ip("netns", "add", self.name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", far, "netns", self.name)
        _ip("addr", "add", f"{self.here}/30", "dev", self._cable)
        self.connect()
        _ip("-n", self.name, "addr", "add", f"{self._there}/30", "dev", far)
        _ip("-n", self.name, "link", "set", far, "up")
        _ip("-n", self.name, "link", "set", "lo", "up")

    @property
    def inside(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        _ip("link", "set", self._cable, "down")

    def connect(self) -> None:
        _ip("link", "set", self._cable, "up")

    def close(self) -> None:
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)  # noqa: S603, S607


@contextmanager
def _apart() -> Iterator[Host]:
    host = Host()
    try:
        host.open()
        yield host
    finally:
        host.close()


def _may() -> bool:
    if os.getuid() != 0 or shutil.which("ip") is None:
        return False
    try:
        with _apart():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _free_port(host: str) -> int:
    with socket.socket() as one:
        one.bind((host, 0))
        return int(one.getsockname()[1])


@pytest.fixture
def apart() -> Iterator[Host]:
    if not _may():
        pytest.skip("network namespaces need root and iproute2")
    with _apart() as host:
        yield host


@NEEDED
@pytest.mark.acceptance
@pytest.mark.timeout(400)
@pytest.mark.skipif(not CUT_S, reason="takes minutes: set MONITOR_TEST_PARTITION_S=60")
def test_fault_42_a_worker_that_is_cut_off_loses_its_poll_and_writes_nothing_stale_when_it_is_back(
    apart: Host, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        server = Server(port=_free_port(apart.here), durable=True, host=apart.here)
        stack.callback(server.close)
        server.start()
        server.create("cluster")
        feeds = stack.enter_context(FeedServer(apart.here))
        hook = stack.enter_context(WebhookServer(host=apart.here))
        cluster = Cluster(tmp_path, server, "cluster", feeds, hook)
        stack.callback(cluster.close)
        cluster.serve("slow", "中딥시크 옛 소식", delay_s=8)
        cluster.configure(["slow"])
        cluster.scheduler()
        far = cluster.worker(inside=apart.inside)
        cluster.soon(lambda: feeds.count("/slow.xml"))

        apart.cut()
        cut_s = time.monotonic()
        cluster.serve("slow", "中딥시크 새 소식")
        near = cluster.worker()
        cluster.soon(cluster.told, within_s=120)
        print(f"told {time.monotonic() - cut_s:.1f} s after the cable was pulled")  # noqa: T201 - the figure
        time.sleep(max(0.0, CUT_S - (time.monotonic() - cut_s)))
        apart.connect()
        cluster.serve("slow", "딥시크 서버 마비 원인 조사 착수")
        assert near.stop() == 0
        cluster.due_now()
        back_s = time.monotonic()
        cluster.soon(lambda: len(cluster.told()) == 2, within_s=120)
        print(f"the worker told again {time.monotonic() - back_s:.1f} s after it was back")  # noqa: T201

        assert {row["title"] for row in cluster.rows("articles")} == {
            "中딥시크 새 소식",
            "딥시크 서버 마비 원인 조사 착수",
        }
        cluster.soon(lambda: {row["state"] for row in cluster.rows("deliveries")} == {"sent"})
        assert far.stop() == 0
