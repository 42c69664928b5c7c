"""`monitor doctor`: is all well, and if not, what to do."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.bootstrap import check_all, open_storage
from monitor.cli.output import print_json, say_all
from monitor.config.load import load
from monitor.core.errors import ConfigurationError, StorageError
from monitor.pipeline.checkup import check_up
from monitor.storage import backup, migrate
from monitor.storage.engine import open_engine

if TYPE_CHECKING:
    from monitor.config.model import Config
    from monitor.pipeline.checkup import Checkup


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, what to do if it is not."""

    name: str
    well: bool
    seen: str
    todo: str = ""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    running: Annotated[bool, typer.Option("--running", help="Only: does the daemon run? For health checks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
) -> None:
    """Look over configuration, database, feeds and deliveries. Exit 1 if something is not well."""
    path = context.find_object(Path) or Path("config.yaml")
    config = load(path, os.environ)
    database, findings = _look(config, path)
    if running:
        findings = [finding for finding in findings if finding.name == "daemon"] or [database]
    else:
        findings = [_configuration(config), database, *findings]
    for finding in findings:
        if as_json:
            print_json(asdict(finding))
        else:
            todo = f" → {finding.todo}" if finding.todo else ""
            say_all([f"{'ok  ' if finding.well else 'BAD '} {finding.name}: {finding.seen}{todo}"])
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def _look(config: Config, path: Path) -> tuple[Finding, list[Finding]]:
    """The database, and what it says of the rest: nothing if it cannot be used."""
    try:
        findings = asyncio.run(_look_inside(path))
        return _database(config, path), findings
    except StorageError as error:
        return Finding("database", well=False, seen=error.what, todo=error.todo), []


def _configuration(config: Config) -> Finding:
    try:
        compiled = check_all(config)
    except ConfigurationError as error:
        return Finding("configuration", well=False, seen=str(error.problems[0]), todo="see `monitor check`")
    if not config.channels:
        return Finding("configuration", well=False, seen="no channel: nobody is told", todo="add one to config.yaml")
    return Finding("configuration", well=True, seen=f"{len(compiled.watchlists)} watchlists")


def _database(config: Config, path: Path) -> Finding:
    engine = open_engine(config.database.reveal(), path.absolute().parent)
    problems = backup.check(engine)
    if problems:
        return Finding("database", well=False, seen=problems[0], todo="restore a backup")
    return Finding("database", well=True, seen=f"sound, version {migrate.current(engine)}")


async def _look_inside(path: Path) -> list[Finding]:
    async with open_storage(path) as opened:
        now = datetime.now(UTC)
        return await opened.storage.read(
            lambda work: [one(check_up(work, now)) for one in (_in_force, _daemon, _feeds, _outbox, _dead, _backup)]
        )


def _in_force(seen: Checkup) -> Finding:
    state = seen.reload
    if state.fault and state.fault_since is not None:
        said = f"an earlier one, since {state.fault_since:%Y-%m-%d %H:%M} UTC: {state.fault}"
        return Finding("configuration in force", well=False, seen=said, todo="mend config.yaml, see `monitor check`")
    read = f"read at {state.read_at:%Y-%m-%d %H:%M} UTC" if state.read_at else "no daemon has run yet"
    return Finding("configuration in force", well=True, seen=read)


def _daemon(seen: Checkup) -> Finding:
    due_at = seen.feed_due_at
    if due_at is not None and seen.is_overdue:
        waited = f"a feed has been due for {_minutes(seen.at - due_at)} min"
        return Finding("daemon", well=False, seen=waited, todo="start it with `monitor run`")
    return Finding("daemon", well=True, seen="no feed is overdue" if due_at else "no feed is waiting")


def _feeds(seen: Checkup) -> Finding:
    said = ", ".join(f"{number} {health}" for health, number in seen.health.items()) or "none"
    if seen.sick:
        return Finding("feeds", well=False, seen=f"{said}: {', '.join(seen.sick[:5])}…", todo="see `monitor feeds`")
    return Finding("feeds", well=True, seen=said)


def _outbox(seen: Checkup) -> Finding:
    waiting = f"{seen.waiting} waiting"
    if seen.oldest_at is not None:
        waiting += f", the oldest for {_minutes(seen.at - seen.oldest_at)} min"
    if seen.next_delivery_at is not None and seen.next_delivery_at > seen.at:
        waiting += f", the next try in {_minutes(seen.next_delivery_at - seen.at)} min"
    todo = "see `monitor deliveries --state pending`" if seen.is_stuck else ""
    return Finding("outbox", well=not seen.is_stuck, seen=waiting, todo=todo)


def _dead(seen: Checkup) -> Finding:
    todo = "see `monitor deliveries --state dead`, then `monitor deliveries retry ID…`" if seen.dead else ""
    return Finding("dead deliveries", well=not seen.dead, seen=str(seen.dead), todo=todo)


def _backup(seen: Checkup) -> Finding:
    last = seen.backup
    if last is None:
        return Finding("backup", well=True, seen="none was made by `monitor db backup`")
    said = f"{last.made_at:%Y-%m-%d %H:%M} UTC, {last.size_bytes / 1e6:.1f} MB, {last.file}"
    todo = "run `monitor db backup FILE`, and mend the job that did" if seen.is_backup_late else ""
    return Finding("backup", well=not seen.is_backup_late, seen=said, todo=todo)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
