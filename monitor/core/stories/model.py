"""What grouping is given and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class GroupArticle:
    """What of an article decides its story.

    `lead` is its summary, or the beginning of its content; only the first lines are read. `published_at` is
    aware. `outlet` and `url` may be "".
    """

    id: str
    title: str
    published_at: datetime
    lead: str = ""
    outlet: str = ""
    url: str = ""


class Kind(StrEnum):
    """What an article adds to the story it joins."""

    COPY = "copy"
    UPDATE = "update"
    NEW_ANGLE = "new_angle"


class Why(StrEnum):
    """Why an article that joins is a copy, an update or a new angle."""

    VERBATIM = "nearly the same text"
    NOTHING_NEW = "no new number or name, and few new words, in its title"
    REVISED = "a changed title at the same address"
    ROUND_UP = "marked as a round-up"
    NEW_FACTS = "new numbers or names in its title"
    OTHER_WORDS = "told in other words"


@dataclass(frozen=True, slots=True)
class Opened:
    """No story was alike enough: this article opens its own.

    `nearest` is the id of the article that was most alike, "" if none was, and `similarity` how alike its story
    was (0 to 1).
    """

    nearest: str = ""
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Joined:
    """A story was alike enough.

    `nearest` is the id of its article that is most alike, `similarity` how alike the story is (0 to 1). `words`
    and `numbers` are those of the title that the nearest article's title has too, `new` those that no recent
    title of the story has. `other` is the article that was most alike of the second nearest story, "" if there was
    none, and `other_similarity` how alike that story was.
    """

    kind: Kind
    why: Why
    nearest: str
    similarity: float
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    other: str = ""
    other_similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Placement:
    """The story of an article, named by the id of the article that opened it.

    `absorbed` are younger stories that are part of it from now on: the article showed them to be one.
    """

    story: str
    reason: Opened | Joined
    absorbed: tuple[str, ...] = ()
