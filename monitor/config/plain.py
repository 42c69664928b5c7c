"""Walks over plain values: what a file holds, before the model has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.config.document import Path, Value


def texts(value: Value, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts at the places a pattern names ("*": each part of a list or mapping), with their paths."""
    if not pattern:
        if isinstance(value, str):
            yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    parts: Iterable[tuple[str | int, Value]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = enumerate(value)
    for key, part in parts:
        if step in {"*", key}:
            yield from texts(part, rest, (*path, key))


def keys_of(root: Value, name: str) -> list[str]:
    """The keys of a mapping at the top; none if it is not there or no mapping."""
    section = root.get(name) if isinstance(root, dict) else None
    return list(section) if isinstance(section, dict) else []
