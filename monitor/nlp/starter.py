"""The table that is shipped: how common the common letter pairs of Korean news are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from monitor.core.stories.frequencies import Frequencies


@cache
def packed_starter() -> bytes:
    """The table as `Frequencies.dump` wrote it."""
    return files("monitor.nlp").joinpath("starter.bin").read_bytes()


def starter() -> Frequencies:
    """A table of one's own, to learn on from it."""
    return Frequencies.load(packed_starter())
