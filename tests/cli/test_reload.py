from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.cli import reload
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.acceptance.conftest import Project, soon, stop

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.pipeline.ports import Work
    from tests.cli.conftest import Command


def answer(command: Command, fault: str) -> None:
    """As a daemon would, once it is asked."""
    storage = SqlStorage(open_engine("sqlite:///monitor.db", command.folder))
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if asyncio.run(storage.read(lambda work: work.reloads.state())).asked_at:
            asyncio.run(storage.write(lambda work: _answer(work, fault)))
            break
        time.sleep(0.02)
    storage.close()


def _answer(work: Work, fault: str) -> None:
    now = datetime.now(UTC)
    work.reloads.answer(now, fault, now if fault else None)


@pytest.mark.parametrize(("fault", "code", "said"), [("", 0, "in force"), ("3:1: 틀림", 1, "refused")])
def test_the_daemons_answer_is_told(command: Command, fault: str, code: int, said: str) -> None:
    daemon = threading.Thread(target=answer, args=(command, fault))
    daemon.start()
    done = command("reload")
    daemon.join()
    assert (done.exit_code, said in done.stderr) == (code, True)
    findings = [json.loads(line) for line in command("doctor", "--json").stdout.splitlines()]
    (finding,) = [one for one in findings if one["name"] == "configuration in force"]
    assert finding["well"] == (not fault)
    assert fault in finding["seen"]


def test_without_a_daemon_it_says_so(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "PATIENCE_S", 0.2)
    done = command("reload")
    assert done.exit_code == 1
    assert "no daemon has answered" in done.stderr


def test_a_bad_configuration_is_told_without_asking(command: Command) -> None:
    (command.folder / "config.yaml").write_text("feeds: 3\n", encoding="utf-8")
    assert command("reload").exit_code != 0


@pytest.mark.acceptance
def test_a_running_daemon_follows_the_file_the_signal_and_the_command(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.configure([], {"desk": "log://"})
    log = tmp_path / "log"
    with project.running() as process:
        soon((tmp_path / "data" / "monitor.db").exists)
        done = project.monitor("reload")
        assert (done.returncode, "in force" in done.stderr) == (0, True), done.stderr
        project.configure([], {"desk": "log://", "second": "log://"})
        time.sleep(2)
        process.send_signal(signal.SIGHUP)
        time.sleep(2)
        log.write_text(stop(process), encoding="utf-8")
    text = log.read_text(encoding="utf-8")
    assert text.count("2 channels") == 2, text
    assert "Traceback" not in text
