"""A second opinion on short Hangul names by the morpheme analyser Kiwi, if the extra `[kiwi]` is installed."""

from __future__ import annotations

import importlib
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final

_NO_NAMES: Final = ("V", "E", "J")
"""First letters of the tags of verbs, endings and particles."""

_SHORTEST_SURE: Final = 2
"""Names up to this length are read as the head of a longer noun more often than Kiwi is wrong about it."""

_REMEMBERED: Final = 64
"""Sentences: several names are asked about in one, and feeds repeat themselves."""


class KiwiVerifier:
    """Implements `core.matching.leaves.Verifier`. The model, some 500 MB, is loaded at the first question."""

    def __init__(self) -> None:
        self._morphemes = lru_cache(maxsize=_REMEMBERED)(self._analyse)
        self._kiwi: Any = None

    def allows(self, text: str, start: int, end: int) -> bool:
        """Whether no other word begins at `start`: a verb, or a noun longer than a name of two syllables (강원도)."""
        tag, last = self._morphemes(text).get(start, ("", end))
        return not tag.startswith(_NO_NAMES) and (last <= end or end - start > _SHORTEST_SURE)

    def _analyse(self, text: str) -> dict[int, tuple[str, int]]:
        """The tags and ends of the morphemes of a sentence by their start; of several at one place the first."""
        if self._kiwi is None:
            self._kiwi = importlib.import_module("kiwipiepy").Kiwi(num_workers=1)
        morphemes: dict[int, tuple[str, int]] = {}
        for token in self._kiwi.tokenize(text):
            morphemes.setdefault(token.start, (token.tag, token.end))
        return morphemes


def kiwi_verifier() -> KiwiVerifier | None:
    """The verifier, or None if the extra is not installed."""
    return KiwiVerifier() if find_spec("kiwipiepy") else None
