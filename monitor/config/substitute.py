"""Puts the environment's variables into texts: `${NAME}`, `${NAME:-default}`; `$${` stays as `${`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.config.document import Path, Value

_VARIABLE: Final = re.compile(r"\$\$\{|\$\{(?P<inside>[^{}]*)(?P<end>\}?)")
_INSIDE: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:-.*)?", re.DOTALL)


@dataclass(slots=True)
class Substitution:
    """What the environment brought in: the values that must not be shown, and the paths they went to."""

    env: Mapping[str, str]
    report: Callable[[Path, str, str], None]
    values: set[str] = field(default_factory=set)
    paths: set[Path] = field(default_factory=set)


def substitute(value: Value, to: Substitution, path: Path = ()) -> Value:
    """The value with every text in it (keys stay as they are) filled in; faults go to `to.report`."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: _fill(found, to, path), value)
    if isinstance(value, tuple):
        return tuple(substitute(part, to, (*path, index)) for index, part in enumerate(value))
    if isinstance(value, dict):
        return {key: substitute(part, to, (*path, key)) for key, part in value.items()}
    return value


def _fill(found: re.Match[str], to: Substitution, path: Path) -> str:
    to.paths.add(path)
    if found.group() == "$${":
        return "${"
    inside = _INSIDE.fullmatch(found.group("inside")) if found.group("end") else None
    if inside is None:
        to.report(
            path,
            "${ without a variable's name and }",
            "write ${NAME} or ${NAME:-default}; write $${ for the letters ${",
        )
        return ""
    name, default = inside.group("name"), inside.group("default")
    value = to.env.get(name, "")
    if value:
        to.values.add(value)
        return value
    if default is not None:
        return str(default[2:])
    close = [] if name in to.env else difflib.get_close_matches(name, to.env, 1, 0.8)
    hint = f" (did you mean {close[0]}?)" if close else ""
    state = "is empty" if name in to.env else "is not set"
    to.report(path, f"the environment variable {name} {state}", f"set it{hint}, or write ${{{name}:-default}}")
    return ""
