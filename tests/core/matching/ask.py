"""Short questions to the matcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.article import Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.explain import explain
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.matching.reference import match_slowly
from monitor.core.query.nodes import Node, TermRef

if TYPE_CHECKING:
    from monitor.core.article import Match
    from monitor.core.matching.occurrence import Verdict


def article(title: str = "", summary: str = "", content: str = "") -> Article:
    return Article("1", "https://news.example/1", title, summary, content)


def match(query: Node, about: Article | str, *terms: Term) -> Match | None:
    """The match, on which the fast matcher and the slow one agree."""
    about = article(about) if isinstance(about, str) else about
    known = {term.name: term for term in terms}
    lists = [Watchlist("목록", query)]
    matches = compile_matcher(known, lists).match(about)
    assert matches == match_slowly(known, lists, about)
    return next(iter(matches), None)


def texts(query: Node, about: Article | str, *terms: Term) -> list[str]:
    """What the spans of the match cover, [] if there is no match."""
    about = article(about) if isinstance(about, str) else about
    found = match(query, about, *terms)
    return [about.field(span.field)[span.start : span.end] for span in found.spans] if found else []


def hits(term: Term | str, about: Article | str) -> list[str]:
    """What a term covers in an article."""
    term = Term(term, (term,)) if isinstance(term, str) else term
    return texts(TermRef(term.name), about, term)


def place(name: str, *others: str) -> Term:
    return Term(name, (name, *others), Kind.PLACE)


def verdicts(term: Term, about: Article | str) -> list[Verdict]:
    """The verdict on every occurrence of a term, accepted or not."""
    match(TermRef(term.name), about, term)
    about = article(about) if isinstance(about, str) else about
    explained = explain({term.name: term}, Watchlist("목록", TermRef(term.name)), about)
    return [finding.verdict for finding in explained.root.findings]
