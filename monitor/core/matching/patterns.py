"""The patterns of one matcher, numbered for the automaton."""

from __future__ import annotations


class Patterns:
    """Normalised texts to look for, each with one number however many leaves share it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, pattern: str) -> int:
        """The number of a pattern that is not empty."""
        return self._numbers.setdefault(pattern, len(self._numbers))

    def texts(self) -> list[str]:
        """All patterns, by number."""
        return list(self._numbers)
