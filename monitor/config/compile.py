"""Makes of a configuration what the rest of the product works with, and proves its examples."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from monitor.config.lexicon import lexicon_of
from monitor.config.policy import routes_of
from monitor.config.prune import without_parts
from monitor.config.queries import compile_fault, unknown_term
from monitor.config.remembered import expanded, parsed
from monitor.core.article import Article
from monitor.core.errors import ConfigurationError
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.errors import BadExpressionError, CompileError, UnknownTermError
from monitor.core.matching.model import Term, Watchlist
from monitor.core.query.errors import QueryError, display_width
from monitor.core.query.expand import expand
from monitor.core.query.faults import Fault
from monitor.core.query.nodes import Or, TermRef
from monitor.core.query.parser import parse
from monitor.pipeline.records import FeedSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.config.document import Path
    from monitor.config.lexicon import Lexicon
    from monitor.config.model import Config, FeedConfig
    from monitor.config.origin import Origin
    from monitor.config.remembered import NamedQueries
    from monitor.config.wanted import ExamplesConfig, WatchlistConfig
    from monitor.core.article import Span
    from monitor.core.errors import Problem
    from monitor.core.matching.engine import Matcher
    from monitor.core.matching.leaves import Verifier
    from monitor.core.query.nodes import Node

_STAND_IN: Final = Term("", ("가",))
"""In the place of a term that cannot be compiled, or of a query."""

_SAID: Final = {
    "en": {
        "spelling": ("{pattern!r}: it has no letters", "correct the term's spellings"),
        "watchlist misses": (
            "the watchlist does not match this example",
            "add the missing spelling to the query or its terms, or remove the example",
        ),
        "term misses": (
            "the term does not match this example",
            "add the missing spelling to the term, or remove the example",
        ),
        "watchlist finds": (
            "the watchlist matches this example",
            "exclude the marked place in the query or its terms, or remove the example",
        ),
        "term finds": (
            "the term matches this example",
            "exclude the marked place in the term, or remove the example",
        ),
    },
    "ko": {
        "spelling": ("표기에 글자가 없습니다: {pattern}", "용어의 표기를 고치세요"),
        "watchlist misses": (
            "감시 목록이 이 예를 찾지 못합니다",
            "빠진 표기를 검색식이나 용어에 더하거나, 예를 지우세요",
        ),
        "term misses": ("용어가 이 예를 찾지 못합니다", "빠진 표기를 용어에 더하거나, 예를 지우세요"),
        "watchlist finds": (
            "감시 목록이 이 예를 찾습니다",
            "표시한 곳을 검색식이나 용어에서 제외하거나, 예를 지우세요",
        ),
        "term finds": ("용어가 이 예를 찾습니다", "표시한 곳을 용어에서 제외하거나, 예를 지우세요"),
    },
}
"""What is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Ready to match and to tell. `routes`: the channels of each watchlist by name, in the file's order."""

    lexicon: Lexicon
    watchlists: tuple[Watchlist, ...]
    matcher: Matcher
    routes: Mapping[str, tuple[str, ...]]
    verifier: Verifier | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One text of a query: where it stands, what it says, and what it means with named queries put in."""

    path: Path
    text: str
    written: Node
    query: Node


@dataclass(frozen=True, slots=True)
class _Proof:
    """Titles that prove a term or a watchlist, where they stand, and what must be true of them."""

    what: str
    path: Path
    examples: ExamplesConfig
    watchlist: Watchlist


def compile_config(config: Config, verifier: Verifier | None = None) -> Compiled:
    """Compile terms and watchlists, and run the examples of watchlists and of the user's own terms.

    `verifier` is asked about short Hangul names.

    Raises:
        ConfigurationError: a query cannot be compiled, or an example proves it wrong; holds every problem.
    """
    lexicon = lexicon_of(config)
    pieces = [_pieces(config, index, lexicon.queries) for index in range(len(config.watchlists))]
    watchlists = tuple(_watchlist(one, parts) for one, parts in zip(config.watchlists, pieces, strict=True))
    of_terms = tuple(_term_proofs(config, lexicon))
    try:
        matcher = compile_matcher(lexicon.terms, watchlists, verifier)
        term_matcher = compile_matcher(lexicon.terms, [proof.watchlist for proof in of_terms], verifier)
    except CompileError as error:
        everything = [piece for parts in pieces for piece in parts]
        problems = tuple(_compile_problems(config.origin, lexicon, everything))
        if not problems:
            raise ConfigurationError((config.origin.problem((), str(error), ""),)) from error
        raise ConfigurationError((*problems, *_further(config, problems, verifier))) from error
    proofs = [
        _Proof("watchlist", ("watchlists", index), one.examples, watchlist)
        for index, (one, watchlist) in enumerate(zip(config.watchlists, watchlists, strict=True))
    ]
    failures = (*_failures(config.origin, of_terms, term_matcher), *_failures(config.origin, proofs, matcher))
    if failures:
        raise ConfigurationError(failures)
    return Compiled(lexicon, watchlists, matcher, routes_of(config), verifier)


def _further(config: Config, problems: Sequence[Problem], verifier: Verifier | None) -> tuple[Problem, ...]:
    """The problems of what is left without the parts that have problems."""
    rest = without_parts(config, [one for one in problems if one.file == config.origin.file])
    if rest == config:
        return ()
    try:
        compile_config(rest, verifier)
    except ConfigurationError as error:
        return error.problems
    return ()


def compile_query(compiled: Compiled, text: str) -> Matcher:
    """The matcher of one more query over the terms of a configuration; its one watchlist has the query as its name.

    Raises:
        QueryError: the text is no query, names a term that is not there, or cannot be compiled.
    """
    return compile_more(compiled, text)[1]


def compile_more(compiled: Compiled, text: str) -> tuple[Watchlist, Matcher]:
    """The same with the watchlist itself.

    Raises:
        QueryError: as above.
    """
    lexicon = compiled.lexicon
    watchlist = Watchlist(text, expand(text, parse(text), lexicon.queries))
    try:
        return watchlist, compile_matcher(lexicon.terms, [watchlist], compiled.verifier)
    except UnknownTermError as error:
        reference = TermRef(error.name, error.at)
        raise unknown_term(text, reference, lexicon.in_force, lexicon.in_force, Fault.TERM_MISSING) from error
    except CompileError as error:
        raise compile_fault(text, error) from error


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
            headers=_headers(feed),
            fulltext=feed.fulltext,
        )
        for feed in config.feeds
        if feed.enabled
    )


def _headers(feed: FeedConfig) -> tuple[tuple[str, str], ...]:
    headers = [(name, value.reveal()) for name, value in feed.headers.items()]
    if feed.username is not None and feed.password is not None:
        login = b64encode(f"{feed.username}:{feed.password.reveal()}".encode()).decode("ascii")
        headers.append(("Authorization", f"Basic {login}"))
    return tuple(headers)


def _pieces(config: Config, index: int, queries: NamedQueries) -> tuple[_Piece, ...]:
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
            found.append(_Piece(path, text, parsed(text), expanded(text, queries)))
        except QueryError as error:
            problems.append(config.origin.query_problem(path, error))
    if problems:
        raise ConfigurationError(tuple(problems))
    return tuple(found)


def _watchlist(one: WatchlistConfig, pieces: Sequence[_Piece]) -> Watchlist:
    queries = tuple(piece.query for piece in pieces)
    query = queries[0] if len(queries) == 1 else Or(queries)
    return Watchlist(one.name, query, frozenset(one.feeds), frozenset(one.tags))


def _term_proofs(config: Config, lexicon: Lexicon) -> Iterator[_Proof]:
    """The examples of the user's own terms; those of bundled sets are proved before they are shipped."""
    for name, term in config.terms.items():
        if term.examples.match or term.examples.no_match:
            reference = TermRef(name)
            query = expand(f"@{name}", reference, lexicon.queries)
            yield _Proof("term", ("terms", name), term.examples, Watchlist(name, query))


def _compile_problems(origin: Origin, lexicon: Lexicon, pieces: Sequence[_Piece]) -> Iterator[Problem]:
    """Compile each term and each text alone, to find every fault and its place.

    What a text refers to and is faulty, or a query, has a stand-in: its own faults are told at its own place.
    """
    terms = {**lexicon.terms, **dict.fromkeys(lexicon.queries, _STAND_IN)}
    for name, term in lexicon.terms.items():
        error = _compile_error({name: term}, TermRef(name))
        if error is not None:
            stands = lexicon.in_force[name]
            what, todo = _SAID[stands.origin.language]["spelling"]
            pattern = error.pattern if isinstance(error, BadExpressionError) else name
            yield stands.origin.problem(stands.path("any"), what.format(pattern=pattern), todo)
            terms[name] = _STAND_IN
    for name, query in lexicon.queries.items():
        stands = lexicon.in_force[name]
        yield from _text_problem(terms, stands.origin, stands.path("query"), stands.config.query or "", query)
    for piece in pieces:
        yield from _text_problem(terms, origin, piece.path, piece.text, piece.written)


def _text_problem(
    terms: Mapping[str, Term], origin: Origin, path: Path, text: str, written: Node
) -> Iterator[Problem]:
    error = _compile_error(terms, written)
    if error is not None:
        yield origin.query_problem(path, compile_fault(text, error))


def _compile_error(terms: Mapping[str, Term], query: Node) -> CompileError | None:
    try:
        compile_matcher(terms, [Watchlist("", query)])
    except CompileError as error:
        return error
    return None


def _failures(origin: Origin, proofs: Sequence[_Proof], matcher: Matcher) -> Iterator[Problem]:
    for proof in proofs:
        for kind, titles in (("match", proof.examples.match), ("no_match", proof.examples.no_match)):
            for place, title in enumerate(titles):
                spans = _spans(matcher, proof.watchlist, title)
                if (spans is not None) != (kind == "match"):
                    path: Path = (*proof.path, "examples", kind, place)
                    yield _example_problem(origin, proof.what, path, title, spans)


def _spans(matcher: Matcher, watchlist: Watchlist, title: str) -> tuple[Span, ...] | None:
    """Where the watchlist matches an article of its scope with this title, or None if it does not."""
    article = Article("", "", title, feeds=tuple(watchlist.feeds), feed_tags=tuple(watchlist.feed_tags))
    return next((match.spans for match in matcher.match(article) if match.watchlist == watchlist.name), None)


def _example_problem(origin: Origin, what: str, path: Path, title: str, spans: tuple[Span, ...] | None) -> Problem:
    said = _SAID[origin.language][f"{what} {'misses' if spans is None else 'finds'}"]
    excerpt = title if spans is None else f"{title}\n{_marks(title, spans)}".rstrip()
    return origin.hide(replace(origin.problem(path, *said), excerpt=excerpt))


def _marks(title: str, spans: Sequence[Span]) -> str:
    marked = {place for span in spans for place in range(span.start, span.end)}
    return "".join(
        ("^" if place in marked else " ") * display_width(letter) for place, letter in enumerate(title)
    ).rstrip()
