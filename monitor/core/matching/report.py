"""An explanation as programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.core.matching.nearmiss import OneClauseShort
from monitor.core.matching.wording import reason
from monitor.core.query.printer import print_query

if TYPE_CHECKING:
    from monitor.core.matching.explain import Explanation
    from monitor.core.matching.model import Watchlist
    from monitor.core.matching.nearmiss import NearMiss
    from monitor.core.matching.occurrence import Clause, Finding


def json_row(watchlist: Watchlist, explained: Explanation) -> dict[str, Any]:
    """An explanation as one JSON object."""
    return {
        "watchlist": watchlist.name,
        "matches": explained.matches,
        "in_scope": explained.in_scope,
        "weak": explained.weak,
        "query": print_query(watchlist.query),
        "clause": _json_clause(explained.root),
        "near_misses": [_json_miss(miss) for miss in explained.near_misses],
    }


def _json_clause(clause: Clause) -> dict[str, Any]:
    return {
        "query": print_query(clause.node),
        "true": clause.true,
        "places": [_json_place(found) for found in clause.findings],
        "clauses": [_json_clause(child) for child in clause.children],
    }


def _json_place(found: Finding) -> dict[str, Any]:
    return {
        "field": found.field,
        "start": found.start,
        "end": found.end,
        "text": found.text,
        "term": found.name,
        "before": found.head,
        "after": found.tail,
        "accepted": found.verdict.accepted,
        "why": reason(found, "en"),
    }


def _json_miss(miss: NearMiss) -> dict[str, Any]:
    if isinstance(miss, OneClauseShort):
        return {"kind": "one clause short", "query": print_query(miss.missing.node)}
    return {
        "kind": "unknown spelling",
        "term": miss.term,
        "text": miss.text,
        "beside": miss.beside,
        "field": miss.field,
        "start": miss.start,
        "end": miss.end,
    }
