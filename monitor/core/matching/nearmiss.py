"""What nearly made a query true, or would make its terms see more: one clause short, and unknown spellings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.article import TEXT_FIELDS
from monitor.core.matching.occurrence import Finding, Verdict
from monitor.core.query.nodes import And, Near, Not, Or, Scoped
from monitor.core.text.script import is_hangul, is_hanja

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.article import Article, Span
    from monitor.core.matching.occurrence import Clause


@dataclass(frozen=True, slots=True)
class OneClauseShort:
    """The query would be true if this clause were, and something else that it asks for is there."""

    missing: Clause


@dataclass(frozen=True, slots=True)
class UnknownSpelling:
    """A text that glosses a known spelling in brackets, or is glossed by it: 문샷AI(Moonshot).

    `field`, `start` and `end` are its place in the original; `beside` is the known spelling of `term`.
    """

    term: str
    text: str
    beside: str
    field: str
    start: int
    end: int


NearMiss: TypeAlias = OneClauseShort | UnknownSpelling

_GLOSSED: Final = re.compile(r"([^\s()（）\[\]<>'\"‘’“”,.:;·ㆍ…]{2,20}) ?[(（]([^()（）\n]{2,60})[)）]")
_PIECE: Final = re.compile(r"[^,;/·ㆍ]+")
_BARE: Final = frozenset({Verdict.RAW, Verdict.EXPRESSION})
"""Places that name nothing."""


def near_misses(root: Clause, article: Article) -> tuple[NearMiss, ...]:
    """What a user may want to know who asks why a query does not see more."""
    short = () if root.true or _shortage(root) > 1 else tuple(map(OneClauseShort, _missing(root)))
    unknown = {(found.term, found.text): found for found in _unknown(root, article)}
    return (*short, *unknown.values())


def glosses(article: Article, spans: Iterable[Span]) -> Iterator[UnknownSpelling]:
    """The unknown spellings beside the places of one term, as its match in an article has them."""
    known = [
        Finding(span.field, span.start, span.end, span.term, text, "", Verdict.END)
        for span in spans
        for text in (article.field(span.field)[span.start : span.end],)
    ]
    yield from _among(known, article)


def _shortage(clause: Clause) -> int:
    """How many clauses would have to become true."""
    if clause.true:
        return 0
    short = [_shortage(child) for child in clause.children]
    match clause.node:
        case And():
            return sum(short)
        case Or():
            return min(short)
        case Scoped():
            return short[0]
        case _:
            return 1


def _missing(clause: Clause) -> Iterator[Clause]:
    """The clauses each of which alone stands in the way, where something beside it is there."""
    match clause.node:
        case And() if _shortage(clause) > 1:
            return
        case And() if any(child.true and not isinstance(child.node, Not) for child in clause.children):
            yield from _false(clause)
        case And() | Or() | Scoped():
            for child in clause.children:
                yield from _missing(child)
        case Near() if any(side.true for side in clause.children):
            yield clause
        case _:
            return


def _false(clause: Clause) -> Iterator[Clause]:
    """The false parts of a conjunction, those of its conjunctions in their place."""
    for child in clause.children:
        if isinstance(child.node, And):
            yield from _false(child)
        elif not child.true:
            yield child


def _unknown(root: Clause, article: Article) -> Iterator[UnknownSpelling]:
    yield from _among([found for found in _leaf_findings(root) if found.verdict not in _BARE], article)


def _among(known: list[Finding], article: Article) -> Iterator[UnknownSpelling]:
    for field in TEXT_FIELDS:
        here = [found for found in known if found.field == field]
        text = article.field(field)
        for glossed in _GLOSSED.finditer(text) if here else ():
            name = glossed.span(1)
            pieces = [_stripped(text, *piece.span()) for piece in _PIECE.finditer(text, *glossed.span(2))]
            for found in here:
                yield from _beside(found, name, pieces, here, text)


def _beside(
    found: Finding, name: tuple[int, int], pieces: list[tuple[int, int]], known: list[Finding], text: str
) -> Iterator[UnknownSpelling]:
    """The other side of a gloss if one side of it is this finding and the other is written in another script."""
    if not found.verdict.accepted:
        return
    others = pieces if found.end == name[1] else [name] if any(found.start == start for start, _ in pieces) else []
    for start, end in others:
        other = text[start:end]
        taken = any(one.name == found.name and one.start <= start and end <= one.end for one in known)
        if not taken and _script(other) not in {"", _script(found.text)}:
            yield UnknownSpelling(found.name, other, found.text, found.field, start, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _script(text: str) -> str:
    """The script of a name; "" if it has no letters."""
    if any(map(is_hangul, text)):
        return "hangul"
    if any(map(is_hanja, text)):
        return "hanja"
    return "latin" if any(map(str.isalpha, text)) else ""


def _leaf_findings(clause: Clause) -> Iterator[Finding]:
    if not clause.children:
        yield from clause.findings
    for child in clause.children:
        yield from _leaf_findings(child)
