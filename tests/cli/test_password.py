"""`monitor password` prints what dashboard.password takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.config.model import DashboardConfig
from monitor.config.secret import Secret
from monitor.web.access import is_password

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_a_line_of_standard_input_is_hashed(command: Command) -> None:
    done = command("password", stdin="correct horse\n")
    assert done.exit_code == 0
    assert done.stdout.startswith("$argon2id$")
    assert is_password(DashboardConfig(password=Secret(done.stdout.strip())), "correct horse")


def test_no_password_is_refused(command: Command) -> None:
    assert command("password", stdin="\n").exit_code == 2
