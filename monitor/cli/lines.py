"""Articles as JSON lines, the way `monitor match` and `monitor group` read them."""

from __future__ import annotations

import io
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from monitor.cli.output import say_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    T = TypeVar("T")


def read_lines(file: str, read: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    """What `read` makes of each line of a file, or of standard input for `-`.

    A line that cannot be read is named on standard error and skipped.

    Raises:
        typer.BadParameter: the file cannot be opened.
        typer.Exit: at the end, with 1, if a line could not be read.
    """
    failures = 0
    with _open(file) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                made = read(_row(line))
            except ValueError as error:
                say_all([f"{file}:{number}: {error}"])
                failures += 1
                continue
            yield made
    if failures:
        raise typer.Exit(1)


def text_of(row: dict[str, Any], key: str) -> str:
    """A text of a line; "" if it is not there.

    Raises:
        ValueError: it is not a text.
    """
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be a text')  # noqa: TRY004 - the line is named for any ValueError
    return value


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("title"), str):
        raise ValueError('an object with "id" and a text as "title" is needed')
    return row


@contextmanager
def _open(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
        return
    try:
        opened = Path(file).open(encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error
    with opened:
        yield opened
