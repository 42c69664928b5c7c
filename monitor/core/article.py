"""What a feed delivers and what we keep of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

TEXT_FIELDS: Final = ("title", "summary", "content")
"""The fields of an article in which terms are looked for, in this order."""


_A_DAY_AGREES: Final = timedelta(days=2)


class Precision(StrEnum):
    """How exactly a publisher stated a time."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Article:
    """The normalised unit: text without markup, ready to be matched and stored.

    `identity` is equal for two articles exactly if they are the same article (see `ingest.identity`). `url` is
    the canonical address, or "" if the feed gave none that is safe to open (http or https). `published_at` is
    aware UTC, or None if the feed gave none that could be read.
    """

    identity: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    author: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    feed_tags: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: Precision | None = None

    def field(self, name: str) -> str:
        """The text of one of `TEXT_FIELDS`."""
        return {"title": self.title, "summary": self.summary, "content": self.content}[name]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed with the key under which that feed knows it, and the article it carries."""

    key: str
    article: Article


class Span(NamedTuple):
    """A place in a text field: half-open code points into the stored original text, and what matched there.

    A tuple, since very many are made and a frozen dataclass takes twice as long to make.
    """

    field: str
    start: int
    end: int
    term: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A watchlist's query that is true of an article, in memory.

    `spans` are sorted and never overlap within one term. `weak` carries the reason why the match is doubtful,
    or "".
    """

    watchlist: str
    spans: tuple[Span, ...]
    weak: str = ""


def news_at(published_at: datetime | None, precision: Precision | None, first_seen_at: datetime) -> datetime:
    """When an article began to be news: when it was published, never after it was first seen.

    A date without a time of day is as good as the time at which it was first seen.
    """
    if published_at is None:
        return first_seen_at
    if precision is Precision.DAY and first_seen_at - published_at < _A_DAY_AGREES:
        return first_seen_at
    return min(published_at, first_seen_at)
