"""`monitor stories`: what happened, who told it first, and how many told it for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from monitor.cli.output import local_time, print_json
from monitor.cli.show import Json, Limit, OnlyWatchlist, Since, read_rows
from monitor.core.spikes.model import TurnKind
from monitor.core.spikes.wording import spike_sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.core.spikes.model import Turn


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(stories)


def stories(
    context: typer.Context, since: Since = "", watchlist: OnlyWatchlist = "", limit: Limit = 50, as_json: Json = False
) -> None:
    """Stories, the newest first: what happened, who reported it first, and which watchlists it hits.

    Above them stands which of these watchlists has far more than usual.
    """
    (rows, turns), zone = read_rows(
        context,
        lambda work, start: (
            work.listings.stories(since=start, watchlist=watchlist, limit=limit),
            work.rates.open_turns(),
        ),
        since=since,
    )
    if as_json:
        for row in rows:
            print_json(row)
        return
    console = Console(highlight=False)
    for line in _spikes(turns, {watchlist, *(name for row in rows for name in _names(row))}, zone):
        console.print(line)
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(local_time(str(row["last_seen_at"]), zone), Group(*_lines(row, zone)))
    console.print(table)


def _names(row: Mapping[str, Any]) -> list[str]:
    return list(row["watchlists"])


def _spikes(turns: Sequence[Turn], watchlists: Collection[str], zone: ZoneInfo) -> Iterator[Text]:
    """A line for each open spike of these watchlists."""
    for turn in turns:
        if turn.kind is TurnKind.SPIKE and turn.watchlist in watchlists:
            sentence = spike_sentence(turn.watchlist, turn.judgement, "en")
            yield Text(f"spike since {local_time(turn.began_at.isoformat(), zone)} · {sentence}", "bold yellow")


def _lines(row: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Text]:
    yield Text(row["title"], "bold")
    details = Text(f"story {row['id']}", "dim")
    for part in _parts(row, zone):
        details.append(f" · {part}")
    yield details
    if row["watchlists"]:
        yield Text(", ".join(row["watchlists"]), "green")


def _parts(row: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    outlets, independent = len(row["outlets"]), row["independent_outlets"]
    if outlets > 1:
        yield f"{outlets} outlets, {independent} independent" if independent < outlets else f"{outlets} outlets"
    yield f"first {row['first_reporter']} {local_time(row['first_published_at'], zone)}".replace("  ", " ")
    counts = (
        _counted(row["updates"], "update", "updates"),
        _counted(row["new_angles"], "new angle", "new angles"),
        _counted(row["copies"], "copy", "copies"),
    )
    if any(counts):
        yield ", ".join(filter(None, counts))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
