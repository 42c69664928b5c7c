"""What the commands print: JSON lines for programs, tables for people, messages on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.pipeline.since import since_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo


def people() -> Console:
    """Where text for people goes when standard output belongs to programs."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(row: Mapping[str, Any]) -> None:
    """One JSON line on standard output.

    Raises:
        typer.Exit: whoever reads our output (head, less) has left; that is no failure.
    """
    try:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    except BrokenPipeError:
        forget_output()
        raise typer.Exit from None


def forget_output() -> None:
    """Send what is still to be written to nobody, since the exit must not flush into a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_rows(
    rows: Sequence[Mapping[str, object]], columns: Mapping[str, str], *, as_json: bool, zone: ZoneInfo
) -> None:
    """Rows as JSON lines, or as a table of `columns` (key to heading) with times in `zone`."""
    if as_json:
        for row in rows:
            print_json(row)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell(row[key], zone)) for key in columns))
    Console(highlight=False).print(table)


def cell(value: object, zone: ZoneInfo) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return local_time(value, zone)
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(_short(part, zone) for part in value))
    return str(value)


def _short(part: object, zone: ZoneInfo) -> str:
    if isinstance(part, dict):
        return str(part["text"]) if "text" in part else "–".join(cell(value, zone) for value in part.values())
    return str(part)


def local_time(text: str, zone: ZoneInfo) -> str:
    """An ISO 8601 time in `zone` as `10-06 14:30`; any other text as it is."""
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text):
        return text
    return datetime.fromisoformat(text).astimezone(zone).strftime("%m-%d %H:%M")


def since_time(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """`--since`: a duration back from now (`3d`, `12h`) or a date or time in ISO 8601, in `zone` if it names none.

    Raises:
        typer.BadParameter: it is neither.
    """
    try:
        return since_of(text, now, zone)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def say_all(lines: Iterable[object]) -> None:
    """Lines for people on standard error, as they are."""
    console = people()
    for line in lines:
        console.print(escape(str(line)), style=None)
