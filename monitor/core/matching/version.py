"""What a watchlist means, in one text, and a short name for that meaning."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.query.nodes import And, Near, Not, Or, Scoped, TermRef
from monitor.core.query.parser import parse
from monitor.core.query.printer import print_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.core.query.nodes import Node

_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Definition:
    """What a watchlist matches: its query, the terms in it and its scope as one JSON text, without its name.

    Two watchlists with equal definitions match the same articles. `version` is a hash of the text, 16 hex digits.
    """

    text: str

    @property
    def version(self) -> str:
        """The name of this definition."""
        return sha256(self.text.encode()).hexdigest()[:_LENGTH]


def definition_of(watchlist: Watchlist, terms: Mapping[str, Term]) -> Definition:
    """The definition of a compiled watchlist.

    Raises:
        KeyError: the query names a term that is not there.
    """
    named = sorted(set(named_terms(watchlist.query)))
    meaning = {
        "query": print_query(watchlist.query),
        "terms": [asdict(terms[name]) for name in named],
        "feeds": sorted(watchlist.feeds),
        "tags": sorted(watchlist.feed_tags),
    }
    return Definition(json.dumps(meaning, ensure_ascii=False, sort_keys=True))


def restored(name: str, definition: Definition) -> tuple[Watchlist, dict[str, Term]]:
    """The watchlist that a definition is of, under a name, and the terms in it by name.

    Raises:
        QueryError: what concepts stand for made the query longer, or deeper, than one may be written.
    """
    meaning = json.loads(definition.text)
    scope = (frozenset(meaning[key]) for key in ("feeds", "tags"))
    terms = {
        one["name"]: Term(
            name=one["name"],
            any=tuple(one["any"]),
            kind=Kind(one["kind"]),
            mode=Mode(one["mode"]),
            exclude=tuple(one["exclude"]),
            require=tuple(one["require"]),
            case_sensitive=one["case_sensitive"],
        )
        for one in meaning["terms"]
    }
    return Watchlist(name, parse(meaning["query"]), *scope), terms


def named_terms(query: Node) -> Iterator[str]:
    """The names of the terms in a query, as often as they stand in it."""
    match query:
        case TermRef():
            yield query.name
        case And() | Or():
            for child in query.children:
                yield from named_terms(child)
        case Near():
            yield from named_terms(query.left)
            yield from named_terms(query.right)
        case Not() | Scoped():
            yield from named_terms(query.child)
        case _:
            return
