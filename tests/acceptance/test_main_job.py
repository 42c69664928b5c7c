from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Project, soon, stop
from tests.fakes.feedserver import FeedServer, Served
from tests.fakes.smtp import SmtpServer
from tests.fakes.webhook import Answer, WebhookServer

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.acceptance

KILLS = int(os.environ.get("MONITOR_TEST_KILLS", "5"))
"""How often the daemon is killed in the middle; fifty for a full run."""

HITS = int(os.environ.get("MONITOR_TEST_HITS", "150"))
"""How many articles hit at once; ten thousand for a full run."""
AN_ENTRY_LIMIT = 500


def rss(*titles: str, encoding: str = "utf-8", declare: bool = True) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if declare else '<?xml version="1.0"?>'
    entries = "".join(
        f"<item><title>{title}</title><link>https://news.example/{title.replace(' ', '-')}</link></item>"
        for title in titles
    )
    return f'{declaration}<rss version="2.0"><channel><title>견본</title>{entries}</channel></rss>'.encode(encoding)


def told(hook: WebhookServer) -> list[str]:
    return [request.json()["title"] for request in hook.requests]


def test_feeds_in_utf8_and_undeclared_cp949_become_alerts_by_webhook_and_mail(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer() as hook, SmtpServer() as mail:
        modern = feeds.serve("/utf8.xml", Served(rss("中딥시크, 새 모델 공개", "심해 탐사로봇 딥시커"), etag='"7"'))
        old = feeds.serve("/cp949.xml", Served(rss("美 수출 통제 확대", "똠방각하", encoding="cp949", declare=False)))
        project.configure([modern, old], {"hook": hook.channel("/a"), "mail": mail.channel("a@example.com")})
        (first,) = project.rows("poll")
        (second,) = project.rows("poll")
        hits = project.rows("hits")
    assert (first["fetched"], first["articles_new"], first["hits_new"], first["alerts"]) == (2, 4, 2, 2)
    assert (first["deliveries_sent"], first["deliveries_pending"], first["deliveries_dead"]) == (4, 0, 0)
    assert (second["not_modified"], second["articles_new"], second["alerts"], second["deliveries_sent"]) == (
        2,
        0,
        0,
        0,
    )
    assert sorted((hit["watchlist"], hit["title"]) for hit in hits) == [
        ("딥시크", "中딥시크, 새 모델 공개"),
        ("수출통제", "美 수출 통제 확대"),
    ]
    assert [span["text"] for hit in hits for span in hit["spans"] if hit["watchlist"] == "딥시크"] == ["딥시크"]
    assert len(hook.requests) == 2
    assert sorted(str(letter.message["subject"]) for letter in mail.mails) == [
        "[딥시크] 中딥시크, 새 모델 공개",
        "[수출통제] 美 수출 통제 확대",
    ]


def test_the_daemon_names_feeds_it_cannot_reach_and_stops_cleanly(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer() as hook:
        good = feeds.serve("/rss.xml", Served(rss("딥시크 새 모델")))
        project.configure(
            [good, "http://127.0.0.1:9/rss.xml", "http://no-such-host.invalid/rss.xml", feeds.url("/missing.xml")],
            {"hook": hook.channel("/a")},
        )
        with project.running() as process:
            soon(lambda: hook.requests)
            soon(lambda: feeds.count("/missing.xml"))
            time.sleep(1)
            log = stop(process)
    for feed in ("피드2", "피드3", "피드4"):
        assert f"feed {feed}: " in log
    assert "피드1: name" not in log
    assert log.rstrip().endswith("stopped")
    assert "Traceback" not in log
    health = {row["name"]: row["health"] for row in project.rows("feeds")}
    assert health == {"피드1": "ok", "피드2": "failing", "피드3": "failing", "피드4": "failing"}


def test_an_alert_that_could_not_be_sent_before_kill_9_arrives_after_the_restart(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer(Answer(503)) as hook:
        url = feeds.serve("/rss.xml", Served(rss("딥시크 하나", "딥시크 둘")))
        project.configure([url], {"hook": hook.channel("/a")})
        with project.running() as process:
            soon(lambda: hook.requests)
            process.kill()
        assert feeds.count("/rss.xml") == 1
        hook.default = Answer()
        before = len(hook.requests)
        project.let_leases_run_out()
        with project.running() as process:
            soon(lambda: len(hook.requests) == before + 2, within_s=40)
            stop(process)
        assert feeds.count("/rss.xml") == 1
    states = [row["state"] for row in project.rows("deliveries")]
    assert states == ["sent", "sent"]


def test_kill_9_while_a_delivery_is_under_way_repeats_at_most_that_one(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer() as hook:
        hook.script(Answer(hang=True))
        url = feeds.serve("/rss.xml", Served(rss("딥시크 하나", "딥시크 둘", "딥시크 셋")))
        project.configure([url], {"hook": hook.channel("/a")})
        with project.running() as process:
            soon(lambda: hook.requests)
            process.kill()
        assert [row["state"] for row in project.rows("deliveries")].count("leased") == 1
        project.let_leases_run_out()
        with project.running() as process:
            soon(lambda: len(hook.requests) == 4)
            stop(process)
    counted = Counter(told(hook))
    assert len(counted) == 3
    assert sorted(counted.values()) == [1, 1, 2]


def test_fault_01_kill_9_again_and_again_in_the_middle_loses_nothing(project: Project) -> None:
    titles = [f"딥시크 {number}" for number in range(24)]
    chance = random.Random(7)  # noqa: S311 - moments of the kills, not secrets
    kills = 0
    with FeedServer() as feeds, WebhookServer(Answer(delay_s=0.02)) as hook:
        urls = [feeds.serve(f"/{n}.xml", Served(rss(*titles[n * 6 : n * 6 + 6]))) for n in range(4)]
        project.configure(urls, {"hook": hook.channel("/a")})
        while kills < KILLS:
            with project.running() as process:
                soon(lambda: process.poll() is not None or _migrated(project), within_s=90)
                time.sleep(chance.uniform(0.1, 1.2))
                process.send_signal(signal.SIGKILL)
                process.wait(timeout=10)
                kills += 1
            project.let_leases_run_out()
        with project.running() as process:
            soon(lambda: len(set(told(hook))) == 24, within_s=90)
            stop(process)
        project.monitor("poll")
    counted = Counter(told(hook))
    assert len(counted) == 24
    assert sum(counted.values()) - 24 <= kills
    assert [row["state"] for row in project.rows("deliveries", "--limit", "100")] == ["sent"] * 24


def _migrated(project: Project) -> bool:
    return (project.folder / "data" / "monitor.db").exists()


def test_a_first_poll_is_one_summary_and_no_flood(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer() as hook:
        urls = [
            feeds.serve(f"/{n}.xml", Served(rss(*(f"딥시크 {n}-{number}" for number in range(50))))) for n in range(3)
        ]
        project.configure(urls, {"hook": hook.channel("/a")}, first_poll="summary")
        (summary,) = project.rows("poll")
    assert (summary["articles_new"], summary["hits_new"], summary["deliveries_sent"]) == (150, 150, 1)
    assert len(hook.requests) == 1
    assert "150" in hook.requests[0].json()["message"] + hook.requests[0].json()["title"]


def unlike(number: int) -> str:
    """A title that tells of another happening than all others."""
    chance = random.Random(number)  # noqa: S311 - made-up words
    words = ("".join(chr(chance.randrange(0xAC00, 0xD7A4)) for _ in range(3)) for _ in range(5))
    return f"딥시크 {' '.join(words)}"


def test_fault_11_very_many_hits_at_once_are_no_flood_and_all_are_told(project: Project) -> None:
    titles = [unlike(number) for number in range(HITS)]
    with FeedServer() as feeds, WebhookServer() as hook:
        urls = [
            feeds.serve(f"/{first}.xml", Served(rss(*titles[first : first + AN_ENTRY_LIMIT])))
            for first in range(0, HITS, AN_ENTRY_LIMIT)
        ]
        project.configure(urls, {"hook": f"webhook://127.0.0.1:{hook.port}/a"})
        (summary,) = project.rows("poll")
        assert summary["hits_new"] == HITS
        posted = len(hook.requests)
        for row in project.rows("held"):
            assert project.monitor("held", "release", str(row["id"])).returncode == 0
        project.monitor("poll")
    bodies = [request.json() for request in hook.requests]
    assert posted <= 110
    assert len(bodies) - posted <= 20
    assert sum(len(one["articles"]) + one["articles_left_out"] for one in bodies) == HITS


def test_fault_06_a_gone_webhook_is_dead_at_once_and_told_on_another_channel(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer(Answer(410)) as gone, WebhookServer() as other:
        url = feeds.serve("/rss.xml", Served(rss("딥시크 하나")))
        project.configure([url], {"gone": gone.channel("/a"), "other": other.channel("/b")})
        assert project.monitor("poll").returncode == 1
        (dead,) = project.rows("deliveries", "--state", "dead")
        assert (dead["channel"], dead["attempts"]) == ("gone", 1)
        assert "410" in dead["reason"]
        gone.default = Answer()
        assert project.monitor("deliveries", "retry", str(dead["id"])).returncode == 0
        project.monitor("poll")
    assert len(gone.requests) == 2
    assert any("gone" in request.json()["message"] for request in other.requests)


def test_a_config_with_three_faults_shows_all_three_with_line_and_column(project: Project) -> None:
    (project.folder / "config.yaml").write_text(
        'channels:\n  desk: {url: "log://"}\nwatchlists:\n'
        "  - name: 하나\n    query: '(수출 통제'\n  - name: 둘\n    any: [\"@없음\"]\n"
        "feeds:\n  - {name: 피드, url: ftp://x.example/}\n",
        encoding="utf-8",
    )
    for command in (["check"], ["run"], ["poll"], ["hits"]):
        done = project.monitor(*command)
        text = done.stdout + done.stderr
        assert done.returncode == 2
        assert "config.yaml:5:" in text
        assert "config.yaml:7:" in text
        assert "config.yaml:9:" in text
        assert "Traceback" not in text


def test_channels_test_tells_the_true_state_of_each_recipient(project: Project) -> None:
    with SmtpServer(refusals={"b@example.com": "550 5.1.1 no such user"}) as mail:
        project.configure([], {"mail": mail.channel("a@example.com", "b@example.com")})
        done = project.monitor("channels", "test", "mail")
        assert done.returncode == 1
        assert "mail a@example.com: sent" in done.stderr
        assert "mail b@example.com: failed: " in done.stderr
    unknown = project.monitor("channels", "test", "desk")
    assert unknown.returncode == 2
    assert "channels.desk: no such channel" in unknown.stderr


def test_a_second_ctrl_c_does_not_wait_for_a_try_that_hangs(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer(Answer(hang=True)) as hook:
        url = feeds.serve("/rss.xml", Served(rss("딥시크 하나")))
        project.configure([url], {"hook": hook.channel("/a")})
        with project.running() as process:
            soon(lambda: hook.requests)
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "stopped at once" in out
    assert "Traceback" not in out


def test_the_articles_of_an_alert_are_listed_all_of_them(project: Project) -> None:
    with FeedServer() as feeds, WebhookServer() as hook:
        url = feeds.serve("/rss.xml", Served(rss(*(f"딥시크 {number}" for number in range(60)))))
        project.configure([url], {"hook": hook.channel("/a")}, first_poll="summary")
        project.rows("poll")
        (alert,) = project.rows("alerts")
        assert len(project.rows("hits", "--alert", str(alert["id"]))) == 60
        assert project.rows("hits", "--alert", "99") == []


def test_the_demo_prints_alerts_within_seconds(project: Project) -> None:
    done = project.monitor("demo")
    assert done.returncode == 0, done.stderr
    assert "中딥시크, 새 추론 모델 공개" in done.stdout
    assert "딥시커" not in done.stdout
    assert "석유수출국기구" not in done.stdout
    assert "감시 목록: DeepSeek" in done.stdout


def test_a_reader_that_leaves_early_is_no_failure(project: Project) -> None:
    project.configure([], {"console": "log://"})
    lines = "".join(f'{{"id": {number}, "title": "딥시크"}}\n' for number in range(5000))
    (project.folder / "in.jsonl").write_text(lines, encoding="utf-8")
    with project.start("match", "in.jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith('{"id": 0')
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def backup_titles(project: Project) -> Sequence[str]:
    return [row["title"] for row in project.rows("articles")]


def test_a_backup_taken_while_the_daemon_runs_restores(project: Project) -> None:
    with FeedServer() as feeds:
        url = feeds.serve("/rss.xml", Served(rss("딥시크 하나", "날씨")))
        project.configure([url], {"console": "log://"})
        with project.running() as process:
            soon(lambda: feeds.count("/rss.xml"))
            time.sleep(1)
            assert project.monitor("db", "backup", "copy.db").returncode == 0
            stop(process)
    before = backup_titles(project)
    for file in (project.folder / "data").iterdir():
        file.unlink()
    (project.folder / "copy.db").rename(project.folder / "data" / "monitor.db")
    assert project.monitor("db", "check").returncode == 0
    assert backup_titles(project) == before
    assert len(before) == 2
