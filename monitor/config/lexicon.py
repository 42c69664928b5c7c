"""The terms in force: the user's own, and those of the bundled sets that the configuration includes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from monitor.config.document import read_document
from monitor.config.model import Config
from monitor.config.origin import Origin
from monitor.config.remembered import NamedQueries, expanded, parsed
from monitor.config.values import SETS
from monitor.core.errors import ConfigurationError
from monitor.core.matching.model import Term
from monitor.core.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.config.document import Path
    from monitor.config.wanted import TermConfig


@dataclass(frozen=True, slots=True)
class TermInForce:
    """A term and the file it stands in. `included` names its bundled set, "" if the term is the user's own."""

    name: str
    config: TermConfig
    origin: Origin
    included: str = ""

    def path(self, key: str) -> Path:
        """Where a key of the term stands in its file."""
        return ("terms", self.name, key)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `@name` can refer to, each by its name: `terms` with spellings, and `queries` as they are written."""

    in_force: Mapping[str, TermInForce]
    terms: Mapping[str, Term]
    queries: NamedQueries


@cache
def bundled_terms(included: str) -> Mapping[str, TermInForce]:
    """The terms of a bundled set, in its order; read once."""
    file = SETS / f"{included}.yaml"
    document = read_document(file.read_text(encoding="utf-8"), str(file))
    config = Config.model_validate(document.root)
    origin = Origin(document.file, document.places)
    return {name: TermInForce(name, term, origin, included) for name, term in config.terms.items()}


def terms_in_force(config: Config) -> dict[str, TermInForce]:
    """The user's terms in the file's order, then those of the included sets that no term of the user's replaces."""
    found = {name: TermInForce(name, term, config.origin) for name, term in config.terms.items()}
    for included in config.include:
        for name, term in bundled_terms(included).items():
            found.setdefault(name, term)
    return found


def lexicon_of(config: Config) -> Lexicon:
    """What the queries of a configuration can refer to.

    Raises:
        ConfigurationError: a named query cannot be read (`load` has told already; a configuration made in code
            has not been asked).
    """
    in_force = terms_in_force(config)
    texts = {name: term.config.query for name, term in in_force.items() if term.config.query is not None}
    at = ""
    try:
        for at, text in texts.items():  # noqa: B007 - which of them is faulty
            parsed(text)
        queries = NamedQueries(texts)
        for at, text in texts.items():
            expanded(text, queries, at)
    except QueryError as error:
        term = in_force[at]
        raise ConfigurationError((term.origin.query_problem(term.path("query"), error),)) from error
    terms = {name: _term(name, term.config) for name, term in in_force.items() if name not in texts}
    return Lexicon(in_force, terms, queries)


def _term(name: str, term: TermConfig) -> Term:
    return Term(name, term.any or (), term.kind, term.mode, term.exclude, term.require, term.case_sensitive)
