"""What stands in a text and may be a name: its words without their particles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from monitor.core.text.particles import is_chain
from monitor.core.text.script import ending_of, is_hangul

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = re.compile(r"(?<![A-Za-z0-9가-힣])[A-Za-z가-힣][A-Za-z0-9가-힣]{1,19}")
_VERBAL: Final = re.compile("([가-힣]{2,}?)(?:하|했|되|됐|된|될|시키|시킨)[가-힣]*")
_LEAST: Final = 2
"""Letters of a name."""


def nouns_of(text: str) -> Iterator[tuple[str, str]]:
    """Each word as (stem, particles): the shortest stem of two letters behind which all reads as particles."""
    for found in _WORD.finditer(text):
        yield parted(found.group())


@lru_cache(maxsize=1 << 16)
def parted(word: str, least: int = _LEAST) -> tuple[str, str]:
    """A word as (stem, particles); a stem has at least so many letters.

    >>> parted("앤스로픽에서는"), parted("OpenAI가"), parted("발표했다")
    (('앤스로픽', '에서는'), ('OpenAI', '가'), ('발표했다', ''))
    """
    for cut in range(least, len(word)):
        rest = word[cut:]
        if all(map(is_hangul, rest)) and is_chain(ending_of(word[cut - 1].casefold()), rest):
            return word[:cut], rest
    return word, ""


@lru_cache(maxsize=1 << 16)
def verbal_part(word: str) -> str:
    """What becomes a verb in a word (협상 in 협상했다); "" if it is none."""
    found = _VERBAL.fullmatch(word)
    return found.group(1) if found else ""
