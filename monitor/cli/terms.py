"""`monitor terms`: what `@name` can stand for, the user's own terms and those of the included sets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from monitor.cli.output import print_rows
from monitor.cli.show import Json
from monitor.config.lexicon import terms_in_force
from monitor.config.load import load
from monitor.config.queries import close_term

if TYPE_CHECKING:
    from monitor.config.lexicon import TermInForce

COLUMNS: Final = {
    "name": "name",
    "kind": "kind",
    "mode": "mode",
    "stands_for": "spellings or query",
    "whose": "whose",
}
OWN: Final = "own"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(terms)


def terms(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Only this term.")] = None,
    as_json: Json = False,
) -> None:
    """Terms in force, your own before those of the included sets: all that @name can stand for."""
    config = load(context.find_object(Path) or Path("config.yaml"), os.environ)
    found = terms_in_force(config)
    if name is not None:
        if name not in found:
            close = close_term(name, found, found)
            hint = f"did you mean {close}?" if close else "leave the name out to list all terms"
            raise typer.BadParameter(f"there is no term {name}; {hint}")
        found = {name: found[name]}
    rows = [row(term) for term in found.values()]
    if not as_json:
        rows = [{**one, "stands_for": _stands_for(term)} for one, term in zip(rows, found.values(), strict=True)]
    print_rows(rows, COLUMNS, as_json=as_json, zone=ZoneInfo(config.timezone))


def row(term: TermInForce) -> dict[str, object]:
    """What a program reads of one term; `kind` and `mode` are null for a query."""
    config = term.config
    spelt = config.query is None
    return {
        "name": term.name,
        "kind": config.kind.value if spelt else None,
        "mode": config.mode.value if spelt else None,
        "any": list(config.any or ()),
        "query": config.query,
        "exclude": list(config.exclude),
        "require": list(config.require),
        "case_sensitive": config.case_sensitive,
        "whose": term.included or OWN,
    }


def _stands_for(term: TermInForce) -> str:
    """The spellings, or the query on one line."""
    return ", ".join(term.config.any or ()) or " ".join((term.config.query or "").split())
