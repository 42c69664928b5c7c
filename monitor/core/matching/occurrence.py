"""Where a word or term stands in an article, and what its boundaries say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.text.boundary import Right

if TYPE_CHECKING:
    from monitor.core.query.nodes import Node


class Verdict(StrEnum):
    """What was decided about one occurrence, and by which rule."""

    END = "the word ends here"
    SCRIPT = "the script changes here"
    PARTICLE = "particles follow"
    SUFFIX = "a safe suffix follows"
    COMPOUND = "head of a longer word, which family mode takes"
    STEM = "a continuation follows, which the query allows"
    RAW = "bare letters, as the query asks"
    GLUED = "both words of a NEAR written as one"
    COUNTRY = "a short or hanja form of the country"
    EXPRESSION = "the regular expression matches"
    REJECTED_LEFT = "inside a longer word that begins before it"
    REJECTED_COMPOUND = "head of a longer word, which exact mode leaves"
    REJECTED_INSIDE = "inside a longer Latin word"
    REJECTED_CASE = "written in other capitals"
    REJECTED_COUNTRY = "the letters of the country, but not the country"
    REJECTED_EXCLUDED = "an excluded word covers it"
    REJECTED_CONTEXT = "an excluded word stands near it"
    REJECTED_ALONE = "no required word stands near it"
    REJECTED_PHRASE = "the rest of the phrase does not follow"
    REJECTED_MORPHEME = "the morpheme analyser reads another word"

    @property
    def accepted(self) -> bool:
        """Whether the occurrence counts."""
        return self in ACCEPTED


ACCEPTED: Final = frozenset(verdict for verdict in Verdict if not verdict.name.startswith("REJECTED"))
"""The verdicts under which an occurrence counts."""


class Occurrence(NamedTuple):
    """A place in the letters of a scan (half-open), whose it is, and the verdict.

    `firm`: a longer word would count as well, or the verifier confirmed the name. A tuple, since many are made for
    each article and a frozen dataclass takes twice as long to make.
    """

    start: int
    end: int
    name: str
    verdict: Verdict
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """An occurrence for people to read: where in the original, the text there, and the verdict.

    `head` and `tail` are the normalised letters glued before and after it; `cause` names the words of the term to
    which a rejection is due, or is "".
    """

    field: str
    start: int
    end: int
    name: str
    text: str
    tail: str
    verdict: Verdict
    head: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a query and whether it is true of an article.

    `findings`: every place of a leaf, accepted or not; the places that make a NEAR true. `apart`: how many words
    the closest two of a false NEAR are apart, None if they never share a sentence.
    """

    node: Node
    true: bool
    findings: tuple[Finding, ...] = ()
    children: tuple[Clause, ...] = ()
    apart: int | None = None


_BY_RIGHT: Final = {
    Right.END: Verdict.END,
    Right.SCRIPT: Verdict.SCRIPT,
    Right.PARTICLE: Verdict.PARTICLE,
    Right.SUFFIX: Verdict.SUFFIX,
    Right.COMPOUND: Verdict.REJECTED_COMPOUND,
    Right.INSIDE: Verdict.REJECTED_INSIDE,
}


def decide(right: Right, *, family: bool = False, stem: bool = False) -> Verdict:
    """The verdict on an occurrence with this right boundary, its left one being good."""
    if stem and right in {Right.COMPOUND, Right.INSIDE}:
        return Verdict.STEM
    if family and right is Right.COMPOUND:
        return Verdict.COMPOUND
    return _BY_RIGHT[right]
