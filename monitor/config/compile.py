"""Makes of a configuration what the rest of the product works with, and proves its examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.core.article import Article
from monitor.core.errors import ConfigurationError
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.errors import CompileError, UnknownTermError
from monitor.core.matching.model import Term, Watchlist
from monitor.core.query.errors import QueryError, display_width
from monitor.core.query.nodes import Node, Or, TermRef
from monitor.core.query.parser import parse
from monitor.pipeline.records import FeedSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.config.document import Path
    from monitor.config.model import Config, TermConfig, WatchlistConfig
    from monitor.core.article import Span
    from monitor.core.errors import Problem
    from monitor.core.matching.engine import Matcher


@dataclass(frozen=True, slots=True)
class Compiled:
    """Ready to match and to tell. `routes`: the channels of each watchlist by name, in the file's order."""

    terms: Mapping[str, Term]
    watchlists: tuple[Watchlist, ...]
    matcher: Matcher
    routes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One text of a watchlist's query, where it stands and what it means."""

    path: Path
    text: str
    query: Node


def compile_config(config: Config) -> Compiled:
    """Compile terms and watchlists, and run every watchlist's examples.

    Raises:
        ConfigurationError: a query cannot be compiled, or an example proves it wrong; holds every problem.
    """
    terms = {name: _term(name, term) for name, term in config.terms.items()}
    pieces = [_pieces(config, index) for index in range(len(config.watchlists))]
    watchlists = tuple(_watchlist(one, parts) for one, parts in zip(config.watchlists, pieces, strict=True))
    try:
        matcher = compile_matcher(terms, watchlists)
    except CompileError as error:
        problems = tuple(_compile_problems(config, terms, pieces)) or (config.origin.problem((), str(error), ""),)
        raise ConfigurationError(problems) from error
    failures = tuple(_failed_examples(config, watchlists, matcher))
    if failures:
        raise ConfigurationError(failures)
    everywhere = tuple(config.channels)
    routes = {one.name: everywhere if one.channels is None else one.channels for one in config.watchlists}
    return Compiled(terms, watchlists, matcher, routes)


def feed_specs(config: Config) -> tuple[FeedSpec, ...]:
    """The enabled feeds, in the file's order."""
    return tuple(
        FeedSpec(
            name=feed.name,
            url=feed.url,
            zone=feed.zone,
            tags=feed.tags,
            every=feed.every,
            source=feed.source or feed.name,
            user_agent=feed.user_agent,
            legacy_tls=feed.legacy_tls,
        )
        for feed in config.feeds
        if feed.enabled
    )


def _term(name: str, term: TermConfig) -> Term:
    return Term(name, term.any, term.kind, term.mode, term.exclude, term.require, term.case_sensitive)


def _pieces(config: Config, index: int) -> tuple[_Piece, ...]:
    one = config.watchlists[index]
    texts: list[tuple[Path, str]] = [
        (("watchlists", index, "any", place), text) for place, text in enumerate(one.any or ())
    ]
    if one.query is not None:
        texts.append((("watchlists", index, "query"), one.query))
    found: list[_Piece] = []
    problems: list[Problem] = []
    for path, text in texts:
        try:
            found.append(_Piece(path, text, parse(text)))
        except QueryError as error:
            problems.append(config.origin.query_problem(path, error))
    if problems:
        raise ConfigurationError(tuple(problems))
    return tuple(found)


def _watchlist(one: WatchlistConfig, pieces: Sequence[_Piece]) -> Watchlist:
    queries = tuple(piece.query for piece in pieces)
    query = queries[0] if len(queries) == 1 else Or(queries)
    return Watchlist(one.name, query, frozenset(one.feeds), frozenset(one.tags))


def _compile_problems(
    config: Config, terms: Mapping[str, Term], pieces: Sequence[Sequence[_Piece]]
) -> Iterator[Problem]:
    """Compile each term and each piece alone, to find every fault and its place."""
    good = dict(terms)
    for name in terms:
        alone = Watchlist(name, TermRef(name))
        error = _compile_error({name: terms[name]}, alone)
        if error is not None:
            yield config.origin.problem(("terms", name, "any"), str(error), "correct the term's spellings")
            good.pop(name)
    for piece in (piece for parts in pieces for piece in parts):
        error = _compile_error(good, Watchlist("", piece.query))
        known_already = isinstance(error, UnknownTermError) and error.name in terms
        if error is not None and not known_already:
            fault = QueryError(piece.text, error.at, str(error), "correct the query")
            yield config.origin.query_problem(piece.path, fault)


def _compile_error(terms: Mapping[str, Term], watchlist: Watchlist) -> CompileError | None:
    try:
        compile_matcher(terms, [watchlist])
    except CompileError as error:
        return error
    return None


def _failed_examples(config: Config, watchlists: Sequence[Watchlist], matcher: Matcher) -> Iterator[Problem]:
    for index, (one, watchlist) in enumerate(zip(config.watchlists, watchlists, strict=True)):
        for kind, titles in (("match", one.examples.match), ("no_match", one.examples.no_match)):
            for place, title in enumerate(titles):
                spans = _spans(matcher, watchlist, title)
                if (spans is not None) == (kind == "match"):
                    continue
                path: Path = ("watchlists", index, "examples", kind, place)
                yield _example_problem(config, path, title, spans)


def _spans(matcher: Matcher, watchlist: Watchlist, title: str) -> tuple[Span, ...] | None:
    """Where the watchlist matches an article of its scope with this title, or None if it does not."""
    article = Article("", "", title, feeds=tuple(watchlist.feeds), feed_tags=tuple(watchlist.feed_tags))
    return next((match.spans for match in matcher.match(article) if match.watchlist == watchlist.name), None)


def _example_problem(config: Config, path: Path, title: str, spans: tuple[Span, ...] | None) -> Problem:
    if spans is None:
        todo = "add the missing spelling to the query or its terms, or remove the example"
        problem = config.origin.problem(path, "the watchlist does not match this example", todo)
        return config.origin.hide(replace(problem, excerpt=title))
    todo = "exclude the marked place in the query or its term, or remove the example"
    problem = config.origin.problem(path, "the watchlist matches this example", todo)
    return config.origin.hide(replace(problem, excerpt=f"{title}\n{_marks(title, spans)}".rstrip()))


def _marks(title: str, spans: Sequence[Span]) -> str:
    marked = {place for span in spans for place in range(span.start, span.end)}
    return "".join(
        ("^" if place in marked else " ") * display_width(letter) for place, letter in enumerate(title)
    ).rstrip()
