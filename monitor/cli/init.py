"""`monitor init`: a configuration to start from."""

from __future__ import annotations

from pathlib import Path

import typer

from monitor.cli.demo import default_config
from monitor.cli.output import say_all


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(init)


def init(context: typer.Context) -> None:
    """Write the commented configuration that ships with the product; an existing file is never touched."""
    path = context.find_object(Path) or Path("config.yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(default_config().read_text(encoding="utf-8"))
    except FileExistsError:
        say_all([f"{path} is there already; it was not touched"])
        raise typer.Exit(1) from None
    except OSError as error:
        say_all([f"{path}: {error.strerror}; choose another place with --config"])
        raise typer.Exit(1) from None
    say_all([f"{path} written: edit it, then `monitor check` and `monitor run`"])
