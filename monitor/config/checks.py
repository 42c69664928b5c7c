"""Checks across the parts of a configuration: names that are used exist, names that are given are unique.

They run on the plain values, so that a fault elsewhere does not hide theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.config.plain import keys_of, texts
from monitor.config.queries import check_queries
from monitor.config.values import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.config.document import Path, Value
    from monitor.config.origin import Origin
    from monitor.core.errors import Problem


_WHERE: Final = {"channel": "channels", "watchlist": "watchlists"}


def check(root: Value, origin: Origin) -> tuple[Problem, ...]:
    """Every fault between the parts."""
    return (
        *_unique(root, origin, ("feeds", "*", "name"), "this feed's name is taken"),
        *_unique(root, origin, ("feeds", "*", "url"), "this feed's address is here twice"),
        *_unique(root, origin, ("watchlists", "*", "name"), "this watchlist's name is taken"),
        *_references(root, origin),
        *check_queries(root, origin),
    )


def _unique(root: Value, origin: Origin, pattern: Path, what: str) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, text in texts(root, pattern):
        if text in first:
            line = origin.problem(first[text], "", "").line
            yield origin.problem(path, f"{what}, first on line {line}", "change or remove one of them")
        first.setdefault(text, path)


def _references(root: Value, origin: Origin) -> Iterator[Problem]:
    channels = keys_of(root, "channels")
    feeds = [text for _, text in texts(root, ("feeds", "*", "name"))]
    watchlists = [text for _, text in texts(root, ("watchlists", "*", "name"))]
    tags = [text for _, text in texts(root, ("feeds", "*", "tags", "*"))]
    for pattern, known, kind in (
        (("operator",), channels, "channel"),
        (("watchlists", "*", "channels", "*"), channels, "channel"),
        (("watchlists", "*", "inhibits", "*"), watchlists, "watchlist"),
        (("watchlists", "*", "feeds", "*"), feeds, "feed"),
        (("watchlists", "*", "tags", "*"), tags, "feed with the tag"),
    ):
        for path, text in texts(root, pattern):
            if text not in known:
                hint = did_you_mean(text, known, f"add it under {_WHERE.get(kind, 'feeds')}")
                yield origin.problem(path, f"there is no {kind} {text}", hint)
