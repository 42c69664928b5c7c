"""What of a compiled configuration is asked about by watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.matching.engine import Matcher, compile_matcher
from monitor.core.matching.version import named_terms
from monitor.core.text.normal import fold
from monitor.pipeline.suggest.model import Asked

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.config.compile import Compiled


def matcher_of(compiled: Compiled, names: Collection[str]) -> Matcher:
    """The matcher of some of the watchlists."""
    watchlists = [one for one in compiled.watchlists if one.name in names]
    return compile_matcher(compiled.lexicon.terms, watchlists, compiled.verifier)


def asked_about(compiled: Compiled, names: Collection[str]) -> Asked:
    """What suggestions for some of the watchlists are to be about."""
    lexicon = compiled.lexicon
    of = {
        one.name: frozenset(named_terms(one.query)) & lexicon.terms.keys()
        for one in compiled.watchlists
        if one.name in names
    }
    named = frozenset().union(*of.values())
    terms = {name: term for name, term in lexicon.terms.items() if name in named}
    spellings = frozenset(fold(spelling) for term in lexicon.terms.values() for spelling in term.any)
    return Asked(of, terms, spellings, frozenset(map(fold, lexicon.in_force)))
