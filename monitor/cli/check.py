"""`monitor check` and `monitor schema`: is config.yaml right, and what may stand in it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.bootstrap import check_all
from monitor.cli.output import say_all
from monitor.config.compile import feed_specs
from monitor.config.load import load
from monitor.config.schema import json_schema


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(check)
    app.command()(schema)


def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A configuration to check instead of --config.")] = None,
) -> None:
    """Check the configuration and run the examples of its watchlists: all faults at once, each with its place."""
    path = file or context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    compiled = check_all(config)
    counts = {
        "feeds": len(feed_specs(config)),
        "terms": len(config.terms),
        **({"included": len(compiled.lexicon.in_force) - len(config.terms)} if config.include else {}),
        "watchlists": len(compiled.watchlists),
        "channels": len(config.channels),
    }
    say_all([f"{path}: good: {', '.join(f'{count} {what}' for what, count in counts.items())}"])


def schema() -> None:
    """Print the JSON Schema of config.yaml, for editors."""
    sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")
