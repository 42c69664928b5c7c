"""`monitor channels`: does an alert arrive?"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from monitor.bootstrap import open_app, open_notifier
from monitor.cli.output import print_rows, say_all
from monitor.config.load import load
from monitor.config.times import times_text
from monitor.core.alerting import Reason
from monitor.core.errors import ConfigurationError, DeliveryError, Problem
from monitor.pipeline.records import AlertContent, Lane

if TYPE_CHECKING:
    from monitor.bootstrap import App

app = typer.Typer(help="The channels that alerts go to.")


def add_to(root: typer.Typer) -> None:
    """Register the commands."""
    root.add_typer(app, name="channels")


COLUMNS: Final = {"name": "name", "address": "address", "recipients": "recipients", "digest": "digest"}


@app.callback(invoke_without_command=True)
def channels(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
) -> None:
    """Channels: where alerts go, without secrets."""
    if context.invoked_subcommand:
        return
    config = load(context.find_object(Path) or Path("config.yaml"), os.environ)
    notifier = open_notifier(config)
    rows = [
        {
            "name": name,
            "address": notifier.describe(name),
            "recipients": [recipient for recipient in notifier.recipients(name) if recipient],
            "digest": ", ".join(times_text(channel.digest)) if channel.digest else None,
        }
        for name, channel in config.channels.items()
    ]
    print_rows(rows, COLUMNS, as_json=as_json, zone=ZoneInfo(config.timezone))


@app.command()
def test(
    context: typer.Context, name: Annotated[str, typer.Argument(help="The channel's name in config.yaml.")]
) -> None:
    """Send a test alert to each recipient of a channel, now, and say what came of it. Exit 1 if one failed."""
    path = context.find_object(Path) or Path("config.yaml")
    failures = asyncio.run(_test(path, name))
    if failures:
        raise typer.Exit(1)


async def _test(path: Path, name: str) -> int:
    async with open_app(path) as app:
        recipients = app.notifier.recipients(name)
        if not recipients:
            known = ", ".join(app.config.channels) or "none"
            raise ConfigurationError((Problem(f"channels.{name}", f"no such channel in {path}", f"known: {known}"),))
        failed = sum([await _send(app, Lane(name, recipient)) for recipient in recipients])
        faults = app.notifier.faults()
        say_all(f"{name}: the built-in template was used, for yours failed: {fault}" for fault in faults)
        return failed + len(faults)


async def _send(app: App, lane: Lane) -> int:
    label = f"{lane.channel} {lane.recipient}".strip()
    started_s = app.clock.monotonic_s()
    try:
        answer = await app.notifier.send(lane, AlertContent(0, Reason.TEST, "", datetime.now(UTC)))
    except DeliveryError as error:
        say_all([f"{label}: failed: {error.reason} ({_after(app, started_s)})"])
        return 1
    say_all([f"{label}: {answer or 'sent'} ({_after(app, started_s)})"])
    return 0


def _after(app: App, started_s: float) -> str:
    return f"{app.clock.monotonic_s() - started_s:.2f} s"
