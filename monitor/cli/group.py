"""`monitor group`: JSON lines of articles in, the story of each out, without a database or a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from monitor.cli.lines import read_lines, text_of
from monitor.cli.output import print_json
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.model import GroupArticle
from monitor.nlp.starter import starter

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(group)


def group(
    file: Annotated[str, typer.Argument(help="JSON lines with id and title, in time order, or - for stdin.")] = "-",
) -> None:
    """Group articles into stories: one JSON line out for each article, with the story it joins or opens.

    A line in has id and title, and may have summary, content, feed, url and published_at (ISO 8601; one without
    is taken to be as old as the line before). A story is named by the id of the article that opened it. Where an
    article shows that stories are one, `merged` names those that are part of its story from now on.
    A line that cannot be read is named on standard error and skipped; the exit code is then 1.
    """
    grouper = Grouper(starter())
    names: dict[str, Any] = {}
    reader = _Reader()
    for name, article in read_lines(file, reader.read):
        names[article.id] = name
        placement = grouper.add(article)
        if placement.story != article.id:
            del names[article.id]
        merged = [names.pop(story) for story in placement.absorbed]
        print_json({"id": name, "story": names[placement.story]} | ({"merged": merged} if merged else {}))


@dataclass(slots=True)
class _Reader:
    """Makes articles of lines, numbered in their order, and remembers the time of the last."""

    last: datetime = BEFORE_ALL
    lines: int = 0

    def read(self, row: dict[str, Any]) -> tuple[Any, GroupArticle]:
        """The id as it was written, and the article."""
        name, title = row["id"], row["title"]
        self.lines += 1
        article = GroupArticle(
            id=str(self.lines),
            title=title,
            published_at=_published(text_of(row, "published_at"), self.last),
            lead=text_of(row, "summary") or text_of(row, "content"),
            outlet=text_of(row, "feed"),
            url=text_of(row, "url"),
        )
        self.last = article.published_at
        return name, article


def _published(written: str, before: datetime) -> datetime:
    if not written:
        return before
    try:
        published_at = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f'"published_at" is not a time in ISO 8601: {written}') from None
    return published_at if published_at.tzinfo else published_at.replace(tzinfo=UTC)
