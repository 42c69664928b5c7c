"""`monitor db`: upgrade, back up, check and move the database."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.bar import late_bar
from monitor.cli.output import say_all
from monitor.config.load import load
from monitor.notify.redact import hide_password
from monitor.storage import backup as backups
from monitor.storage import copy as copying
from monitor.storage import migrate
from monitor.storage.engine import open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine

app = typer.Typer(help="Upgrade, back up, check and move the database.", no_args_is_help=True)


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="db")


def _engine(context: typer.Context) -> Engine:
    path = context.find_object(Path) or Path("config.yaml")
    return open_engine(load(path, os.environ).database.reveal(), path.absolute().parent)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the tables to this program's version; harmless if they are."""
    before, after = migrate.upgrade(_engine(context))
    say_all([f"already at {after}" if before == after else f"upgraded from {before or 'nothing'} to {after}"])


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    note: Annotated[
        bool, typer.Option("--note", help="Only note that FILE is a copy, made by pg_dump for instance.")
    ] = False,
) -> None:
    """Write a consistent copy of the database, also while the daemon runs. `monitor doctor` shows the last."""
    engine = _engine(context)
    if note and not file.is_file():
        raise typer.BadParameter(f"there is no file {file}")
    if not note:
        backups.backup(engine, file)
    backups.remember(engine, file, datetime.now(UTC))
    say_all([f"backed up to {file} ({file.stat().st_size / 1e6:.1f} MB)"])


@app.command()
def check(context: typer.Context) -> None:
    """Check the integrity of the database. Exit 1 if it has problems."""
    problems = backups.check(_engine(context))
    say_all(problems or ["the database is sound"])
    if problems:
        raise typer.Exit(1)


@app.command()
def copy(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of an empty database, as in config.yaml.")],
) -> None:
    """Copy the whole history into another, empty database; both are counted before anything is kept."""
    hide_password(url)
    source = _engine(context)
    target = open_engine(url, (context.find_object(Path) or Path("config.yaml")).absolute().parent)
    try:
        migrate.upgrade(source)
        total = sum(copying.count(source).values())
        with late_bar("rows", total) as step:
            counts = copying.copy(source, target, step)
    finally:
        source.dispose()
        target.dispose()
    shown = ", ".join(f"{rows} {table}" for table, rows in counts.items() if rows) or "nothing"
    say_all([f"copied and counted: {shown}", "now set `database` in config.yaml to the new address"])
