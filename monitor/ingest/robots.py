"""robots.txt as RFC 9309 has it: whose rules count for us, and whether a path is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST_BYTES: Final = 512_000
_MOST_LINES: Final = 20_000
_SECONDS: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_TOKEN: Final = re.compile(r"[a-zA-Z_-]+")


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host allows: patterns with whether they allow, those that are longest first.

    `delay_s` is the pause between two requests that it asks for (Crawl-delay), 0 if none.
    """

    patterns: tuple[tuple[str, bool], ...] = ()
    delay_s: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched: the longest pattern decides, of two equally long the one that allows."""
        parts = urlsplit(url)
        path = _plain(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
        return next((allowed for pattern, allowed in self.patterns if _matches(pattern, path)), True)


ALL: Final = Robots()
NONE: Final = Robots((("/", False),))


def read_robots(body: bytes, user_agent: str) -> Robots:
    """The patterns for a user agent's name (what stands before its version), else those for everyone."""
    found = _TOKEN.match(user_agent)
    name = found[0].lower() if found else ""
    ours, everyones = _Group(), _Group()
    named = False
    for group in _groups(body[:_LARGEST_BYTES].decode("utf-8", "replace").lstrip("\ufeff")):
        if name and name in group.agents:
            named = True
            ours.add(group)
        elif "*" in group.agents:
            everyones.add(group)
    chosen = ours if named else everyones
    return Robots(tuple(sorted(chosen.patterns, key=lambda one: (-len(one[0]), not one[1]))), chosen.delay_s)


@dataclass(slots=True)
class _Group:
    agents: set[str] = field(default_factory=set)
    patterns: list[tuple[str, bool]] = field(default_factory=list)
    open: bool = True
    delay_s: float = 0.0

    def add(self, other: _Group) -> None:
        """Have the lines of another group for the same agent too."""
        self.patterns += other.patterns
        self.delay_s = max(self.delay_s, other.delay_s)


def _groups(text: str) -> Iterator[_Group]:
    group = _Group()
    for line in text.splitlines()[:_MOST_LINES]:
        key, _, value = line.partition("#")[0].partition(":")
        name, stated = key.strip().lower(), value.strip()
        if name == "user-agent":
            if not group.open:
                yield group
                group = _Group()
            found = _TOKEN.match(stated)
            group.agents.add("*" if stated == "*" else found[0].lower() if found else "")
        elif name in {"allow", "disallow"}:
            group.open = False
            if stated:
                group.patterns.append((_plain(stated), name == "allow"))
        elif name == "crawl-delay":
            group.open = False
            group.delay_s = max(group.delay_s, float(stated) if _SECONDS.fullmatch(stated) else 0.0)
    yield group


def _plain(path: str) -> str:
    return unquote(path, errors="replace")


def _matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches from the path's start; `*` is anything, `$` at the end the path's end. Linear."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    if not rest:
        return not anchored or place == len(path)
    *middle, last = rest
    for piece in middle:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    if anchored:
        return len(path) - len(last) >= place and path.endswith(last)
    return path.find(last, place) >= 0
