"""What any kind of feed states, cleaned but not yet named: the common ground of the readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools
from typing import TYPE_CHECKING, Any, Final

from monitor.ingest.clean import title_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.article import Precision
    from monitor.ingest.channel import Channel

_MOST_TAGS: Final = 30


@dataclass(frozen=True, slots=True)
class Stated:
    """An entry as cleaned, before it has a name: `url` is canonical, `link` is for people to open."""

    guid: str
    url: str
    link: str
    title: str
    summary: str
    content: str
    author: str
    source: str
    tags: tuple[str, ...]
    at: datetime | None
    precision: Precision | None


@dataclass(frozen=True, slots=True)
class Read:
    """The entries of a body in its order, and what it says of itself; `complete` is false if it was cut off.

    With `shortened`, it held more entries than are read: these are those at its two ends.
    """

    entries: list[Stated]
    channel: Channel
    complete: bool
    shortened: bool = False


def text_in(mapping: Any, name: str) -> str:
    """The text under a key, stripped, or "" for anything else."""
    # dict.get, as feedparser's own falls back from one date to another and warns about it.
    value = dict.get(mapping, name)
    return value.strip() if isinstance(value, str) else ""


def clean_tags(terms: Iterable[str]) -> tuple[str, ...]:
    """Tags as text, each once."""
    return tuple(dict.fromkeys(tag for term in terms if (tag := title_text(term))))[:_MOST_TAGS]
