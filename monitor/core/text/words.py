"""Lists of words, written the way people read them."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The space-separated words of a text."""
    return tuple(text.split())
