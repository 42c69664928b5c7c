"""What a configuration may hold and hardly anybody means: said with its place, and nothing is refused for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from monitor.config.policy import routes_of
from monitor.config.warnqueries import query_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.config.compile import Compiled
    from monitor.config.model import Config
    from monitor.core.errors import Problem

_USUAL_PORTS: Final = {"http": 80, "https": 443}


def warnings_of(
    config: Config, compiled: Compiled, is_wanted: Callable[[], bool] = lambda: True
) -> tuple[Problem, ...]:
    """Every warning about a configuration without faults, by its place.

    Takes up to some seconds if hundreds of watchlists resemble each other: not for a moment when others wait. It ends
    with what it has a moment after `is_wanted` has become false.
    """
    found = (*_idle_channels(config), *_repeated_feeds(config), *query_warnings(config, compiled, is_wanted))
    ordered = sorted(found, key=lambda one: (one.file, one.line, one.column))
    return tuple(replace(one, warning=True) for one in ordered)


def _idle_channels(config: Config) -> Iterator[Problem]:
    used = {name for names in routes_of(config).values() for name in names} | {config.operator}
    for name in config.channels:
        if name not in used:
            todo = "name it in a watchlist's channels, or remove it"
            yield config.origin.problem(("channels", name), "no watchlist uses this channel", todo, at_key=True)


def _repeated_feeds(config: Config) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, feed in enumerate(config.feeds):
        if not feed.enabled:
            continue
        address = _address(feed.url)
        if address not in first:
            first[address] = index
            continue
        before = config.feeds[first[address]]
        line = config.origin.problem(("feeds", first[address]), "", "").line
        what = f"this is the address of {before.name} on line {line} in other letters"
        todo = "keep one of the two: each article would be fetched twice"
        yield config.origin.problem(("feeds", index, "url"), what, todo)


def _address(url: str) -> str:
    """What two ways of writing one address have in common: http and https, www. or not, capitals of the host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port if parts.port not in {None, _USUAL_PORTS[parts.scheme]} else None
    user = parts.netloc.rpartition("@")[0]
    return "\n".join((user, host, str(port or ""), unquote(parts.path) or "/", unquote(parts.query)))
