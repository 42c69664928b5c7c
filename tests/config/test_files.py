from __future__ import annotations

import asyncio
import fcntl
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from monitor.config import files
from monitor.config.files import Shape, files_of, is_being_written, looks_cut, shape_of, stamp, steps, watch

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
channels:
  desk: {url_file: "${SECRETS}/desk"}
  mail: {url_file: mail}
  bare: {url_file: " "}
"""


def test_secret_files_belong_to_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    assert files_of(path, {"SECRETS": "/run/secrets"}) == {
        path,
        tmp_path / "mail",
        type(path)("/run/secrets/desk"),
    }


def test_templates_and_their_folder_belong_to_it_too(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("templates: own", encoding="utf-8")
    assert files_of(path, {}) == {path, tmp_path / "own"}
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "slack.j2").write_text("x", encoding="utf-8")
    (tmp_path / "own" / "readme.md").write_text("x", encoding="utf-8")
    assert files_of(path, {}) == {path, tmp_path / "own", tmp_path / "own" / "slack.j2"}


@pytest.mark.parametrize("content", [None, b"a: [", b"\xff", b""])
def test_a_configuration_that_cannot_be_read_is_watched_alone(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content)
    assert files_of(path, {}) == {path}


def test_a_stamp_changes_with_the_file_and_when_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    gone = stamp([path])
    path.write_text("a", encoding="utf-8")
    there = stamp([path])
    assert stamp([path]) == there
    path.write_text("ab", encoding="utf-8")
    longer = stamp([path])
    path.chmod(0o640)  # a permission that is mended shows in no other way
    assert len({gone, there, longer, stamp([path])}) == 4
    assert stamp([tmp_path / "\0"]) == (None,)


def test_a_file_that_somebody_has_open_for_writing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    assert not is_being_written(path)
    path.write_text("a\n", encoding="utf-8")
    with path.open("r", encoding="utf-8"):
        assert not is_being_written(path)
    with path.open("a", encoding="utf-8"):
        assert is_being_written(path) == hasattr(fcntl, "F_SETLEASE")
    assert not is_being_written(path)
    assert not is_being_written(tmp_path / "\0")


def test_whoever_opens_the_file_while_it_is_looked_at_is_not_held_up_and_nobody_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a\n", encoding="utf-8")
    code = f"import time; end = time.time() + 1\nwhile time.time() < end: open({str(path)!r}, 'a').close()"
    with subprocess.Popen([sys.executable, "-c", code]) as writer:  # noqa: S603 - our own interpreter
        while writer.poll() is None:
            is_being_written(path)
    assert writer.returncode == 0


def test_where_the_system_knows_of_no_leases_no_file_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a\n", encoding="utf-8")
    monkeypatch.delattr(fcntl, "F_SETLEASE", raising=False)
    with path.open("a", encoding="utf-8"):
        assert not is_being_written(path)


def test_the_shape_of_a_file_is_its_length_and_whether_its_last_line_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    for content, shape in (("", Shape(0)), ("a: 1", Shape(4)), ("a: 1\n", Shape(5, ended=True))):
        path.write_text(content, encoding="utf-8")
        assert shape_of(path) == shape
    assert shape_of(tmp_path / "gone") == shape_of(tmp_path / "\0") == Shape()


def test_a_file_that_may_be_the_beginning_of_one_is_known() -> None:
    before, never_ended = Shape(100, ended=True), Shape(100)
    assert looks_cut(Shape(99), before)
    assert looks_cut(Shape(49, ended=True), before)
    assert looks_cut(Shape(0), never_ended)
    assert not looks_cut(Shape(50, ended=True), before)
    assert not looks_cut(Shape(99), never_ended)
    assert not looks_cut(Shape(5), Shape())


def test_every_link_on_the_way_is_a_step(tmp_path: Path) -> None:
    folder = (tmp_path / "real").resolve()
    (folder / "..1").mkdir(parents=True)
    (folder / "..1" / "config.yaml").write_text("", encoding="utf-8")
    (folder / "..data").symlink_to("..1")
    (folder / "config.yaml").symlink_to("..data/config.yaml")
    assert steps(folder / "config.yaml") == {
        folder / "config.yaml",
        folder / "..data",
        folder / "..1" / "config.yaml",
    }


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert tmp_path / "a" in steps(tmp_path / "a")


async def test_a_change_is_told_and_what_else_is_in_the_folder_is_not(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a", encoding="utf-8")
    told = asyncio.Event()
    task = asyncio.create_task(watch(lambda: frozenset({path}), told.set))
    await asyncio.sleep(0.3)
    (tmp_path / "monitor.db-wal").write_text("x", encoding="utf-8")
    await asyncio.sleep(0.3)
    assert not told.is_set()
    for _ in range(2):
        told.clear()
        path.write_text("b", encoding="utf-8")
        await asyncio.wait_for(told.wait(), 5)
        await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_system_that_cannot_watch_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def refuse(*_: object) -> None:
        asked.append(1)
        raise OSError("no more watches")

    monkeypatch.setattr(files, "_AGAIN_S", 0.01)
    monkeypatch.setattr(files, "_first_change", refuse)
    task = asyncio.create_task(watch(lambda: frozenset({tmp_path / "config.yaml"}), lambda: None))
    async with asyncio.timeout(5):
        while len(asked) < 3:  # noqa: ASYNC110 - counts calls
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
