"""Scripts of letters, and how a word's last letter ends."""

from __future__ import annotations

from enum import Enum
from typing import Final

LONGEST_WORD: Final = 16
"""Letters of a written Hangul word of sensible length."""

_FIRST_SYLLABLE: Final = ord("가")
_FINALS: Final = 28
_RIEUL: Final = 8


class Ending(Enum):
    """How a word ends, which decides the particles that agree with it.

    `EITHER` is a Latin letter, a digit or a hanja, whose reading is not known.
    """

    VOWEL = "vowel"
    RIEUL = "rieul"
    CONSONANT = "consonant"
    EITHER = "either"


def is_hangul(letter: str) -> bool:
    """Whether this is one Hangul syllable; "" is not."""
    return "가" <= letter <= "힣"


def is_hanja(letter: str) -> bool:
    """Whether this is one hanja of the blocks in use; "" is not."""
    return "一" <= letter <= "鿿" or "㐀" <= letter <= "䶿"


def is_latin(letter: str) -> bool:
    """Whether this is a letter or digit of a script that puts spaces between all words; "" is not."""
    if letter.isascii():
        return letter.isalnum()
    return letter.isalnum() and not (is_hangul(letter) or is_hanja(letter) or "぀" <= letter <= "ヿ")


def ending_of(letter: str) -> Ending:
    """How a word with this last letter ends."""
    if not is_hangul(letter):
        return Ending.EITHER
    final = (ord(letter) - _FIRST_SYLLABLE) % _FINALS
    if final == 0:
        return Ending.VOWEL
    return Ending.RIEUL if final == _RIEUL else Ending.CONSONANT


def is_hangul_between(letters: str, start: int, end: int) -> bool:
    """Whether two offsets are part of one Hangul word of sensible length: no letter between them is another."""
    return end - start <= LONGEST_WORD and all(is_hangul(letter) for letter in letters[start:end])
