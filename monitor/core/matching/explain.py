"""Why a watchlist is true of an article or not: clause by clause, with every place that was looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from daachorse import CharwiseDoubleArrayAhoCorasick

from monitor.core.article import TEXT_FIELDS
from monitor.core.matching.compiler import SCOPES, Compiler
from monitor.core.matching.engine import in_scope, match_of
from monitor.core.matching.leafplan import LeafPlan
from monitor.core.matching.leaves import TermLeaf, stands_near
from monitor.core.matching.near import NearPlan
from monitor.core.matching.nearmiss import near_misses
from monitor.core.matching.occurrence import Clause, Finding, Occurrence, Verdict
from monitor.core.matching.scan import TEXT_AREAS, Scan
from monitor.core.query.explain import children
from monitor.core.query.nodes import Scoped
from monitor.core.text.boundary import run_after, run_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.core.article import Article
    from monitor.core.matching.leaves import Leaf, Verifier
    from monitor.core.matching.model import Term, Watchlist
    from monitor.core.matching.nearmiss import NearMiss
    from monitor.core.matching.plan import Plan
    from monitor.core.query.nodes import Node


_FIELDS: Final = (*TEXT_FIELDS, "source", "author", "feed", "tag")
"""In the order in which people read them."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a watchlist matches an article, and why.

    `matches` is what the matcher says; `in_scope` whether the article came by a feed that the watchlist looks at;
    `weak` the reason why the match is doubtful, or "".
    """

    matches: bool
    in_scope: bool
    weak: str
    root: Clause
    near_misses: tuple[NearMiss, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A node with its own plan, before there is an article."""

    node: Node
    plan: Plan
    children: tuple[_Part, ...] = ()


def explain(
    terms: Mapping[str, Term], watchlist: Watchlist, article: Article, verifier: Verifier | None = None
) -> Explanation:
    """Look at every clause of a watchlist in an article.

    Raises:
        CompileError: the query cannot be compiled over these terms.
    """
    compiler = Compiler(terms, verifier)
    part = _part(compiler, watchlist.query, TEXT_AREAS)
    scan = Scan(article, meta=compiler.meta)
    scan.place(CharwiseDoubleArrayAhoCorasick(compiler.patterns.texts()).find_overlapping(scan.letters))
    root = _clause(scan, part)
    evidence = part.plan.evaluate(scan)
    within = in_scope(watchlist, article)
    weak = "" if evidence is None else match_of(watchlist.name, scan, evidence).weak
    return Explanation(within and root.true, within, weak, root, near_misses(root, article))


def _part(compiler: Compiler, node: Node, areas: frozenset[str]) -> _Part:
    """A node and its parts, each compiled by itself; leaves are shared by the compiler."""
    inner = SCOPES[node.name] if isinstance(node, Scoped) else areas
    parts = tuple(_part(compiler, child, inner) for child in children(node))
    return _Part(node, compiler.plan(node, areas), parts)


def _clause(scan: Scan, part: _Part) -> Clause:
    children = tuple(_clause(scan, child) for child in part.children)
    evidence = part.plan.evaluate(scan)
    found: Iterator[Finding] = iter(())
    apart = None
    match part.plan:
        case LeafPlan(leaf=leaf):
            found = (_finding(scan, occurrence, leaf) for occurrence in part.plan.occurrences(scan))
        case NearPlan():
            found = (_finding(scan, occurrence) for occurrence in evidence or ())
            apart = _apart(scan, part.plan) if evidence is None else None
        case _:
            pass
    return Clause(part.node, evidence is not None, _readable(found), children, apart)


def _finding(scan: Scan, occurrence: Occurrence, leaf: Leaf | None = None) -> Finding:
    span = scan.span(occurrence)
    start, end = occurrence.start, occurrence.end
    bare = Finding(span.field, span.start, span.end, span.term, scan.original(start, end), "", occurrence.verdict)
    cause = ", ".join(_causes(scan, occurrence, leaf)) if isinstance(leaf, TermLeaf) else ""
    return replace(bare, head=run_before(scan.letters, start), tail=run_after(scan.letters, end), cause=cause)


def _causes(scan: Scan, occurrence: Occurrence, leaf: TermLeaf) -> Sequence[str]:
    """The words of the term to which a rejection is due."""
    context = leaf.context
    match occurrence.verdict:
        case Verdict.REJECTED_EXCLUDED:
            return [cover.text for cover in leaf.covers if cover.lies_at(scan.letters, occurrence.start)][:1]
        case Verdict.REJECTED_CONTEXT if context:
            return [word.name for word in context.excluded if stands_near(scan, word, occurrence)]
        case Verdict.REJECTED_ALONE if context:
            return [word.name for word in context.required]
        case _:
            return ()


def _readable(found: Iterator[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of the text, without those that lie inside an accepted one."""
    findings = sorted(set(found), key=lambda one: (_FIELDS.index(one.field), one.start, -one.end))
    accepted = [one for one in findings if one.verdict.accepted]
    return tuple(one for one in findings if not any(_holds(other, one) for other in accepted))


def _holds(outer: Finding, inner: Finding) -> bool:
    """Whether one place holds another that is shorter, or the same place with a worse verdict."""
    if outer.field != inner.field or not (outer.start <= inner.start and inner.end <= outer.end):
        return False
    return (outer.start, outer.end) != (inner.start, inner.end) or not inner.verdict.accepted


def _apart(scan: Scan, plan: NearPlan) -> int | None:
    """How many words the closest two of a NEAR are apart in one sentence, whatever their order; None: never."""
    left, right = (
        [found for leaf in side.leaves for found in leaf.evaluate(scan) or ()] for side in (plan.left, plan.right)
    )
    distances = [
        abs(scan.eojeol_at(one.start) - scan.eojeol_at(other.start))
        for one in left
        for other in right
        if scan.in_one_sentence(one.start, other.start)
    ]
    return min(distances, default=None)
