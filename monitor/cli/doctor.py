"""`monitor doctor`: is all well, and if not, what to do."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.bootstrap import check_all, open_storage
from monitor.cli.output import print_json, say_all
from monitor.config.load import load
from monitor.core.errors import ConfigurationError, StorageError
from monitor.storage import backup, migrate
from monitor.storage.engine import open_engine

if TYPE_CHECKING:
    from monitor.config.model import Config
    from monitor.pipeline.ports import Work

OVERDUE_AFTER: Final = timedelta(minutes=5)
"""The daemon claims what is due every second; a feed that waits this long shows that it does not run."""

STUCK_AFTER: Final = timedelta(minutes=30)


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
            lambda work: [_in_force(work), _daemon(work, now), _feeds(work), *_deliveries(work, now)]
        )


def _in_force(work: Work) -> Finding:
    state = work.reloads.state()
    if state.fault and state.fault_since is not None:
        seen = f"an earlier one, since {state.fault_since:%Y-%m-%d %H:%M} UTC: {state.fault}"
        return Finding("configuration in force", well=False, seen=seen, todo="mend config.yaml, see `monitor check`")
    read = f"read at {state.read_at:%Y-%m-%d %H:%M} UTC" if state.read_at else "no daemon has run yet"
    return Finding("configuration in force", well=True, seen=read)


def _daemon(work: Work, now: datetime) -> Finding:
    due_at = work.feeds.next_due_at()
    if due_at is not None and now - due_at > OVERDUE_AFTER:
        waited = f"a feed has been due for {_minutes(now - due_at)} min"
        return Finding("daemon", well=False, seen=waited, todo="start it with `monitor run`")
    return Finding("daemon", well=True, seen="no feed is overdue" if due_at else "no feed is waiting")


def _feeds(work: Work) -> Finding:
    feeds = work.listings.feeds()
    counts = Counter(str(feed["health"]) for feed in feeds)
    seen = ", ".join(f"{number} {health}" for health, number in counts.most_common()) or "none"
    sick = [str(feed["name"]) for feed in feeds if feed["health"] not in {"ok", "new", "removed"}]
    if sick:
        return Finding("feeds", well=False, seen=f"{seen}: {', '.join(sick[:5])}…", todo="see `monitor feeds`")
    return Finding("feeds", well=True, seen=seen)


def _deliveries(work: Work, now: datetime) -> list[Finding]:
    counts = work.outbox.counts()
    oldest = work.listings.oldest_pending_at(now)
    late = oldest is not None and now - oldest > STUCK_AFTER
    waiting = f"{counts.get('pending', 0) + counts.get('leased', 0)} waiting"
    if oldest is not None:
        waiting += f", the oldest for {_minutes(now - oldest)} min"
    next_due_at = work.outbox.next_due_at()
    if next_due_at is not None and next_due_at > now:
        waiting += f", the next try in {_minutes(next_due_at - now)} min"
    dead = counts.get("dead", 0)
    return [
        Finding(
            "outbox", well=not late, seen=waiting, todo="see `monitor deliveries --state pending`" if late else ""
        ),
        Finding(
            "dead deliveries",
            well=not dead,
            seen=str(dead),
            todo="see `monitor deliveries --state dead`, then `monitor deliveries retry ID…`" if dead else "",
        ),
    ]


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
