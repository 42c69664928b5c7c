"""`monitor check` and `monitor schema`: is config.yaml right, and what may stand in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.bootstrap import read_config
from monitor.cli.output import print_json, say_all
from monitor.cli.show import Json
from monitor.config.compile import feed_specs
from monitor.config.schema import json_schema
from monitor.config.warn import warnings_of
from monitor.core.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.config.compile import Compiled
    from monitor.config.model import Config

FAULTY = 2


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(check)
    app.command()(schema)


def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A configuration to check instead of --config.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 if there are warnings too.")] = False,
    as_json: Json = False,
) -> None:
    """Check the configuration and run the examples of its watchlists: all faults at once, each with its place."""
    path = file or context.find_object(Path) or Path("config.yaml")
    try:
        config, compiled = read_config(path)
    except ConfigurationError as error:
        if not as_json:
            raise
        _print(error.problems)
        raise typer.Exit(FAULTY) from None
    warnings = warnings_of(config, compiled)
    if as_json:
        _print(warnings)
    else:
        say_all(warnings)
        if not (strict and warnings):
            say_all([f"{path}: good: {_counts(config, compiled)}"])
    if strict and warnings:
        raise typer.Exit(FAULTY)


def schema(
    alert: Annotated[bool, typer.Option("--alert", help="Of what webhook:// channels post, for programs.")] = False,
) -> None:
    """Print the JSON Schema of config.yaml, for editors."""
    sys.stdout.write(_alert_schema_text() if alert else schema_text())


def _alert_schema_text() -> str:
    from monitor.notify.webhook import schema as alert_schema  # noqa: PLC0415 - brings in the libraries of channels

    return json.dumps(alert_schema(), ensure_ascii=False, indent=2) + "\n"


def schema_text() -> str:
    """The JSON Schema as a file holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def row(problem: Problem) -> dict[str, object]:
    """What a program reads of one fault or warning."""
    return {
        "level": "warning" if problem.warning else "error",
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "what": problem.what,
        "todo": problem.todo,
        "excerpt": problem.excerpt,
    }


def _print(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print_json(row(problem))


def _counts(config: Config, compiled: Compiled) -> str:
    counts = {
        "feeds": len(feed_specs(config)),
        "terms": len(config.terms),
        **({"included": len(compiled.lexicon.in_force) - len(config.terms)} if config.include else {}),
        "watchlists": len(compiled.watchlists),
        "channels": len(config.channels),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items())
