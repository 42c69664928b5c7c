"""The ways one spelling is written: with a space missing, or one too many."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from monitor.core.text.normal import fold
from monitor.core.text.script import is_hangul, is_latin

_MARK: Final = "\x1f"
_CAMEL: Final = re.compile("(?<=[a-zａ-ｚ])(?=[A-ZＡ-Ｚ])")
_SCRIPT_CHANGE: Final = re.compile("(?<=[가-힣])(?=[a-z0-9])|(?<=[a-z0-9])(?=[가-힣])")
_HANGUL: Final = re.compile("[가-힣]+")
_JOINT: Final = re.compile(f"[ {_MARK}]")

_SHORTEST_LOOSE: Final = 4
"""Letters from which a space may come or go inside one script: the name 김신 must not match "김 신임"."""
_SHORTEST_PART: Final = 2
_MOST_JOINTS: Final = 4


def variants(spelling: str) -> tuple[str, ...]:
    """The normalised ways in which this spelling is written, its own first; () if it has no letters.

    >>> variants("수출통제"), variants("오픈AI"), variants("김신")
    (('수출통제', '수출 통제'), ('오픈ai', '오픈 ai'), ('김신',))
    """
    if _HANGUL.fullmatch(spelling):  # the most common kind, and its own normal form
        return (spelling, *_cut(spelling))
    folded = _SCRIPT_CHANGE.sub(_MARK, fold(_CAMEL.sub(_MARK, spelling)))
    pieces = _JOINT.split(folded)
    joints = _JOINT.findall(folded)
    own = _assemble(pieces, [" " if joint == " " else "" for joint in joints])
    if not any(letter.isalnum() for letter in own):
        return ()
    choices = [_choices(pieces, index, joint) for index, joint in enumerate(joints)]
    if sum(len(choice) > 1 for choice in choices) > _MOST_JOINTS:
        choices = [choice[:1] for choice in choices]
        joined = _assemble(pieces, ["" for _ in joints])
        found = [own, joined]
    else:
        found = [_assemble(pieces, list(way)) for way in product(*choices)]
    found += _spaced(pieces, [choice[0] for choice in choices])
    return tuple(dict.fromkeys([own, *found]))


def _assemble(pieces: list[str], joints: list[str]) -> str:
    return pieces[0] + "".join(joint + piece for joint, piece in zip(joints, pieces[1:], strict=True))


def _choices(pieces: list[str], index: int, joint: str) -> tuple[str, ...]:
    """How the joint behind `pieces[index]` may be written: its own way first."""
    own, other = (" ", "") if joint == " " else ("", " ")
    before, after = "".join(pieces[: index + 1]), "".join(pieces[index + 1 :])
    return (own, other) if _is_loose(before, after, joint) else (own,)


_LONGEST_CUT: Final = 20


def phrase_ways(text: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which each word of a phrase is written, its own first; a sign is its own only way.

    >>> phrase_ways("수출통제 명단")
    (('수출통제', '수출 통제'), ('명단',))
    """
    found = (variants(word) or (fold(word),) for word in text.split())
    return tuple(ways for ways in found if ways[0])


def may_join(before: str, after: str) -> bool:
    """Whether two words that are written apart may be written as one."""
    return _is_loose(before, after, " ")


def _is_loose(before: str, after: str, joint: str) -> bool:
    if not before or not after:
        return False
    last, first = before[-1], after[0]
    if is_hangul(last) != is_hangul(first) and (is_latin(last) or is_latin(first)):
        return True
    if joint == " " and is_latin(last) and first.isdigit() != last.isdigit() and is_latin(first):
        return True
    return (
        len(before) + len(after) >= _SHORTEST_LOOSE and len(before) >= _SHORTEST_PART and len(after) >= _SHORTEST_PART
    )


def _spaced(pieces: list[str], joints: list[str]) -> list[str]:
    """One space more, inside a Hangul piece of four letters or more."""
    found = []
    for index, piece in enumerate(pieces):
        if not _HANGUL.fullmatch(piece):
            continue
        found += [_assemble([*pieces[:index], spaced, *pieces[index + 1 :]], joints) for spaced in _cut(piece)]
    return found


def _cut(word: str) -> list[str]:
    """A word with one space inside, two letters or more on each side of it; a very long one is no name."""
    if len(word) > _LONGEST_CUT:
        return []
    return [f"{word[:cut]} {word[cut:]}" for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)]
