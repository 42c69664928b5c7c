"""What is tried before it is in the configuration: a query, a watchlist, a term with its spellings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from monitor.config.compile import compile_more
from monitor.config.faults import validation_problem
from monitor.config.insert import scalar, sequence
from monitor.config.lexicon import lexicon_of
from monitor.config.model import Config
from monitor.config.origin import Origin
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.errors import CompileError
from monitor.core.matching.model import Kind, Mode, Watchlist
from monitor.core.query.nodes import TermRef
from monitor.core.query.printer import print_query

if TYPE_CHECKING:
    from monitor.config.compile import Compiled
    from monitor.config.lexicon import TermInForce
    from monitor.core.matching.engine import Matcher

_BETWEEN: Final = re.compile(r"[,\n]")
_LISTS: Final = ("any", "exclude", "require")


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term as it is typed: `any`, `exclude` and `require` have a comma or a line break between two words."""

    name: str = ""
    any: str = ""
    kind: str = Kind.CONCEPT.value
    mode: str = Mode.EXACT.value
    exclude: str = ""
    require: str = ""
    case_sensitive: bool = False

    @property
    def is_given(self) -> bool:
        """Whether there is anything of it."""
        return bool(self.any.strip())

    @property
    def called(self) -> str:
        """Its name; without one, its first spelling."""
        return self.name.strip().removeprefix("@") or _words(self.any)[0]

    def keys(self) -> dict[str, Any]:
        """What config.yaml would state of it, without what has its default."""
        keys: dict[str, Any] = {"kind": self.kind, "any": _words(self.any)}
        keys |= {"mode": self.mode} if self.mode != Mode.EXACT else {}
        keys |= {name: words for name in ("exclude", "require") if (words := _words(getattr(self, name)))}
        return keys | ({"case_sensitive": True} if self.case_sensitive else {})

    @property
    def yaml(self) -> str:
        """Its line below `terms:` in config.yaml."""
        keys = ", ".join(
            f"{key}: {sequence(kept) if key in _LISTS else 'true' if kept is True else scalar(kept)}"
            for key, kept in self.keys().items()
        )
        return f"{scalar(self.called)}: {{{keys}}}"


def typed(term: TermInForce) -> NewTerm:
    """A term of the configuration as one would type it."""
    config = term.config
    words = {key: ", ".join(getattr(config, key) or ()) for key in _LISTS}
    return NewTerm(term.name, kind=config.kind, mode=config.mode, case_sensitive=config.case_sensitive, **words)


def with_term(compiled: Compiled, term: NewTerm) -> Compiled:
    """The same terms with one more, or with another in the place of one.

    Raises:
        ConfigurationError: the term would be refused in config.yaml.
    """
    if not term.is_given:
        return compiled
    name = term.called
    try:
        keys = {key: tuple(kept) if key in _LISTS else kept for key, kept in term.keys().items()}
        made = lexicon_of(Config.model_validate({"terms": {name: keys}}))
        compile_matcher(made.terms, [Watchlist(name, TermRef(name))])
    except CompileError as error:
        raise ConfigurationError((Problem(f"terms.{name}", str(error), "correct the spellings"),)) from error
    except ValidationError as error:
        problems = tuple(validation_problem(one, Origin()) for one in error.errors())
        raise ConfigurationError(problems) from error
    lexicon = compiled.lexicon
    return replace(
        compiled,
        lexicon=replace(
            lexicon,
            in_force={**lexicon.in_force, **made.in_force},
            terms={**lexicon.terms, **made.terms},
            queries=lexicon.queries.without(name),
        ),
    )


def asked(compiled: Compiled, watchlist: str, query: str, term: NewTerm) -> tuple[Watchlist, Matcher]:
    """The query if there is one, else the watchlist of this name, else the term alone.

    Raises:
        QueryError: the text is no query.
        LookupError: there is none of them.
    """
    if query.strip():
        return compile_more(compiled, query.strip())
    found = next((one for one in compiled.watchlists if one.name == watchlist), None)
    if found is not None:
        return found, compile_matcher(compiled.lexicon.terms, [found], compiled.verifier)
    if term.is_given:
        return compile_more(compiled, print_query(TermRef(term.called)))
    raise LookupError(watchlist)


def _words(text: str) -> list[str]:
    return [word for one in _BETWEEN.split(text) if (word := one.strip())]
