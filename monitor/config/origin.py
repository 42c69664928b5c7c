"""Where the values of a configuration stand in its file, and how a fault in one of them is shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from monitor.config.document import Path, Place, path_text
from monitor.config.secret import HIDDEN
from monitor.core.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.query.errors import QueryError
    from monitor.core.query.explain import Language

_SHORTEST_SECRET: Final = 4
"""Letters, behind a scheme, from which a text is hidden: blotting out `log://` or `a` would only spoil the advice."""
_NOWHERE: Final = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Origin:
    """The file, the places of its values, and the texts that must never be shown.

    `filled` are the paths of texts that the environment changed: columns inside them cannot be told. `language` is
    that of the configuration, in which faults of its queries are told.
    """

    file: str = ""
    places: Mapping[Path, Place] = field(default_factory=dict, repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    filled: frozenset[Path] = field(default=frozenset(), repr=False)
    language: Language = "ko"

    def problem(self, path: Path, what: str, todo: str, *, at_key: bool = False) -> Problem:
        """A fault in the value at `path`, or in its key; the nearest value around it gives the place."""
        place = self._place(path)
        line, column = (place.key_line, place.key_column) if at_key and place.key_line else (place.line, place.column)
        return self.hide(Problem(path_text(path), what, todo, self.file, line, column, steps=path))

    def query_problem(self, path: Path, error: QueryError) -> Problem:
        """A fault inside a query: with the column of the fault if it can be told, and the excerpt."""
        problem = self.problem(path, *error.said(self.language))
        if path in self.filled:
            return problem
        column = self._place(path).column_of(error.at[0])
        return self.hide(replace(problem, column=column, excerpt=error.excerpt()))

    def hide(self, problem: Problem) -> Problem:
        """The same fault with every secret in its texts blotted out."""
        return replace(
            problem,
            what=self.blot(problem.what),
            todo=self.blot(problem.todo),
            excerpt=self.blot(problem.excerpt),
        )

    def blot(self, text: str) -> str:
        """A text with every secret in it blotted out."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret.rpartition("://")[2]) >= _SHORTEST_SECRET:
                text = text.replace(secret, HIDDEN)
        return text

    def _place(self, path: Path) -> Place:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, _NOWHERE)
