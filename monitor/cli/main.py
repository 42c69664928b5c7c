"""The `monitor` command: options before the command, errors, and exit codes.

Exit 0: done. 1: done, with failures that the output names. 2: bad configuration or usage.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import (
    channels,
    check,
    db,
    deliveries,
    demo,
    doctor,
    explain,
    feeds,
    group,
    held,
    init,
    logs,
    match,
    password,
    poll,
    reload,
    run,
    search,
    show,
    silences,
    terms,
)
from monitor.cli.output import forget_output, say_all
from monitor.core.errors import ConfigurationError, MonitorError

FAILURES = 1
BAD_CONFIGURATION = 2

app = typer.Typer(
    name="monitor",
    help="Watches Korean technology news and alerts, once per article, never silently lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(installed_version("korean-news-monitor") + "\n")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="MONITOR_CONFIG", help="Path of the configuration.")
    ] = Path("config.yaml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more (on standard error).")] = False,
    version: Annotated[  # noqa: ARG001 - typer calls the callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options before the command."""
    logs.set_up(verbose=verbose)
    context.obj = config


for part in (
    init,
    run,
    reload,
    poll,
    check,
    match,
    group,
    explain,
    show,
    silences,
    search,
    terms,
    doctor,
    demo,
    password,
):
    part.add_to(app)
app.add_typer(channels.app, name="channels")
app.add_typer(db.app, name="db")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(feeds.app, name="feeds")
app.add_typer(held.app, name="held")


def main() -> None:
    """Run the command line; errors that a user can mend are printed without a traceback."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ConfigurationError as error:
        say_all(error.problems)
        sys.exit(BAD_CONFIGURATION)
    except MonitorError as error:
        say_all([f"monitor: {error}"])
        sys.exit(FAILURES)
    except BrokenPipeError:
        forget_output()
        sys.exit(0)
