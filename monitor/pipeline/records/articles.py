"""Articles and hits as stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.article import Article, Span
    from monitor.core.stories.model import Kind, Why


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its number in the database.

    `linked`: this feed carried it before, under this key. `earlier_titles`: those of its revisions.
    """

    id: int
    article: Article
    linked: bool = True
    earlier_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """An article of the history with its number and when it was first seen."""

    id: int
    article: Article
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class PastArticle:
    """An article of the history with its story and its hits: watchlist to why it is weak.

    `story_id`: None if it was never placed. `new`: the numbers and names that it added to the story.
    """

    seen: SeenArticle
    story_id: int | None
    hits: Mapping[str, str]
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedArticle:
    """An article of the history with the story it belongs to."""

    id: int
    article: Article
    first_seen_at: datetime
    story_id: int


@dataclass(frozen=True, slots=True)
class PlacementView:
    """Why an article is in its story, all with the texts they had then; see `core.stories.model` for the fields.

    `kind` and `why` are None if it opened the story. `absorbed`: stories that it showed to be part of its story.
    """

    placed: PlacedArticle
    kind: Kind | None
    why: Why | None
    similarity: float
    nearest: PlacedArticle | None = None
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    other: PlacedArticle | None = None
    other_similarity: float = 0.0
    absorbed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedText:
    """An article whose page is to be read, for the sake of a feed; `tries` counts this one."""

    article_id: int
    feed: str
    url: str
    tries: int


@dataclass(frozen=True, slots=True)
class StoredHit:
    """A match with its number in the database, and the version of the definition that found it ("": not known)."""

    id: int
    article_id: int
    watchlist: str
    spans: tuple[Span, ...] = ()
    weak: str = ""
    version: str = ""


class Verdict(StrEnum):
    """What a reader says of a hit."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class MarkedHit:
    """A hit that a reader called right or wrong. `terms`: what of the query matched, each once."""

    id: int
    watchlist: str
    article_id: int
    terms: tuple[str, ...]
    verdict: Verdict
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class HitPlace:
    """Where a stored hit stands."""

    id: int
    watchlist: str
    article_id: int
    story_id: int


@dataclass(frozen=True, slots=True)
class HitStory:
    """A story that hits a watchlist: when its first hit began, the number of that hit, and how many hits there are.

    `last_hit_at` is when the newest of them was stored.
    """

    watchlist: str
    story_id: int
    began_at: datetime
    hit_id: int
    hits: int
    last_hit_at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """An article that watchlists hit, for a feed of ours; `revised_at` is when its texts last changed."""

    id: int
    identity: str
    url: str
    title: str
    summary: str
    author: str
    source: str
    watchlists: tuple[str, ...]
    published_at: datetime | None
    first_seen_at: datetime
    revised_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on, the newest first: behind the row of this time (aware UTC) and number."""

    at: datetime
    id: int
