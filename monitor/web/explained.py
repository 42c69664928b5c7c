"""An explanation as a page shows it: lines with a sign, the places below them, and what was nearly a match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.matching.nearmiss import OneClauseShort
from monitor.core.matching.wording import reason
from monitor.core.query.explain import sentence
from monitor.core.query.nodes import And, Near, Not, Or, Scoped
from monitor.core.query.printer import print_query
from monitor.web.words import words_of

if TYPE_CHECKING:
    from monitor.core.article import Article
    from monitor.core.matching.explain import Explanation
    from monitor.core.matching.model import Watchlist
    from monitor.core.matching.nearmiss import NearMiss
    from monitor.core.matching.occurrence import Clause, Finding
    from monitor.core.query.explain import Language

MOST_PLACES: Final = 6
"""Places of one clause that are shown, those that count first."""

_CONTEXT: Final = 16
_BRANCHES: Final = (And, Or, Not, Near, Scoped)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place in its surroundings, whether it counts, and why."""

    field: str
    before: str
    text: str
    after: str
    accepted: bool
    why: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause: whether it is true, what it asks for, a remark, its places, and its own clauses.

    `absent`: words among its clauses that are nowhere at all.
    """

    true: bool
    says: str
    remark: str = ""
    places: tuple[PlaceView, ...] = ()
    hidden: int = 0
    clauses: tuple[ClauseView, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedView:
    """The whole: the verdict, the reason why it is doubtful or "", the clauses, and near misses."""

    name: str
    matches: bool
    in_scope: bool
    weak: str
    root: ClauseView
    near_misses: tuple[str, ...]


def view(watchlist: Watchlist, about: Article, explained: Explanation, language: Language) -> ExplainedView:
    """An explanation of a watchlist on an article, in one language."""
    return ExplainedView(
        name=watchlist.name,
        matches=explained.matches,
        in_scope=explained.in_scope,
        weak=explained.weak,
        root=_clause(explained.root, about, language),
        near_misses=tuple(_miss(miss, language) for miss in explained.near_misses),
    )


def _clause(clause: Clause, about: Article, language: Language) -> ClauseView:
    says = sentence(clause.node, language) if isinstance(clause.node, _BRANCHES) else print_query(clause.node)
    shown = sorted(clause.findings, key=lambda found: not found.verdict.accepted)[:MOST_PLACES]
    shown.sort(key=clause.findings.index)
    inner = () if isinstance(clause.node, Near) and clause.true else clause.children
    # A word that is nowhere at all is not worth a line of its own among many.
    empty = [child for child in inner if not isinstance(child.node, _BRANCHES) and not child.findings]
    absent = tuple(print_query(child.node) for child in empty) if len(empty) > 1 else ()
    return ClauseView(
        true=clause.true,
        says=says,
        remark=_remark(clause, language),
        places=tuple(_place(found, about, language) for found in shown),
        hidden=len(clause.findings) - len(shown),
        clauses=tuple(_clause(child, about, language) for child in inner if not absent or child not in empty),
        absent=absent,
    )


def _remark(clause: Clause, language: Language) -> str:
    """Why a NEAR is false although both sides are there."""
    if not isinstance(clause.node, Near) or clause.true or not all(side.true for side in clause.children):
        return ""
    words = words_of(language)
    if clause.apart is None:
        return words.gettext("both are there, but never in one sentence")
    if clause.apart <= clause.node.distance:
        return words.gettext("both are close enough, but in the other order")
    return words.gettext("the closest two are %(n)s words apart") % {"n": clause.apart}


def _place(found: Finding, about: Article, language: Language) -> PlaceView:
    text = about.field(found.field) if found.field in {"title", "summary", "content"} else found.text
    start, end = (found.start, found.end) if text is not found.text else (0, len(text))
    return PlaceView(
        field=found.field,
        before=_around(text, max(0, start - _CONTEXT), start),
        text=text[start:end],
        after=_around(text, end, end + _CONTEXT),
        accepted=found.verdict.accepted,
        why=reason(found, language),
    )


def _around(text: str, start: int, end: int) -> str:
    return text[start:end].replace("\n", " ")


def _miss(miss: NearMiss, language: Language) -> str:
    words = words_of(language)
    if isinstance(miss, OneClauseShort):
        return words.gettext("it would match if only this were true: %(query)s") % {
            "query": print_query(miss.missing.node)
        }
    return words.gettext(
        "unknown spelling: %(text)s (beside %(beside)s). If it is another name of %(name)s, add it."
    ) % {"text": miss.text, "beside": miss.beside, "name": miss.term}
