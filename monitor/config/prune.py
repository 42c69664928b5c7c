"""Takes out of a configuration what is faulty, so that the rest can be looked at in the same report.

What refers to a part that was taken out goes with it: a watchlist cannot be proved without its terms. Lists keep
their length, since places in the file are known by position: an entry is replaced, not removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from monitor.config.lexicon import terms_in_force
from monitor.config.queries import term_references
from monitor.config.wanted import WatchlistConfig
from monitor.core.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from monitor.config.document import Path, Value
    from monitor.config.model import Config
    from monitor.core.errors import Problem

_ENTRY: Final = 2
"""Steps of a path to one watchlist, term, channel or feed."""
_SECTIONS: Final = frozenset(
    {"network", "alerts", "heartbeat", "dashboard", "terms", "watchlists", "channels", "feeds"}
)
_VITAL: Final = {
    "watchlists": frozenset({"name", "any", "query"}),
    "channels": frozenset({"url", "url_file"}),
    "feeds": frozenset({"name", "url", "headers", "username", "password", "password_file"}),
}
"""Keys without which an entry says nothing; any other is left out alone, and its default stands for it."""


def without_faults(root: Value, problems: Iterable[Problem]) -> Value:
    """The values without what has a fault of its own, or whose fault leaves open what is meant."""
    pruned: Any = root
    for steps in {_unit(problem.steps) or ("database_file",) for problem in problems}:
        pruned = _removed(pruned, steps)
    return cast("Value", pruned)


def without_parts(config: Config, problems: Iterable[Problem]) -> Config:
    """The configuration without the watchlists and terms that have problems, and without what refers to no term."""
    faulty = {_unit(problem.steps) for problem in problems}
    # One of the user's that is faulty is not replaced by the bundled one of its name: that is not what was meant.
    known = {name: one for name, one in terms_in_force(config).items() if ("terms", name) not in faulty}
    while lost := {name for name, one in known.items() if one.config.query and not _refers(known, one.config.query)}:
        known = {name: one for name, one in known.items() if name not in lost}
    indices = {
        index
        for index, one in enumerate(config.watchlists)
        if ("watchlists", index) in faulty or not all(_refers(known, text) for text in _texts(one))
    }
    return _copy(config, indices, config.terms.keys() - known.keys())


def _unit(steps: Path) -> Path:
    """What to take out for a fault at a path: a key, or the entry around it."""
    if steps and steps[0] not in _SECTIONS:
        return steps[:1]
    if len(steps) <= _ENTRY:
        return steps
    section, inner = steps[0], steps[_ENTRY]
    if section == "terms":
        return steps[: _ENTRY + 2] if inner == "examples" else steps[:_ENTRY]
    if section in _VITAL and inner not in _VITAL[str(section)]:
        return steps[: _ENTRY + 2] if inner == "examples" else steps[: _ENTRY + 1]
    return steps[:_ENTRY]


def _texts(one: WatchlistConfig) -> tuple[str, ...]:
    return one.any or tuple(filter(None, (one.query,)))


def _removed(value: Any, steps: Path, done: Path = ()) -> Any:
    """The value without what stands at the end of the steps; as it is if nothing does."""
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and step in value:
        if not rest:
            return {key: part for key, part in value.items() if key != step}
        return value | {step: _removed(value[step], rest, (*done, step))}
    if isinstance(value, tuple) and isinstance(step, int) and step < len(value):
        new = _removed(value[step], rest, (*done, step)) if rest else _stand_in(str(done[-1]), step)
        return (*value[:step], new, *value[step + 1 :])
    return value


def _stand_in(section: str, index: int) -> Value:
    """An entry that can be read and says nothing."""
    name = f"⟦{section}.{index}⟧"
    return (
        {"name": name, "any": ("가",)}
        if section == "watchlists"
        else {"name": name, "url": f"https://{index}.invalid"}
    )


def _copy(config: Config, indices: set[int], names: set[str]) -> Config:
    """The same with stand-ins for some watchlists and without some terms."""
    watchlists = tuple(
        WatchlistConfig.model_validate(_stand_in("watchlists", index)) if index in indices else one
        for index, one in enumerate(config.watchlists)
    )
    terms = {name: term for name, term in config.terms.items() if name not in names}
    return config.model_copy(update={"watchlists": watchlists, "terms": terms}).with_origin(config.origin)


def _refers(known: Container[str], text: str) -> bool:
    """Whether a query without faults names only terms that are there."""
    return all(reference.name in known for reference in term_references(parse(text)))
