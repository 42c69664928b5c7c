"""In how many articles each letter pair was seen: what is rare says more.

With an empty table everything is rare at first, and the first day's stories are poor: begin with one that was kept.
"""

from __future__ import annotations

import math
import struct
import zlib
from array import array
from typing import TYPE_CHECKING, Final

from monitor.core.stories.grams import GRAM_BITS

if TYPE_CHECKING:
    from collections.abc import Iterable

FLOOR: Final = 0.004
"""The share of articles below which all pairs weigh the same: else one rare name would decide alone."""

UNIT: Final = 1_000
"""Weights are whole numbers of this unit, so that sums do not depend on their order."""

MOST_ARTICLES: Final = 200_000
"""At so many articles the counts are halved: old fashions fade, and the counts stay small."""

_SIZE: Final = 1 << GRAM_BITS
_HEADER: Final = struct.Struct("<4sI")
_ENTRY: Final = struct.Struct("<II")
_MAGIC: Final = b"KNM1"


class Frequencies:
    """Counts of articles by hashed letter pair, learned as articles come in; 4 MB."""

    def __init__(self) -> None:
        self.articles = 0
        self.counts = array("I", bytes(4 * _SIZE))

    def learn(self, grams: Iterable[int]) -> None:
        """Count one article by its distinct grams."""
        if self.articles >= MOST_ARTICLES:
            self._halve()
        counts = self.counts
        for gram in grams:
            counts[gram] += 1
        self.articles += 1

    def weights(self, grams: Iterable[int]) -> list[int]:
        """The squared inverse document frequency of each gram, in thousandths."""
        total = math.log(self.articles + 1)
        floor = max(FLOOR * self.articles, 1.0)
        most = _weight(total, floor)
        log = math.log
        return [
            most if count <= floor else int(UNIT * (total - log(count)) ** 2)
            for count in map(self.counts.__getitem__, grams)
        ]

    def dump(self) -> bytes:
        """Everything counted, compressed, to be kept and given to `load`."""
        seen = [(gram, count) for gram, count in enumerate(self.counts) if count]
        body = b"".join(_ENTRY.pack(gram, count) for gram, count in seen)
        return _HEADER.pack(_MAGIC, self.articles) + zlib.compress(body, 6)

    @classmethod
    def load(cls, dumped: bytes) -> Frequencies:
        """What was dumped.

        Raises:
            ValueError: these are not bytes of `dump`.
        """
        loaded = cls()
        try:
            magic, loaded.articles = _HEADER.unpack_from(dumped)
            body = zlib.decompress(dumped[_HEADER.size :])
            for gram, count in _ENTRY.iter_unpack(body):
                loaded.counts[gram] = count
        except (struct.error, zlib.error, IndexError) as error:
            raise ValueError("not the dump of document frequencies") from error
        if magic != _MAGIC:
            raise ValueError("not the dump of document frequencies")
        return loaded

    def common(self, least_share: float) -> Frequencies:
        """A table of the pairs only that at least this share of the articles have."""
        kept = Frequencies()
        kept.articles = self.articles
        least = least_share * self.articles
        kept.counts = array("I", [count if count >= least else 0 for count in self.counts])
        return kept

    def _halve(self) -> None:
        self.counts = array("I", [count >> 1 for count in self.counts])
        self.articles >>= 1


def _weight(total: float, count: float) -> int:
    return int(UNIT * (total - math.log(count)) ** 2)
