from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.cli.main import PARTS, Commands

HEAVY = ("sqlalchemy", "alembic", "apprise", "apscheduler", "httpx", "feedparser", "fastapi", "holidays")


@pytest.mark.parametrize("part", ["match", "group", "terms", "check", "explain"])
def test_what_only_reads_the_configuration_imports_no_heavy_library(part: str) -> None:
    code = f"import sys, monitor.cli.main, monitor.cli.{part}; print(*sorted(set(sys.modules) & set({HEAVY})))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_every_command_is_imported_by_its_name_and_no_other_is_one() -> None:
    commands = Commands(name="monitor")
    assert [commands.get_command(None, name).name for name in PARTS] == list(PARTS)
    assert commands.get_command(None, "hit") is None
