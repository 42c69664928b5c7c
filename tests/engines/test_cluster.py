"""The distributed engine: a scheduler and workers, killed, stopped, upgraded and cut off."""

from __future__ import annotations

import os
import signal
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.engines.cluster import Cluster
from tests.fakes.feedserver import FeedServer
from tests.fakes.webhook import WebhookServer
from tests.postgres import NEEDED, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [NEEDED, pytest.mark.acceptance, pytest.mark.timeout(300)]

# Nothing in common but the name, so that none is of another's story.
HEADLINES = (
    "中딥시크 새 모델 공개",
    "딥시크 접속 장애 한 시간 만에 복구",
    "국내 은행, 사내에서 딥시크 차단",
    "딥시크 창업자 국회 증언대 선다",
    "반도체주 급락은 딥시크 탓인가",
    "교육부 딥시크 활용 지침 배포",
)


@pytest.fixture
def cluster(postgres_server: Server, tmp_path: Path) -> Iterator[Cluster]:
    postgres_server.drop("cluster")
    postgres_server.create("cluster", "migrated")
    with FeedServer() as feeds, WebhookServer() as hook:
        made = Cluster(tmp_path, postgres_server, "cluster", feeds, hook)
        yield made
        made.close()
    postgres_server.drop("cluster")


def test_two_workers_poll_match_and_tell_once_and_take_an_edit_over(cluster: Cluster) -> None:
    names = [f"feed{number}" for number in range(len(HEADLINES))]
    for name, title in zip(names, HEADLINES, strict=True):
        cluster.serve(name, title, "수출통제 확대")
    cluster.configure(names)
    scheduler = cluster.scheduler()
    workers = [cluster.worker(), cluster.worker()]

    cluster.soon(lambda: len(cluster.told()) == 6)
    asked = sorted(one.at_s for one in cluster.feeds.requests)
    assert all(later - earlier >= 0.45 for earlier, later in pairwise(asked)), "one host, asked too fast"

    cluster.configure(names, watchlist="수출통제")
    cluster.soon(lambda: scheduler.said("configuration taken over"))
    cluster.serve("feed0", "수출통제 품목에 희토류 추가")
    cluster.due_now()
    cluster.soon(lambda: len(cluster.told()) == 7)

    assert any(worker.said("taken over: 1 watchlists") for worker in workers)
    assert [worker.stop() for worker in workers] == [0, 0]
    assert scheduler.stop() == 0
    assert {row["state"] for row in cluster.rows("deliveries")} == {"sent"}


def test_fault_41_a_killed_worker_s_polls_run_again_within_a_minute(cluster: Cluster) -> None:
    cluster.serve("slow", "中딥시크 공개", delay_s=20)
    cluster.configure(["slow"])
    scheduler = cluster.scheduler()
    first = cluster.worker()
    cluster.soon(lambda: cluster.feeds.count("/slow.xml"))
    second = cluster.worker()
    first.kill()
    killed_s = time.monotonic()
    cluster.serve("slow", "中딥시크 공개")

    cluster.soon(cluster.told, within_s=60)

    assert time.monotonic() - killed_s < 60
    cluster.soon(lambda: scheduler.said("a worker has vanished"))
    cluster.soon(lambda: cluster.sql("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == [(0,)])
    assert len(cluster.told()) == 1
    assert second.stop() == 0


def test_fault_42_a_worker_that_is_stopped_and_resumed_writes_nothing_stale(cluster: Cluster) -> None:
    cluster.serve("slow", "中딥시크 옛 소식", delay_s=5)
    cluster.configure(["slow"])
    cluster.scheduler()
    first = cluster.worker()
    cluster.soon(lambda: cluster.feeds.count("/slow.xml"))
    first.process.send_signal(signal.SIGSTOP)
    cluster.serve("slow", "中딥시크 새 소식")
    second = cluster.worker()
    cluster.soon(lambda: len(cluster.rows("articles")) == 1, within_s=60)

    first.process.send_signal(signal.SIGCONT)
    cluster.soon(lambda: first.said("took over") or first.said("given to another"))

    assert [row["title"] for row in cluster.rows("articles")] == ["中딥시크 새 소식"]
    cluster.soon(lambda: len(cluster.told()) == 1)
    assert second.stop() == 0


OUTAGES_S = os.environ.get("MONITOR_TEST_OUTAGES_S", "1 5").split()


@pytest.mark.parametrize("seconds", [int(one) for one in OUTAGES_S])
def test_fault_43_after_postgresql_was_away_service_is_back_without_a_person(tmp_path: Path, seconds: int) -> None:
    # One that waits for no disk forgets what it said it had committed when it is stopped like this.
    server = Server(durable=True)
    try:
        server.start()
        server.create("cluster")
        with FeedServer() as feeds, WebhookServer() as hook:
            cluster = Cluster(tmp_path, server, "cluster", feeds, hook)
            try:
                cluster.serve("one", "中딥시크 하나")
                cluster.configure(["one"])
                programs = cluster.scheduler(), cluster.worker()
                cluster.soon(lambda: len(cluster.told()) == 1)
                cluster.soon(lambda: {row["state"] for row in cluster.rows("deliveries")} == {"sent"})
                server.stop()
                time.sleep(seconds)
                cluster.serve("one", "딥시크 서버 마비 원인 조사 착수")
                server.start()
                back_s = time.monotonic()
                cluster.due_now()
                cluster.soon(lambda: len(cluster.told()) == 2, within_s=60)
                print(f"told {time.monotonic() - back_s:.1f} s after PostgreSQL was back")  # noqa: T201 - the figure
                cluster.soon(lambda: {row["state"] for row in cluster.rows("deliveries")} == {"sent"})
                assert [program.stop() for program in programs] == [0, 0]
            finally:
                cluster.close()
    finally:
        server.close()


def test_fault_44_of_two_schedulers_one_gives_out_work_and_the_other_follows_it(cluster: Cluster) -> None:
    cluster.serve("one", "中딥시크 하나")
    cluster.configure(["one"])
    first = cluster.scheduler()
    second = cluster.scheduler(until="another scheduler gives out work")
    cluster.worker()
    cluster.soon(lambda: len(cluster.told()) == 1)
    assert cluster.feeds.count("/one.xml") == 1

    first.kill()
    cluster.serve("one", "딥시크 서버 마비 원인 조사 착수")
    cluster.due_now()
    cluster.soon(lambda: len(cluster.told()) == 2)

    assert second.said("giving out work")
    assert cluster.feeds.count("/one.xml") == 2


def test_fault_45_a_worker_told_to_end_finishes_what_it_has_and_leaves_nothing_behind(cluster: Cluster) -> None:
    cluster.serve("slow", "中딥시크 공개", delay_s=4)
    cluster.configure(["slow"])
    cluster.scheduler()
    worker = cluster.worker()
    cluster.soon(lambda: cluster.feeds.count("/slow.xml"))

    assert worker.stop() == 0

    assert len(cluster.rows("articles")) == 1
    assert cluster.sql("SELECT count(*) FROM feeds WHERE lease_token IS NOT NULL") == [(0,)]
    assert cluster.sql("SELECT count(*) FROM leases WHERE name LIKE 'host %' AND leased_until > now()") == [(0,)]
    assert cluster.sql("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == [(0,)]


def test_a_worker_of_another_schema_refuses_and_says_so(cluster: Cluster) -> None:
    cluster.serve("one", "中딥시크 하나")
    cluster.configure(["one"])
    cluster.scheduler()
    worker = cluster.worker()
    cluster.soon(lambda: len(cluster.told()) == 1)

    cluster.sql("UPDATE alembic_version SET version_num = '9999'")
    cluster.due_now()

    assert worker.process.wait(60) == 1
    assert worker.said("the database was upgraded")
    late = cluster.worker(ready=False)
    assert late.process.wait(60) == 1
    assert late.said("newer schema (9999)")


def test_a_worker_that_cannot_use_the_configuration_refuses_and_says_so(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.serve("one", "中딥시크 하나")
    cluster.configure(["one"])
    monkeypatch.setenv("OPERATOR_HERE", "desk")
    scheduler = cluster.scheduler()
    monkeypatch.delenv("OPERATOR_HERE")
    worker = cluster.worker()
    cluster.soon(lambda: len(cluster.told()) == 1)

    cluster.configure(["one"], more='operator: "${OPERATOR_HERE}"\n')
    cluster.soon(lambda: scheduler.said("configuration taken over"))
    cluster.due_now()

    assert worker.process.wait(60) == 2
    assert worker.said("OPERATOR_HERE")
    assert cluster.sql("SELECT count(*) FROM feeds WHERE lease_token IS NOT NULL") == [(0,)]
