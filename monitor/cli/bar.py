"""A progress bar for what takes long: on a terminal only, and only after a second."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from monitor.cli.output import people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_S: Final = 1.0
"""What is done sooner shows no bar."""


@contextmanager
def late_bar(
    what: str, total: int | None, now_s: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int], None]]:
    """A function to tell of so many steps done, of `total` if that is known; the bar is gone at the end."""
    started_s = now_s()
    console = people()
    shown = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    )
    task = shown.add_task(what, total=total)

    def step(done: int) -> None:
        shown.advance(task, done)
        if console.is_terminal and now_s() - started_s >= PATIENCE_S:
            shown.start()

    try:
        yield step
    finally:
        if shown.live.is_started:
            shown.stop()
