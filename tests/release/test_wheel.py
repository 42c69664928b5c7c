"""What is built installs by itself: a wheel in an environment of its own, far from the repository."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import venv
import zipfile
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import ROOT

UV: Final = Path(sys.executable).parent / "uv"
ALSO_NEEDED: Final = (
    "monitor/alembic/env.py",
    "monitor/alembic/versions/0001_",
    "monitor/config/default.yaml",
    "monitor/config/default.en.yaml",
    "monitor/config/sample.yaml",
    "monitor/config/sets/korean-tech.yaml",
    "monitor/nlp/starter.bin",
    "monitor/notify/templates/",
    "monitor/web/templates/",
    "monitor/web/static/",
    "monitor/web/locale/ko/LC_MESSAGES/",
    "monitor/py.typed",
)


def build(kind: str, source: Path, into: Path) -> Path:
    """Build a wheel or an sdist without the network; the file that was made."""
    into.mkdir(parents=True, exist_ok=True)
    call = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)]
    subprocess.run(call, cwd=source, capture_output=True, check=True)  # noqa: S603 - a locked tool
    (made,) = into.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`monitor` of the wheel; what it depends on is borrowed from the environment of the tests."""
    home = tmp_path_factory.mktemp("home")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    call = [str(UV), "pip", "install", "-q", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(call, check=True, capture_output=True)  # noqa: S603 - a locked tool
    (own,) = (home / "lib").glob("python*/site-packages")
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin" / "monitor"


def call(program: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MONITOR", "PYTHON", "COV"))}
    return subprocess.run(  # noqa: S603 - our own program
        [str(program), *words], cwd=folder, env=clean, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def test_the_wheel_carries_all_that_the_program_reads(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [one for one in ALSO_NEEDED if not any(name.startswith(one) for name in names)] == []
    source = {str(one.relative_to(ROOT)) for one in (ROOT / "monitor").rglob("*.*") if one.suffix != ".pyc"}
    assert {one for one in source if (ROOT / one).is_file()} <= set(names)


def test_a_wheel_from_the_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    again = build("wheel", source, tmp_path / "again")
    assert again.name == wheel.name
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_writes_a_configuration_checks_it_and_migrates(program: Path, tmp_path: Path, language: str) -> None:
    made = call(program, tmp_path, "init", "--lang", language)
    assert (made.returncode, made.stdout) == (0, "")
    assert call(program, tmp_path, "check", "--strict").returncode == 0
    feeds = call(program, tmp_path, "feeds", "--json")
    assert feeds.returncode == 0, feeds.stderr
    assert (tmp_path / "data" / "monitor.db").is_file()
    checked = call(program, tmp_path, "db", "check")
    assert checked.returncode == 0, checked.stderr
    where = call(program, tmp_path, "--version")
    assert (
        where.stdout.strip() in (program.parents[1] / "lib").glob("python*/site-packages/*.dist-info").__next__().name
    )


def test_it_runs_and_ends_when_told(program: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "dashboard: null\nchannels:\n  console: {url: 'log://'}\n", encoding="utf-8"
    )
    running = subprocess.Popen(  # noqa: S603 - our own program
        [str(program), "run"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_for(tmp_path / "data" / "monitor.db", running)
    finally:
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=40)
    assert running.returncode == 0, said


def wait_for(path: Path, running: subprocess.Popen[str]) -> None:
    """Wait until the daemon has made its database and looks for signals; fail if it ends before."""
    until = time.monotonic() + 40
    while time.monotonic() < until and running.poll() is None:
        if path.exists() and running.stdout is not None:
            line = running.stdout.readline()
            if "watching" in line:
                return
        time.sleep(0.05)
    pytest.fail("the daemon did not start")


def test_the_demo_works_where_there_is_no_repository(program: Path, tmp_path: Path) -> None:
    shown = call(program, tmp_path, "demo")
    assert shown.returncode == 0, shown.stderr
    assert "SK하이닉스" in shown.stdout + shown.stderr
    assert json.dumps(list(tmp_path.iterdir())) == "[]"
