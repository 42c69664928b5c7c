"""Words, and the letter pairs by which texts are compared.

A word counts by its pairs of letters, and by its first pair once more: a Korean word begins with its stem and
ends in particles, so its beginning says more. Pairs are hashed to 20 bits for counting and to 16 for comparing:
among the two hundred pairs of an article a chance meeting is worth less than one pair.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

GRAM_BITS: Final = 20
FEATURE_BITS: Final = 16
FEATURE_MASK: Final = (1 << FEATURE_BITS) - 1

_WORD: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*[%a-z가-힣一-鿿]?|[a-z]+[0-9]*[a-z]?|[가-힣一-鿿]+")
_FULL: Final = 0xFFFFFFFF
_FIRST: Final = 0x9E3779B1
_SECOND: Final = 0x85EBCA77
_LAST: Final = 0x2C1B3C6D
_SHIFT: Final = 32 - GRAM_BITS
_START: Final = 0x110000
_ALONE: Final = 0x220000


def words_of(text: str) -> tuple[str, ...]:
    """The words of a normalised text, numbers with the first letter of their unit, each once, in order."""
    return tuple(dict.fromkeys(_WORD.findall(text)))


def is_number(word: str) -> bool:
    """Whether the word begins with a digit."""
    return word[0].isdigit()


@lru_cache(maxsize=1 << 13)
def grams_of(word: str) -> tuple[int, ...]:
    """The hashed letter pairs of a word, each once; a word of one letter is its own."""
    codes = [ord(letter) for letter in word]
    if len(codes) == 1:
        return (_hash(_ALONE, codes[0]),)
    pairs = [_hash(codes[0] + _START, codes[1])]
    for first, second in pairwise(codes):
        mixed = (first * _FIRST + second * _SECOND) & _FULL  # as _hash, which a call for each pair would slow down
        mixed ^= mixed >> 15
        pairs.append((mixed * _LAST & _FULL) >> _SHIFT)
    return tuple(dict.fromkeys(pairs))


@lru_cache(maxsize=1 << 11)
def features_of(word: str) -> tuple[int, ...]:
    """The letter pairs of a word hashed further, each once."""
    return tuple(dict.fromkeys(gram & FEATURE_MASK for gram in grams_of(word)))


def _hash(first: int, second: int) -> int:
    mixed = (first * _FIRST + second * _SECOND) & _FULL
    mixed ^= mixed >> 15
    return (mixed * _LAST & _FULL) >> _SHIFT
