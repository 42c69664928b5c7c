"""An edit takes effect however it is saved, once it is written to its end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.bootstrap import open_app
from monitor.engines import reload
from monitor.engines.embedded import EmbeddedEngine
from monitor.engines.reload import Reloader
from tests.engines.daemon import Daemon, named, soon
from tests.engines.editors import backup_and_write, in_parts, in_place, link_swap, temp_and_rename

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 30.0
"""It takes less than two seconds, which `bench/reload.py` measures; a crowded machine may need longer."""


@pytest.mark.parametrize("save", [in_place, temp_and_rename, backup_and_write, in_parts, link_swap])
@pytest.mark.parametrize("told", ["by the system", "by looking"])
async def test_fault_40_an_edit_takes_effect_however_it_is_saved_twice_in_a_row(
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
            await soon(lambda names=names: daemon.watchlists() == names, PATIENCE_S)  # type: ignore[misc]


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
