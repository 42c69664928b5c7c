"""Turns what the model refuses into what a person must do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from monitor.config.model import Config
from monitor.config.section import Section
from monitor.config.values import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from monitor.config.document import Path
    from monitor.config.origin import Origin
    from monitor.core.errors import Problem

_TYPES: Final = {
    "string_type": ("this must be a text", "put it in quotes"),
    "bool_type": ("this must be true or false", "write true or false, without quotes"),
    "tuple_type": ("this must be a list", "write [a, b], or one a line with - before it"),
    "dict_type": ("this must be a mapping", "write `key: value` lines, indented below it"),
    "model_type": ("this must be a mapping", "write `key: value` lines, indented below it"),
}


def validation_problem(refused: ErrorDetails, origin: Origin) -> Problem:
    """One fault of the model with its place. Nothing of the input is quoted but the names of unknown keys."""
    path: Path = refused["loc"]
    kind = refused["type"]
    context: dict[str, Any] = refused.get("ctx") or {}
    if path and path[-1] == "[key]":
        return origin.problem(path[:-1], context["what"], context["todo"], at_key=True)
    if kind == "fault":
        return origin.problem(path, context["what"], context["todo"])
    if kind == "extra_forbidden":
        keys = list(_keys(path[:-1]))
        return origin.problem(
            path,
            "there is no such key",
            did_you_mean(str(path[-1]), keys, f"the keys are {', '.join(keys)}"),
            at_key=True,
        )
    if kind == "missing":
        return origin.problem(path, "this key is missing", f"add `{path[-1]}: …`")
    if kind in {"literal_error", "enum"}:
        choices = re.sub(r"'", "", context["expected"])
        return origin.problem(path, "there is no such choice", f"write {choices}")
    what, todo = _TYPES.get(kind, ("this value is not usable here", "see the documentation of this key"))
    return origin.problem(path, what, todo)


def _keys(path: Path) -> tuple[str, ...]:
    """The keys of the section at a path; a place in a list or a name of the user's leads nowhere further."""
    section: type[Section] = Config
    for step in path:
        described = section.model_fields.get(str(step))
        if described is not None:
            section = next(_sections(described.annotation), section)
    return tuple(section.model_fields)


def _sections(annotation: Any) -> Iterator[type[Section]]:
    """The sections that a value of this type holds."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _sections(part)
