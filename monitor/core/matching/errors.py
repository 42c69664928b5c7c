"""Why a query cannot be compiled: the user must edit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.errors import MonitorError

if TYPE_CHECKING:
    from monitor.core.query.nodes import At

NO_LETTERS: Final = "it has no letters"
NEAR_SIDES: Final = "each side takes words, or words joined by OR"
EVERYTHING: Final = "it matches the empty text, so everything"
"""Why a word or expression can match nothing sensible, when it is not RE2 that refuses it."""


class CompileError(MonitorError):
    """A query cannot be compiled. `watchlist` names it; `at` is the place in the query's text."""

    def __init__(self, text: str, at: At, watchlist: str = "") -> None:
        super().__init__(text)
        self.at = at
        self.watchlist = watchlist


class UnknownTermError(CompileError):
    """`@name` names no term. `suggestions` are the names that look like it, the likeliest first."""

    def __init__(self, name: str, at: At, suggestions: tuple[str, ...] = (), watchlist: str = "") -> None:
        super().__init__(f"no term {name!r}", at, watchlist)
        self.name = name
        self.suggestions = suggestions


class BadExpressionError(CompileError):
    """A word, spelling or regular expression that can match nothing sensible; `why` is short."""

    def __init__(self, pattern: str, at: At, why: str, watchlist: str = "") -> None:
        super().__init__(f"{pattern!r}: {why}", at, watchlist)
        self.pattern = pattern
        self.why = why
