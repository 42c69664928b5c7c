"""Warnings about watchlists and terms: what can never match, what another finds too, what is spelt alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.config.queries import term_references
from monitor.core.matching.atoms import dead_ways, is_dead, useless_words
from monitor.core.matching.logic import Logic
from monitor.core.matching.terms import ways_of
from monitor.core.query.nodes import Or

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.config.compile import Compiled
    from monitor.config.document import Path
    from monitor.config.model import Config
    from monitor.config.wanted import WatchlistConfig
    from monitor.core.errors import Problem
    from monitor.core.matching.model import Watchlist
    from monitor.core.query.nodes import Node

_CONTRADICTS: Final = "take out what it both asks for and refuses"


def query_warnings(config: Config, compiled: Compiled, is_wanted: Callable[[], bool]) -> Iterator[Problem]:
    """Every warning about the watchlists, and about the user's terms, as long as they are wanted."""
    logic = Logic(compiled.lexicon.terms, [feed.name for feed in config.feeds if feed.enabled])
    dead = set()
    for index, watchlist in enumerate(compiled.watchlists):
        if not is_wanted():
            return
        problems = tuple(_of_watchlist(config, index, watchlist, logic))
        yield from problems
        if problems and len(problems) >= len(_parts(watchlist, config.watchlists[index])):
            dead.add(index)
    yield from _contained(config, compiled, logic, dead, is_wanted)
    yield from _useless_parts(config, compiled)
    yield from _alike(config, compiled)


def _of_watchlist(config: Config, index: int, watchlist: Watchlist, logic: Logic) -> Iterator[Problem]:
    """That it, or one query of its short form, can never match."""
    scoped = _empty_scope(config, index)
    if scoped is not None:
        yield scoped
        return
    one = config.watchlists[index]
    key = "query" if one.any is None else "any"
    if logic.never(watchlist.query):
        yield config.origin.problem(
            ("watchlists", index, key), f"the watchlist {one.name} can never match", _CONTRADICTS
        )
        return
    for place, part in enumerate(_parts(watchlist, one)):
        if logic.never(part):
            path: Path = ("watchlists", index, key, place)
            yield config.origin.problem(path, "this query can never be true", _CONTRADICTS)


def _parts(watchlist: Watchlist, one: WatchlistConfig) -> tuple[Node, ...]:
    """The queries of the short form; the whole one if there is only one."""
    if one.any is not None and len(one.any) > 1 and isinstance(watchlist.query, Or):
        return watchlist.query.children
    return (watchlist.query,)


def _empty_scope(config: Config, index: int) -> Problem | None:
    """That all feeds a watchlist looks at are switched off."""
    one = config.watchlists[index]
    enabled = [feed for feed in config.feeds if feed.enabled]
    for key, wanted, there in (
        ("feeds", one.feeds, {feed.name for feed in enabled}),
        ("tags", one.tags, {tag for feed in enabled for tag in feed.tags}),
    ):
        if wanted and there.isdisjoint(wanted):
            what = f"the watchlist {one.name} can never match: no feed of its scope is enabled"
            todo = f"enable one, or change {key}"
            return config.origin.problem(("watchlists", index, key), what, todo)
    return None


def _contained(
    config: Config, compiled: Compiled, logic: Logic, dead: set[int], is_wanted: Callable[[], bool]
) -> Iterator[Problem]:
    """Watchlists that find nothing which another one that tells the same people does not find."""
    for watchlist in compiled.watchlists:
        logic.atoms_of(watchlist.query)  # what follows from an atom is known once all of them are
    atoms = [logic.atoms_of(watchlist.query) for watchlist in compiled.watchlists]
    for narrow, one in enumerate(compiled.watchlists):
        if not is_wanted():
            return
        for wide, other in enumerate(compiled.watchlists):
            if narrow == wide or dead & {narrow, wide} or atoms[narrow].isdisjoint(atoms[wide]):
                continue
            if not _is_told_twice(config, compiled, narrow, wide) or not _is_inside(one, other):
                continue
            if logic.implies(one.query, other.query):
                alike = _is_inside(other, one) and logic.implies(other.query, one.query)
                if not alike or narrow > wide:
                    yield _containment(config, narrow, wide, alike=alike)


def _is_told_twice(config: Config, compiled: Compiled, narrow: int, wide: int) -> bool:
    """Whether somebody hears of both, or would with channels, and no `inhibits` says that this is known."""
    one, other = config.watchlists[narrow], config.watchlists[wide]
    channels, others = compiled.routes[one.name], compiled.routes[other.name]
    if one.name in other.inhibits or other.name in one.inhibits or () in {one.channels, other.channels}:
        return False
    return not (channels and others) or not set(channels).isdisjoint(others)


def _is_inside(one: Watchlist, other: Watchlist) -> bool:
    """Whether all feeds that one looks at are looked at by the other."""
    pairs = ((one.feeds, other.feeds), (one.feed_tags, other.feed_tags))
    return all(not wide or (narrow and narrow <= wide) for narrow, wide in pairs)


def _containment(config: Config, narrow: int, wide: int, *, alike: bool) -> Problem:
    one, other = config.watchlists[narrow], config.watchlists[wide]
    key = "query" if one.any is None else "any"
    line = config.origin.problem(("watchlists", wide), "", "").line
    if alike:
        what, todo = f"{one.name} matches the same as {other.name} on line {line}", "keep one of them"
    else:
        what = f"all that {one.name} matches, {other.name} on line {line} matches too"
        todo = f"write inhibits: [{other.name}] so that each story is told once, or remove one of them"
    return config.origin.problem(("watchlists", narrow, key), what, todo)


def _useless_parts(config: Config, compiled: Compiled) -> Iterator[Problem]:
    """Spellings and required words that a term excludes itself."""
    for name, written in config.terms.items():
        term = compiled.lexicon.terms.get(name)
        if term is None:
            continue
        dead = dead_ways(term)
        if is_dead(term):
            yield config.origin.problem(
                ("terms", name, "exclude"),
                f"the term {name} can never be found: it excludes all its own spellings, or all that it requires",
                "take out of exclude what stands in any or require too",
            )
            continue
        for place, spelling in enumerate(written.any or ()):
            if dead.issuperset(ways_of(spelling)):
                what = f"the spelling {spelling} is excluded too and never counts"
                yield config.origin.problem(("terms", name, "any", place), what, "remove it here or in exclude")
        useless = useless_words(term)
        for place, word in enumerate(written.require):
            if word in useless:
                what = f"the required word {word} is excluded too and never helps"
                yield config.origin.problem(("terms", name, "require", place), what, "remove it here or in exclude")


def _alike(config: Config, compiled: Compiled) -> Iterator[Problem]:
    """Spellings that two terms in use have in common, unless each requires other words around it."""
    used = {reference.name for watchlist in compiled.watchlists for reference in term_references(watchlist.query)}
    owners: dict[str, str] = {}
    # The user's own after the bundled ones, so that the warning stands where it can be mended.
    in_order = [name for name in compiled.lexicon.in_force if name in used]
    for name in sorted(in_order, key=lambda name: name in config.terms):
        term = compiled.lexicon.terms[name]
        for place, spelling in enumerate(term.any):
            other = next((owners[way] for way in ways_of(spelling) if way in owners), None)
            if other and name in config.terms and not (term.require and compiled.lexicon.terms[other].require):
                what = f"the spelling {spelling} is one of the term {other} too"
                todo = "keep it in one of them, or let each require a word that tells them apart"
                yield config.origin.problem(("terms", name, "any", place), what, todo)
        for way in (way for spelling in term.any for way in ways_of(spelling)):
            owners.setdefault(way, name)
