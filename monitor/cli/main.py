"""The `monitor` command: options before the command, errors, and exit codes.

Exit 0: done. 1: done, with failures that the output names. 2: bad configuration or usage.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from monitor.cli import logs
from monitor.cli.output import forget_output, say_all
from monitor.core.errors import ConfigurationError, MonitorError

FAILURES = 1
BAD_CONFIGURATION = 2

PARTS: Final = {
    "init": "init",
    "run": "run",
    "worker": "worker",
    "web": "web",
    "reload": "reload",
    "poll": "poll",
    "check": "check",
    "schema": "check",
    "match": "match",
    "group": "group",
    "explain": "explain",
    "backtest": "backtest",
    "backfill": "backfill",
    "suggest": "suggest",
    "articles": "show",
    "hits": "hits",
    "stories": "stories",
    "alerts": "show",
    "silence": "silences",
    "silences": "silences",
    "search": "search",
    "terms": "terms",
    "doctor": "doctor",
    "demo": "demo",
    "password": "password",
    "channels": "channels",
    "db": "db",
    "deliveries": "deliveries",
    "feeds": "feeds",
    "held": "held",
    "watchlists": "watchlists",
}
"""The commands in the order of the help, and which module of `monitor.cli` adds each."""


class Commands(TyperGroup):
    """Imports a command when it is asked for: matching need not wait for the library of the database."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base's signature
        """Every command, in the order of the help."""
        return list(PARTS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the base's signature
        """The command of a name; None if there is none."""
        if cmd_name not in PARTS:
            return None
        part = typer.Typer()
        import_module(f"monitor.cli.{PARTS[cmd_name]}").add_to(part)
        return get_group(part).commands[cmd_name]


app = typer.Typer(
    name="monitor",
    cls=Commands,
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
