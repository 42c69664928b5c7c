"""Parse only what is new: most of a feed's body is what the last body held, letter for letter.

A body is cut into its entries; those whose text was read before are left out, and the rest is parsed inside the
original head. Where the cuts are not beyond doubt, nothing is cut.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_STARTS: Final = ("<item", "<entry")
_AFTER_NAME: Final = re.compile(r"[\s>]")
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document taken apart: `gaps[0] + entries[0] + gaps[1] + … + gaps[-1]` is the whole again."""

    gaps: tuple[str, ...]
    entries: tuple[str, ...]

    def with_only(self, places: Sequence[int]) -> str:
        """The document with only the entries at these places (ascending)."""
        wanted = set(places)
        kept = [self.gaps[0]]
        for place, (entry, gap) in enumerate(zip(self.entries, self.gaps[1:], strict=True)):
            kept += [entry, gap] if place in wanted else [gap]
        return "".join(kept)


def pieces(xml: str) -> Pieces | None:
    """Cut a document into entries, or None where markup inside text makes that doubtful."""
    opening = next((start for start in _STARTS if f"</{start[1:]}>" in xml), "")
    if not opening:
        return None
    closing = f"</{opening[1:]}>"
    gaps, entries, seen = [], [], 0
    while True:
        start = _next(xml, opening, seen)
        if start < 0:
            break
        end = xml.find(closing, start)
        if end < 0:
            return None
        end += len(closing)
        gaps.append(xml[seen:start])
        entries.append(xml[start:end])
        seen = end
    gaps.append(xml[seen:])
    if not all(_is_whole(entry, opening) for entry in entries) or not all(_is_plain(gap, closing) for gap in gaps):
        return None
    return Pieces(tuple(gaps), tuple(entries))


def _next(xml: str, opening: str, seen: int) -> int:
    """Where the next entry starts; `<items>` of RDF is none."""
    place = xml.find(opening, seen)
    while place >= 0 and not _AFTER_NAME.match(xml, place + len(opening)):
        place = xml.find(opening, place + 1)
    return place


def _is_whole(entry: str, opening: str) -> bool:
    return (
        entry.count("<![CDATA[") == entry.count("]]>")
        and entry.count("<!--") == entry.count("-->")
        and _next(entry, opening, 1) < 0
    )


def _is_plain(gap: str, closing: str) -> bool:
    return closing not in gap and gap.count("<![CDATA[") == gap.count("]]>") and gap.count("<!--") == gap.count("-->")


class Memory(Generic[T]):
    """What was read from which text, the longest unused forgotten first, bounded by the letters of the texts."""

    def __init__(self, most_letters: int) -> None:
        self._most_letters = most_letters
        self._letters = 0
        self._known: OrderedDict[bytes, tuple[T, int]] = OrderedDict()

    def recall(self, name: bytes) -> T | None:
        """What was kept under a name, or None."""
        found = self._known.get(name)
        if not found:
            return None
        self._known.move_to_end(name)
        return found[0]

    def keep(self, name: bytes, value: T, letters: int) -> None:
        """Keep a value that weighs so many letters."""
        if name in self._known:
            self._letters -= self._known.pop(name)[1]
        self._known[name] = (value, letters)
        self._letters += letters
        while self._letters > self._most_letters:
            _, (_, gone) = self._known.popitem(last=False)
            self._letters -= gone


def name_of(scope: str, entry: str) -> bytes:
    """The name of an entry's text within a scope: everything else that its reading depends on."""
    return hashlib.blake2b(f"{scope}\x1f{entry}".encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).digest()
