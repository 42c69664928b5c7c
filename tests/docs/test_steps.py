"""Each command that the pages show is run, in a folder of its own as a reader would; what cannot be says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.docs.markdown import PAGES, fences

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN_ONLY: Final = {
    "make ": "fetches packages, or removes the environment that the tests run in; .ci/run is make test itself",
    "docker ": "wants a container engine and images from the network",
    "MONITOR_DATABASE_PASSWORD=": "the same",
    "systemctl ": "changes the services of the machine",
    "journalctl ": "reads the journal of the machine",
    "createuser ": "wants a PostgreSQL server; tests/postgres.py starts one for all that touches it",
    "createdb ": "the same",
    ".venv/bin/pip ": "fetches packages",
    "monitor db copy ": "wants a PostgreSQL server: tests/storage/test_copy.py",
    "monitor run": "runs until it is stopped: tests/release/test_wheel.py",
    "monitor worker": "runs until it is stopped: tests/engines/test_cluster.py",
    "monitor web": "runs until it is stopped",
    "curl ": "wants a running daemon: tests/web/api",
    "export ": "sets what the test sets itself",
}
"""How a line begins that is not run here, and why."""

EXITS: Final = {
    "monitor deliveries retry 17 18": 1,
    "monitor explain 수출통제 '석유수출국기구 감산 합의'": 1,
}
"""Exit codes other than 0: no such deliveries, no match."""

DESK: Final = '  desk: {url: "${SLACK_URL}"}\n'
INTEL: Final = '  - {name: 인텔, any: ["@인텔"]}\n'


def steps(page: Path) -> Iterator[str]:
    """The lines of a page that a reader would type."""
    for fence in fences(page):
        for line in fence.text.splitlines():
            typed = line.removeprefix("$ ") if fence.language == "console" else line
            if fence.language == "sh" or (fence.language == "console" and line.startswith("$ ")):
                yield typed.partition("  #")[0].strip()


def reason_for(line: str) -> str:
    return next((why for start, why in SHOWN_ONLY.items() if line.startswith(start)), "")


RUN: Final = {page: found for page in PAGES if (found := [line for line in steps(page) if not reason_for(line)])}


def call(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "SLACK_URL": "log://"}
    env.pop("MONITOR_CONFIG", None)
    return subprocess.run(  # noqa: S603 - lines of our own pages
        ["/bin/sh", "-c", line], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False, timeout=90
    )


def edit(folder: Path) -> None:
    """What the pages ask a reader to write into config.yaml."""
    path = folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("operator: console", "operator: desk").replace("channels:\n", f"channels:\n{DESK}", 1)
    path.write_text(text.replace("\nwatchlists:\n", f"\nwatchlists:\n{INTEL}", 1), encoding="utf-8")


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_every_command_of_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    lines = RUN[page]
    if not any(line.startswith("monitor init") for line in lines):
        assert call("monitor init", tmp_path).returncode == 0
        edit(tmp_path)
    for line in lines:
        done = call(line, tmp_path)
        assert done.returncode == EXITS.get(line, 0), (line, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, line
        if line.startswith("monitor init"):
            edit(tmp_path)


def test_no_reason_is_given_for_what_no_page_shows() -> None:
    shown = [line for page in PAGES for line in steps(page)]
    assert [start for start in SHOWN_ONLY if not any(line.startswith(start) for line in shown)] == []
    assert set(EXITS) <= set(shown)
