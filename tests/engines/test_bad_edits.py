"""What a bad edit does: nothing, but that somebody is told."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest

from monitor import bootstrap
from monitor.core.errors import Problem, StorageError
from monitor.engines import reload
from tests.engines.daemon import Daemon, named, soon
from tests.engines.editors import in_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.config.compile import Compiled
    from monitor.config.model import Config


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
        await soon(lambda: len(notices_of(daemon)) == 2)
    assert (after.fault, after.fault_since) == ("", None)
    refused, mended = notices_of(daemon)
    assert place in refused
    assert "설정이 바로잡혀 적용됨" in mended


def notices_of(daemon: Daemon) -> list[str]:
    """What the operator got about the configuration, in order."""
    texts = [str(one.json()["message"]) for one in daemon.hook.requests if one.path == "/ops"]
    return [text for text in texts if "설정" in text]


async def test_each_new_fault_reaches_the_operator_at_once_none_twice_and_what_is_mended_is_told_once(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    broken = "  - {name: 가, query: '(수출'}\n"
    async with daemon.run():
        await soon(lambda: len(daemon.told("ops")) == 1)
        in_place(daemon.path, daemon.text(watchlists=broken))
        await soon(lambda: len(notices_of(daemon)) == 1)
        in_place(daemon.path, "# moved by a line\n" + daemon.text(watchlists=broken))
        await soon(lambda: "config.yaml:8:23: watchlists.0.query" in caplog.text)
        in_place(daemon.path, daemon.text(watchlists=broken, more="colour: red\n"))
        await soon(lambda: len(notices_of(daemon)) == 2)
        in_place(daemon.path, daemon.text(watchlists="  - {name: 가, any: [수출], channels: [dsek]}\n"))
        await soon(lambda: len(notices_of(daemon)) == 3)
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(lambda: len(notices_of(daemon)) == 4)
        in_place(daemon.path, daemon.text(watchlists=named("나")))
        await soon(lambda: daemon.watchlists() == ["나"])
        await daemon.settled()
    first, second, third, mended = notices_of(daemon)
    assert "watchlists.0.query" in first
    assert "colour" in second
    assert "watchlists.0.query" not in second
    assert "watchlists.0.channels.0" in third
    assert "설정이 바로잡혀 적용됨" in mended


async def test_a_fault_that_was_read_while_the_file_is_written_again_is_not_told(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, good = bootstrap.read_config, daemon.text(watchlists=named("가"))

    def read_half(path: Path) -> object:
        try:
            return real(path)
        finally:
            if path.read_text(encoding="utf-8") != good:
                in_place(path, good)

    async with daemon.run():
        monkeypatch.setattr(bootstrap, "read_config", read_half)
        in_place(daemon.path, "")
        await soon(lambda: daemon.watchlists() == ["가"])
        state = await daemon.app.storage.read(lambda work: work.reloads.state())
    assert state.fault == ""
    assert "the file is empty" not in caplog.text
    assert notices_of(daemon) == []


async def test_a_file_that_is_gone_is_a_bad_edit(daemon: Daemon, caplog: pytest.LogCaptureFixture) -> None:
    async with daemon.run():
        daemon.path.unlink()
        await soon(lambda: "there is no such file" in caplog.text)
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(lambda: daemon.watchlists() == ["가"])


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


async def test_warnings_of_an_edit_that_the_next_one_has_replaced_are_not_logged(
    daemon: Daemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ended = threading.Event(), threading.Event()

    def slow(config: Config, _: Compiled, is_wanted: Callable[[], bool]) -> tuple[Problem, ...]:
        if [one.name for one in config.watchlists] != ["가"]:
            return ()
        asked.set()
        while is_wanted():
            time.sleep(0.01)
        ended.set()
        return (Problem("watchlists.0", "late", warning=True),)

    monkeypatch.setattr(reload, "warnings_of", slow)
    async with daemon.run():
        in_place(daemon.path, daemon.text(watchlists=named("가")))
        await soon(asked.is_set)
        in_place(daemon.path, daemon.text(watchlists=named("나")))
        await soon(lambda: daemon.watchlists() == ["나"] and ended.is_set())
    assert "late" not in caplog.text
