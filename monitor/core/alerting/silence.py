"""Time-bounded mutes: what they cover, and how people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools
from typing import TYPE_CHECKING, Final

from monitor.core.errors import MonitorError

if TYPE_CHECKING:
    from collections.abc import Collection

_PART: Final = re.compile(r'(?<!\S)(story|channel):("[^"]*"|\S*)')


class SilenceError(MonitorError):
    """What was written is no silence."""


@dataclass(frozen=True, slots=True)
class Matchers:
    """What a silence covers: all that is stated must be true. 0 and "" state nothing."""

    watchlist: str = ""
    story_id: int = 0
    channel: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A mute from its making until `ends_at`. `id` is its number."""

    id: int
    matchers: Matchers
    why: str
    created_at: datetime
    ends_at: datetime


def parse_matchers(text: str, watchlists: Collection[str], channels: Collection[str]) -> Matchers:
    """Matchers as people write them: `(story:NUMBER | channel:NAME)* (WATCHLIST | QUERY)?`.

    A name with spaces stands in quotes after `channel:`. What is left beside `story:` and `channel:` is the name of a
    watchlist if there is one of that name, else a query, which is not looked into here.

    Raises:
        SilenceError: nothing is stated, a part is stated twice, or there is no such channel.
    """
    found: dict[str, str] = {}
    for part, value in _PART.findall(text):
        if part in found:
            raise SilenceError(f"{part}: is stated twice, make two silences of it")
        found[part] = value.strip('"')
    rest = " ".join(_PART.sub(" ", text).split())
    story, channel = found.get("story", ""), found.get("channel", "")
    if "story" in found and not re.fullmatch("[0-9]{1,18}", story):
        raise SilenceError(f"story:{story} names no story, write its number (see `monitor stories`)")
    if "channel" in found and channel not in channels:
        raise SilenceError(f"there is no channel {channel!r}, see `monitor channels`")
    if not (found or rest):
        raise SilenceError("nothing is stated, write a watchlist, story:NUMBER, channel:NAME or a query")
    if rest in watchlists:
        return Matchers(rest, int(story or 0), channel)
    return Matchers("", int(story or 0), channel, rest)


def covers(matchers: Matchers, watchlist: str, story_id: int) -> bool:
    """Whether a silence covers a hit as far as watchlist and story go."""
    return matchers.watchlist in {"", watchlist} and matchers.story_id in {0, story_id}


def written(matchers: Matchers) -> str:
    """Matchers as `parse_matchers` reads them."""
    parts = [matchers.watchlist or matchers.query]
    if matchers.story_id:
        parts.append(f"story:{matchers.story_id}")
    if matchers.channel:
        quoted = f'"{matchers.channel}"' if " " in matchers.channel else matchers.channel
        parts.append(f"channel:{quoted}")
    return " ".join(part for part in parts if part)
