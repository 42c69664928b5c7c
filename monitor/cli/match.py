"""`monitor match`: JSON lines of articles in, matches out, without a database."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.bootstrap import compile_all
from monitor.cli.lines import read_lines, text_of
from monitor.cli.output import print_json
from monitor.config.load import load
from monitor.core.article import Article

if TYPE_CHECKING:
    from monitor.core.article import Match
    from monitor.core.matching.engine import Matcher


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
    match_lines(matcher, file)


def match_lines(matcher: Matcher, file: str) -> None:
    """Print what matches in the lines of a file, or of standard input for `-`."""
    for article_id, article in read_lines(file, _article):
        for found in matcher.match(article):
            print_json(_row(article_id, article, found))


def _article(row: dict[str, Any]) -> tuple[Any, Article]:
    """The id and the article of a line."""
    feed = text_of(row, "feed")
    article = Article(
        identity=str(row["id"]),
        url=text_of(row, "url"),
        title=row["title"],
        summary=text_of(row, "summary"),
        content=text_of(row, "content"),
        author=text_of(row, "author"),
        source=feed,
        feeds=(feed,) if feed else (),
    )
    return row["id"], article


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
