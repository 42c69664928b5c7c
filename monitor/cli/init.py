"""`monitor init`: a configuration to start from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.check import schema_text
from monitor.cli.demo import default_config
from monitor.cli.output import say_all
from monitor.config.schema import SCHEMA_FILE


class Language(StrEnum):
    """What the configuration is explained in."""

    KO = "ko"
    EN = "en"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(init)


def init(
    context: typer.Context,
    lang: Annotated[
        Language, typer.Option("--lang", help="Language of its comments, of alerts and of the dashboard.")
    ] = Language.KO,
) -> None:
    """Write the commented configuration that ships with the product, and its schema for editors beside it.

    An existing file is never touched.
    """
    path = context.find_object(Path) or Path("config.yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(default_config(lang).read_text(encoding="utf-8"))
    except FileExistsError:
        say_all([f"{path} is there already; it was not touched"])
        raise typer.Exit(1) from None
    except OSError as error:
        say_all([f"{path}: {error.strerror}; choose a folder that you may write into with --config"])
        raise typer.Exit(1) from None
    say_all([f"{path} written: edit it, then `monitor check` and `monitor run`"])
    _write_schema(path.parent / SCHEMA_FILE)


def _write_schema(path: Path) -> None:
    """Write what editors complete keys from; the configuration is good without it."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(schema_text())
    except OSError as error:
        say_all([f"{path} is not written ({error.strerror}); editors complete keys from it: `monitor schema`"])
