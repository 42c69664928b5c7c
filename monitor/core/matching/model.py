"""What users watch for: terms and watchlists, compiled from the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.query.nodes import Node


class Kind(StrEnum):
    """What a term names; it decides which suffixes are safe after it."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    PRODUCT = "product"
    CONCEPT = "concept"


class Mode(StrEnum):
    """Whether a term may be the head of a longer word (family: 삼성 in 삼성전자) or not (exact)."""

    EXACT = "exact"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Term:
    """A name or concept with its spellings.

    `exclude`: for a spelling that is a word, continuations it must not have (애플: 애플리케이션) and words that
    must not stand near a hit. `require`: words of which one must stand near a hit. `case_sensitive` concerns
    Latin spellings only.
    """

    name: str
    any: tuple[str, ...]
    kind: Kind = Kind.CONCEPT
    mode: Mode = Mode.EXACT
    exclude: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A named query with its scope. Empty `feeds` and `feed_tags` mean everywhere."""

    name: str
    query: Node
    feeds: frozenset[str] = frozenset()
    feed_tags: frozenset[str] = frozenset()
