"""Feeds as they are polled, and what a poll reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta  # noqa: TC003 - dataclass fields are read at run time by tools
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from monitor.core.article import Entry
    from monitor.core.schedule import FeedState


class FullText(StrEnum):
    """Whether the page of a new article is read too; `AUTO`: if the feed gives little of its text."""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the configuration names it. `every` None means the default interval.

    `headers` go with every request to the feed's own host; they can hold secrets.
    """

    name: str
    url: str
    zone: str = "Asia/Seoul"
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    source: str = ""
    user_agent: str = ""
    legacy_tls: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fulltext: FullText = FullText.NEVER


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """The right to poll one feed until its lease expires; `token` fences the write at the end."""

    feed_id: int
    name: str
    token: str
    state: FeedState


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `at_most` entries may have been missed between two times (aware UTC)."""

    after: datetime
    before: datetime
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What to fetch, and what is known of the last answer; `forbidden` if it was a 403."""

    spec: FeedSpec
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class NotModified:
    """304, or a body equal to the last one. Empty validators mean: keep the old ones.

    The rest is as in `Fresh`. A 304 has no body that could say when to ask again: `stated` is false.
    """

    etag: str = ""
    last_modified: str = ""
    max_age_s: float | None = None
    moved_to: str = ""
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    feed_id: str = ""
    newest_at: datetime | None = None
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Fresh:
    """A body that was read: its entries in the feed's order, and what to remember.

    A body that arrived cut off has `complete` false and empty validators, so that it is asked for again.
    `moved_to` is where the answer came from if every redirect on the way was permanent (301, 308), else "".
    `max_age_s` is how long the server calls the answer fresh, `ttl_s` how long the feed calls itself so;
    `skip_hours` (0-23, UTC) and `skip_days` (ISO weekdays 1-7) are when it asks not to be polled. `feed_id` is equal
    for two addresses whose feeds have one title and site, "" if there is neither. `newest_at` is the newest stated
    time of the entries (aware UTC). With `partial`, the body holds only what is new since the validator (RFC 3229),
    so that sharing no entry with the last one says nothing. With `shortened`, the body held more entries than are
    read: these are those at its two ends.
    """

    entries: tuple[Entry, ...]
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    complete: bool = True
    max_age_s: float | None = None
    moved_to: str = ""
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    feed_id: str = ""
    newest_at: datetime | None = None
    partial: bool = False
    shortened: bool = False


Reading: TypeAlias = NotModified | Fresh
