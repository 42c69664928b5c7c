from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.bootstrap import open_app
from monitor.core.errors import StorageError
from monitor.engines import reload
from monitor.engines.embedded import EmbeddedEngine
from monitor.engines.reload import Reloader
from tests.engines.daemon import Daemon, soon
from tests.fakes.feedserver import FeedServer
from tests.fakes.webhook import Answer, WebhookServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TAKEN_S = 2.0
"""An edit takes effect within this."""


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with FeedServer() as feeds, WebhookServer() as hook:
        made = Daemon(tmp_path, feeds, hook)
        made.serve("one", "딥시크 새 모델")
        made.path.write_text(made.text(), encoding="utf-8")
        yield made


def named(*names: str) -> str:
    return "".join(f'  - {{name: {name}, any: ["딥시크"]}}\n' for name in names)


# --- the ways in which editors save ---


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def temp_and_rename(path: Path, text: str) -> None:
    other = path.with_name(f".{path.name}.new")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


def backup_and_write(path: Path, text: str) -> None:
    path.replace(path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")


async def in_parts(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(text), 150):
            file.write(text[start : start + 150])
            file.flush()
            await asyncio.sleep(0.02)


def link_swap(path: Path, text: str) -> None:
    """As Kubernetes does: config.yaml -> ..data/config.yaml, and ..data goes from one folder to the next."""
    folder = path.parent
    generation = folder / f"..{time.monotonic_ns()}"
    generation.mkdir()
    (generation / path.name).write_text(text, encoding="utf-8")
    new = folder / "..data_tmp"
    new.symlink_to(generation.name)
    new.replace(folder / "..data")
    if not path.is_symlink():
        path.unlink()
        path.symlink_to(f"..data/{path.name}")


@pytest.mark.parametrize("save", [in_place, temp_and_rename, backup_and_write, in_parts, link_swap])
@pytest.mark.parametrize("told", ["by the system", "by looking"])
async def test_fault_40_an_edit_takes_effect_within_two_seconds_however_it_is_saved_twice_in_a_row(
    daemon: Daemon, save: Callable[[Path, str], object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if told == "by looking":  # the system gives no word of changes, as on a network disk
        monkeypatch.setattr(reload, "watch", lambda *_: asyncio.Event().wait())
    if save is link_swap:
        link_swap(daemon.path, daemon.text())
    async with daemon.run():
        for names in (["가"], ["가", "나"], ["다"]):
            saved = save(daemon.path, daemon.text(watchlists=named(*names)))
            if asyncio.iscoroutine(saved):
                await saved
            await soon(lambda names=names: daemon.watchlists() == names, TAKEN_S)  # type: ignore[misc]


async def test_a_changed_secret_file_takes_effect_too(daemon: Daemon) -> None:
    secret = daemon.folder / "secrets" / "desk"
    secret.parent.mkdir()
    secret.write_text(daemon.hook.channel("old"), encoding="utf-8")
    text = daemon.text(channels=("ops",)).replace("channels:\n", "channels:\n  desk: {url_file: secrets/desk}\n")
    daemon.path.write_text(text, encoding="utf-8")
    async with daemon.run():
        await soon(lambda: daemon.told("old"))
        temp_and_rename(secret, daemon.hook.channel("new"))
        daemon.serve("two", "딥시크 둘째")
        await soon(lambda: daemon.app.config.channels["desk"].address.reveal().endswith("new"))
        in_place(daemon.path, text + f'  - {{name: two, url: "{daemon.feeds.url("/two.xml")}"}}\n')
        await soon(lambda: daemon.told("new"))


async def test_an_edited_template_takes_effect_and_a_bad_one_changes_nothing(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    folder = daemon.folder / "own"
    folder.mkdir()
    (folder / "text.j2").write_text("one {{ alert.title }}", encoding="utf-8")
    daemon.path.write_text(daemon.text(more="operator: ops\ntemplates: own\n"), encoding="utf-8")

    def text() -> str:
        (found,) = daemon.app.config.template_texts
        return found.text

    async with daemon.run():
        (folder / "text.j2").write_text("two {{ alert.title }}", encoding="utf-8")
        await soon(lambda: text().startswith("two"))
        (folder / "text.j2").write_text("three {{ alert.nothing }}", encoding="utf-8")
        await soon(lambda: "text.j2:1:1: templates: AlertView has no attribute 'nothing'" in caplog.text)
        assert text().startswith("two")
        (folder / "text.j2").write_text("four {{ alert.title }}", encoding="utf-8")
        await soon(lambda: text().startswith("four"))
        daemon.serve("two", "딥시크 서버 화재로 접속 장애")
        more = "operator: ops\ntemplates: own\n"
        in_place(daemon.path, daemon.text(more=more, feeds=("one", "two")))
        await soon(lambda: any(one.json()["message"].startswith("four ") for one in daemon.hook.requests), 60)


# --- what a bad edit does ---


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ("watchlists: [\n", "config.yaml:"),
        ("watchlists:\n  - name: 가\n    query: '(수출'\n", "config.yaml:3:"),
        ("language: ko\nlanguage: en\n", "config.yaml:2:1: language: this key stands here twice"),
        ("terms:\n  A: {any: [가], examples: {match: [나]}}\n", "config.yaml:2:"),
    ],
)
async def test_fault_40_a_bad_edit_changes_nothing_is_shown_with_its_place_and_clears_when_mended(
    daemon: Daemon, bad: str, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with daemon.run() as reloader:
        good = daemon.app
        in_place(daemon.path, bad)
        await soon(lambda: place in caplog.text)
        assert daemon.app is good
        state = await good.storage.read(lambda work: work.reloads.state())
        assert place in state.fault
        assert state.fault_since is not None
        reloader.ask()
        await asyncio.sleep(0.5)
        assert caplog.text.count("changes nothing until") == 1
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(lambda: daemon.watchlists() == ["가"])
        after = await good.storage.read(lambda work: work.reloads.state())
        (notice,) = [row for row in await daemon.rows("alerts") if row["reason"] == "notice"]
        content = await good.storage.read(lambda work: work.outbox.content(notice["id"]))
    assert (after.fault, after.fault_since) == ("", None)
    assert place in content.notes[0]
    assert len(content.notes) == 2
    assert notice["channels"] == ["ops"]


async def test_a_file_that_is_gone_is_a_bad_edit(daemon: Daemon, caplog: pytest.LogCaptureFixture) -> None:
    async with daemon.run():
        daemon.path.unlink()
        await soon(lambda: "there is no such file" in caplog.text)
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(lambda: daemon.watchlists() == ["가"])


async def test_another_database_waits_for_the_next_start_and_the_rest_is_taken_over(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    async with daemon.run():
        await soon(daemon.told)
        in_place(daemon.path, daemon.text(watchlists=named("가")).replace("data/monitor.db", "data/other.db"))
        await soon(lambda: daemon.watchlists() == ["가"])
        assert "database: a change takes effect at the next start" in caplog.text
        assert len(await daemon.rows("articles")) == 1


async def test_a_storage_that_refuses_keeps_the_old_configuration_and_is_tried_again(
    daemon: Daemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with daemon.run() as reloader:
        real, full = reloader._engine.swap, [True]

        async def swap(*words: object) -> object:
            if full[0]:
                raise StorageError("the disk is full", "free some space")
            return await real(*words)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(reloader._engine, "swap", swap)
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(lambda: "is not read: the disk is full" in caplog.text)
        assert daemon.watchlists() == ["딥시크"]
        full[0] = False
        await soon(lambda: daemon.watchlists() == ["가"])


async def test_a_fault_of_ours_does_not_stop_the_daemon(
    daemon: Daemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise RuntimeError("oops")

    async with daemon.run():
        with monkeypatch.context() as patch:
            patch.setattr("monitor.bootstrap.read_config", broken)
            in_place(daemon.path, daemon.text(watchlists=named("가")))
            await soon(lambda: "a fault of ours" in caplog.text)
        in_place(daemon.path, daemon.text(watchlists=named("나")))
        await soon(lambda: daemon.watchlists() == ["나"])


async def test_an_edit_that_breaks_an_example_is_refused_with_its_line(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    proved = (
        "  - name: 딥시크\n    any: [딥시크]\n    examples:\n      match: [中딥시크 공개]\n"
        "      no_match:\n        - 심해 로봇 딥시커 진수\n"
    )
    daemon.path.write_text(daemon.text(watchlists=proved), encoding="utf-8")
    async with daemon.run():
        good = daemon.app
        broken = daemon.text(watchlists=proved.replace("any: [딥시크]", "any: [딥시크, 딥시커]"))
        line = broken.splitlines().index("        - 심해 로봇 딥시커 진수") + 1
        in_place(daemon.path, broken)
        await soon(lambda: f"config.yaml:{line}:11: watchlists.0.examples.no_match.0: " in caplog.text)
        assert daemon.app is good
        in_place(daemon.path, daemon.text(watchlists=proved))
        await soon(lambda: daemon.app is not good)


async def test_faults_of_every_kind_are_logged_in_one_report(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    async with daemon.run():
        in_place(
            daemon.path,
            "colour: red\nwatchlists:\n  - {name: 가, query: '(수출'}\n"
            "  - {name: 나, any: [수출], examples: {match: [날씨]}}\nchannels: {desk: {url: 'slakc://x'}}\n",
        )
        await soon(lambda: "changes nothing until this is mended" in caplog.text)
    for place in (
        "1:1: colour",
        "3:23: watchlists.0.query",
        ": watchlists.1.examples.match.0",
        "5:24: channels.desk",
    ):
        assert place in caplog.text


async def test_half_of_a_file_is_not_taken_over_while_it_is_written(daemon: Daemon) -> None:
    text = daemon.text(watchlists=named("가", "나"))
    half = text.index("feeds:")  # valid, at the end of a line, more than half, and without feeds
    assert half > len(text) // 2
    async with daemon.run():
        seen: list[int] = []
        looking = asyncio.create_task(_look_on(daemon, seen))
        with daemon.path.open("w", encoding="utf-8") as file:  # as a slow copy does
            file.write(text[:half])
            file.flush()
            await asyncio.sleep(1.5)
            file.write(text[half:])
        await soon(lambda: daemon.watchlists() == ["가", "나"])
        looking.cancel()
    assert set(seen) == {1}


async def _look_on(daemon: Daemon, seen: list[int]) -> None:
    while True:
        seen.append(len(daemon.app.poller.specs))
        await asyncio.sleep(0.02)


async def test_a_beginning_that_was_closed_waits_one_more_beat(daemon: Daemon) -> None:
    text = daemon.text(channels=("desk", "ops", "third", "fourth", "fifth"), more="")
    async with daemon.run():
        in_place(daemon.path, text)
        await soon(lambda: len(daemon.app.config.channels) == 5)
        good = daemon.app
        cut = text.index("channels:")  # valid, at the end of a line, less than half, and without channels
        assert cut < len(text.encode()) / 2
        in_place(daemon.path, text[:cut])
        await asyncio.sleep(0.8)
        assert daemon.app is good
        in_place(daemon.path, text + "# end\n")
        await soon(lambda: daemon.app is not good)
        assert len(daemon.app.config.channels) == 5


async def test_an_edit_while_the_daemon_opens_is_not_missed(daemon: Daemon) -> None:
    async with open_app(daemon.path) as app:
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        engine = EmbeddedEngine(app.poller, app.courier)
        reloader = Reloader(app, engine, daemon.path)
        async with reloader.running():
            await soon(lambda: [one.name for one in reloader.app.compiled.watchlists] == ["가"])


async def test_warnings_are_logged_once_and_again_only_where_they_are_new(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    idle = daemon.text().replace("watchlists:\n", "watchlists:\n  - {name: 가, any: [수출], channels: [ops]}\n")
    idle = idle.replace('any: ["딥시크"]', 'any: ["딥시크"], channels: [ops]')
    daemon.path.write_text(idle, encoding="utf-8")
    async with daemon.run():
        await soon(lambda: "warning: channels.desk: no watchlist uses this channel" in caplog.text)
        in_place(daemon.path, idle.replace("any: [수출]", "query: '수출 -수출'"))
        await soon(lambda: "warning: watchlists.0.query: the watchlist 가 can never match" in caplog.text)
    assert caplog.text.count("no watchlist uses this channel") == 1


async def test_a_fault_of_ours_in_a_warning_changes_nothing(
    daemon: Daemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr(reload, "warnings_of", broken)
    async with daemon.run():
        await soon(lambda: "a fault of ours while looking for warnings" in caplog.text)
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(lambda: daemon.watchlists() == ["가"])


# --- what a good edit does ---


async def test_a_new_feed_is_polled_and_a_removed_one_is_not(daemon: Daemon) -> None:
    daemon.serve("two", "딥시크 둘째")
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
        in_place(daemon.path, daemon.text(feeds=("two",)))
        await soon(lambda: len(daemon.told()) == 2)
        health = {row["name"]: row["health"] for row in await daemon.app.storage.read(lambda w: w.listings.feeds())}
    assert health == {"one": "removed", "two": "ok"}


async def test_a_poll_under_way_ends_with_the_configuration_it_began_with(daemon: Daemon) -> None:
    daemon.serve("one", "딥시크 새 모델", delay_s=1.5)
    async with daemon.run():
        await soon(lambda: daemon.feeds.count("/one.xml"))
        in_place(daemon.path, daemon.text(feeds=(), watchlists=named("가")).replace("feeds:\n", "feeds: []\n"))
        await soon(lambda: daemon.watchlists() == ["가"])
        await soon(lambda: len(daemon.told()) == 1)
        (hit,) = await daemon.rows("hits")
    assert hit["watchlist"] == "딥시크"


async def test_a_delivery_under_way_ends_on_the_channel_it_began_with(daemon: Daemon) -> None:
    daemon.hook.default = Answer(delay_s=1.5)
    async with daemon.run():
        await soon(lambda: len(daemon.hook.requests) == 2)
        in_place(daemon.path, daemon.text(channels=("ops",)))
        await soon(lambda: list(daemon.app.config.channels) == ["ops"])
        await asyncio.sleep(1.6)
        states = {row["channel"]: row["state"] for row in await daemon.rows("deliveries")}
    assert states == {"desk": "sent", "ops": "sent"}


async def test_fault_14_deliveries_of_a_removed_channel_are_suppressed_and_wait_again_if_it_is_back(
    daemon: Daemon,
) -> None:
    daemon.hook.default = Answer(503)
    async with daemon.run():
        await soon(lambda: len(daemon.hook.requests) >= 2)
        in_place(daemon.path, daemon.text(channels=("ops",)))
        await soon(lambda: list(daemon.app.config.channels) == ["ops"])
        await asyncio.sleep(0.3)
        states = {row["channel"]: (row["state"], row["reason"]) for row in await daemon.rows("deliveries")}
        assert states["desk"] == ("suppressed", "channel removed")
        assert states["ops"][0] in {"pending", "leased"}
        daemon.hook.default = Answer()
        in_place(daemon.path, daemon.text())
        await soon(lambda: "desk" in daemon.app.config.channels)
        await soon(lambda: daemon.hook.requests[-1].path in {"/desk", "/ops"}, 10)
        await daemon.settled()


async def test_deliveries_that_wait_for_a_renamed_channel_arrive_once_and_under_its_new_name(daemon: Daemon) -> None:
    daemon.hook.default = Answer(503)
    daemon.serve("slow", "딥시크 늦은 소식", delay_s=1.0)
    daemon.path.write_text(daemon.text(channels=("desk",), more="", feeds=("one", "slow")), encoding="utf-8")
    async with daemon.run():
        await soon(lambda: daemon.hook.requests)
        text = daemon.text(channels=("desk",), more="", feeds=("one", "slow")).replace("  desk: ", "  tisch: ")
        in_place(daemon.path, text)  # while a poll is under way that knows of the old name only
        await soon(lambda: list(daemon.app.config.channels) == ["tisch"])
        daemon.hook.default = Answer()
        await soon(lambda: len(daemon.hook.accepted) >= 2, 30)
        await daemon.settled()
        deliveries = await daemon.rows("deliveries")
    assert {(row["channel"], row["state"]) for row in deliveries} == {("tisch", "sent")}
    assert len(deliveries) == len(daemon.hook.accepted) == 2


async def test_a_renamed_watchlist_does_not_tell_again_what_it_told(daemon: Daemon) -> None:
    daemon.serve("two", "딥시크 새 모델", "딥시크 다른 소식")
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
        in_place(daemon.path, daemon.text(watchlists=named("중국 AI"), feeds=("one", "two")))
        await soon(lambda: len(daemon.told()) == 2)
        await asyncio.sleep(0.5)
        hits, alerts = await daemon.rows("hits"), await daemon.rows("alerts")
    assert len(daemon.told()) == 2
    assert {hit["watchlist"] for hit in hits} == {"중국 AI"}
    assert {alert["watchlist"] for alert in alerts} == {"중국 AI"}


async def test_a_rename_while_the_daemon_is_down_is_noticed_at_the_next_start(daemon: Daemon) -> None:
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
    daemon.path.write_text(daemon.text(watchlists=named("새 이름")), encoding="utf-8")
    async with daemon.run():
        (hit,) = await daemon.rows("hits")
    assert hit["watchlist"] == "새 이름"


async def test_another_network_gets_a_reader_of_its_own_and_the_old_one_is_closed(daemon: Daemon) -> None:
    async with daemon.run() as reloader:
        first = daemon.app.reader
        for agent in ("one", "two", "three"):
            text = daemon.text().replace("allow_private: true", f"allow_private: true, user_agent: {agent}")
            in_place(daemon.path, text)
            await soon(lambda agent=agent: daemon.app.config.network.user_agent == agent)  # type: ignore[misc]
        assert daemon.app.reader is not first
        await soon(lambda: not reloader._beside)
        daemon.serve("two", "딥시크 둘째")
        in_place(daemon.path, text + f'  - {{name: two, url: "{daemon.feeds.url("/two.xml")}"}}\n')
        await soon(lambda: len(daemon.told()) == 2)


async def test_a_request_in_the_database_is_answered_after_the_file_was_read(daemon: Daemon) -> None:
    async with daemon.run():
        asked_at = datetime.now(UTC)
        await daemon.app.storage.write(lambda work: work.reloads.ask(asked_at))
        async with asyncio.timeout(10):
            while True:
                state = await daemon.app.storage.read(lambda work: work.reloads.state())
                if state.read_at is not None and state.read_at >= asked_at:
                    break
                await asyncio.sleep(0.05)
    assert state.read_at - asked_at < timedelta(seconds=10)
    assert state.fault == ""
