"""A bar shows on a terminal, after a second, and leaves nothing behind."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from monitor.cli.bar import PATIENCE_S, late_bar

if TYPE_CHECKING:
    import pytest


def shown(monkeypatch: pytest.MonkeyPatch, times_s: list[float], *, terminal: bool) -> str:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=80)
    monkeypatch.setattr("monitor.cli.bar.people", lambda: console)
    clock = iter(times_s)
    with late_bar("searching", 10, lambda: next(clock)) as step:
        for _ in times_s[1:]:
            step(5)
    return written.getvalue()


def test_what_takes_long_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, [0.0, 0.5, PATIENCE_S], terminal=True)
    assert "searching" in text
    assert "10/10" in text


def test_what_is_quick_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, [0.0, 0.5], terminal=True) == ""


def test_nothing_is_drawn_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, [0.0, 5.0, 9.0], terminal=False) == ""
