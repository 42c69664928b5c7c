"""`monitor match`: JSON lines of articles in, matches out, without a database."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from monitor.bootstrap import compile_all
from monitor.cli.output import print_json, say_all
from monitor.config.load import load
from monitor.core.article import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.article import Match


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(match)


def match(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON lines with id and title, or - for standard input.")] = "-",
) -> None:
    """Match articles against the watchlists: one JSON line out for each article and watchlist that match.

    A line in has id and title, and may have summary, content, feed, url, author and published_at.
    A line that cannot be read is named on standard error and skipped; the exit code is then 1.
    """
    path = context.find_object(Path) or Path("config.yaml")
    matcher = compile_all(load(path, os.environ)).matcher
    gc.freeze()  # what was compiled stays: no use to look through it for garbage again and again
    failures = 0
    with _lines(file) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                number_id, article = _article(line)
            except ValueError as error:
                say_all([f"{file}:{number}: {error}"])
                failures += 1
                continue
            for found in matcher.match(article):
                print_json(_row(number_id, article, found))
    if failures:
        raise typer.Exit(1)


@contextmanager
def _lines(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
        return
    try:
        opened = Path(file).open(encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error
    with opened:
        yield opened


def _article(line: str) -> tuple[Any, Article]:
    """The id and the article of a line.

    Raises:
        ValueError: the line is not such an object; the message says what it lacks.
    """
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("title"), str):
        raise ValueError('an object with "id" and a text as "title" is needed')
    feed = _text(row, "feed")
    article = Article(
        identity=str(row["id"]),
        url=_text(row, "url"),
        title=row["title"],
        summary=_text(row, "summary"),
        content=_text(row, "content"),
        author=_text(row, "author"),
        source=feed,
        feeds=(feed,) if feed else (),
    )
    return row["id"], article


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be a text')  # noqa: TRY004 - the caller names the line for any ValueError
    return value


def _row(article_id: Any, article: Article, found: Match) -> dict[str, Any]:
    spans = [
        {
            "field": span.field,
            "start": span.start,
            "end": span.end,
            "text": article.field(span.field)[span.start : span.end],
            "term": span.term,
        }
        for span in found.spans
    ]
    return {"id": article_id, "watchlist": found.watchlist, "spans": spans}
