"""`monitor group`: JSON lines of articles in, the story of each out, without a database or a configuration."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from monitor.cli.match import _lines as lines_of
from monitor.cli.match import _text as text_of
from monitor.cli.output import print_json, say_all
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.model import GroupArticle

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(group)


def group(
    file: Annotated[str, typer.Argument(help="JSON lines with id and title, in time order, or - for stdin.")] = "-",
) -> None:
    """Group articles into stories: one JSON line out for each article, with the story it joins or opens.

    A line in has id and title, and may have summary, content, feed, url and published_at (ISO 8601; one without
    is taken to be as old as the line before). A story is named by the id of the article that opened it.
    A line that cannot be read is named on standard error and skipped; the exit code is then 1.
    """
    grouper = Grouper()
    names: dict[str, Any] = {}
    last = BEFORE_ALL
    failures = 0
    with lines_of(file) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                name, article = _article(line, last)
            except ValueError as error:
                say_all([f"{file}:{number}: {error}"])
                failures += 1
                continue
            last = article.published_at
            story = grouper.add(article).story
            if story == article.id:
                names[story] = name
            print_json({"id": name, "story": names[story]})
    if failures:
        raise typer.Exit(1)


def _article(line: str, before: datetime) -> tuple[Any, GroupArticle]:
    """The id as it was written and the article of a line; `before` is when the line before was published.

    Raises:
        ValueError: the line is not such an object; the message says what it lacks.
    """
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("title"), str):
        raise ValueError('an object with "id" and a text as "title" is needed')
    article = GroupArticle(
        id=str(row["id"]),
        title=row["title"],
        published_at=_published(text_of(row, "published_at"), before),
        lead=text_of(row, "summary") or text_of(row, "content"),
        outlet=text_of(row, "feed"),
        url=text_of(row, "url"),
    )
    return row["id"], article


def _published(written: str, before: datetime) -> datetime:
    if not written:
        return before
    try:
        published_at = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f'"published_at" is not a time in ISO 8601: {written}') from None
    return published_at if published_at.tzinfo else published_at.replace(tzinfo=UTC)
