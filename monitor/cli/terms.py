"""`monitor terms`: what `@name` can stand for, the user's own terms and those of the included sets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

from monitor.bootstrap import check_all
from monitor.cli.output import print_rows
from monitor.cli.show import Json
from monitor.cli.watchlists import written
from monitor.config.edit import NewTerm, add_term
from monitor.config.lexicon import terms_in_force
from monitor.config.load import load
from monitor.config.queries import close_term
from monitor.core.matching.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.config.lexicon import TermInForce
    from monitor.config.model import Config

COLUMNS: Final = {
    "name": "name",
    "kind": "kind",
    "mode": "mode",
    "stands_for": "spellings or query",
    "whose": "whose",
}
OWN: Final = "own"


class ByName(TyperGroup):
    """`monitor terms NAME` is short for `monitor terms show NAME`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names; any other word is the name of a term."""
        words = args if args[0] in self.commands or args[0].startswith("-") else ["show", *args]
        return super().resolve_command(ctx, words)


app = typer.Typer(cls=ByName, help="Terms in force: all that @name can stand for; adding one, or a spelling.")


def add_to(main: typer.Typer) -> None:
    """Register the group."""
    main.add_typer(app, name="terms")


@app.callback(invoke_without_command=True)
def terms(context: typer.Context, as_json: Json = False) -> None:
    """Terms in force, your own before those of the included sets: all that @name can stand for."""
    if context.invoked_subcommand is None:
        config = load(_path(context), os.environ)
        _print(config, terms_in_force(config), as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Only this term.")],
    as_json: Json = False,
) -> None:
    """One term."""
    config = load(_path(context), os.environ)
    found = terms_in_force(config)
    if name not in found:
        close = close_term(name, found, found)
        hint = f"did you mean {close}?" if close else "leave the name out to list all terms"
        raise typer.BadParameter(f"there is no term {name}; {hint}")
    _print(config, {name: found[name]}, as_json=as_json)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name, for @name.")],
    aliases: Annotated[list[str], typer.Argument(metavar="ALIAS...", help="Its spellings, or new ones of it.")],
    kind: Annotated[
        Kind | None, typer.Option(help="What it names; decides which suffixes are safe after it.")
    ] = None,
) -> None:
    """Write a term, or new spellings of one that is there, into the configuration; comments and order stay.

    Nothing is written if the configuration would not pass its check. A term of an included set is written out with
    all it has, since one of your own takes its place.
    """
    path = _path(context)
    new = NewTerm(name, tuple(dict.fromkeys(aliases)), kind)
    what = f"{', '.join(new.any)} as spellings of the term {name}"
    written(path, what, lambda: add_term(path, new, os.environ, check_all))


def _print(config: Config, found: Mapping[str, TermInForce], *, as_json: bool) -> None:
    rows = [row(term) for term in found.values()]
    if not as_json:
        rows = [{**one, "stands_for": _stands_for(term)} for one, term in zip(rows, found.values(), strict=True)]
    print_rows(rows, COLUMNS, as_json=as_json, zone=ZoneInfo(config.timezone))


def _path(context: typer.Context) -> Path:
    return context.find_object(Path) or Path("config.yaml")


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
