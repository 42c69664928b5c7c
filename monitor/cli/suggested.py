"""Suggestions as YAML to paste, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from monitor.config.insert import scalar, sequence
from monitor.core.matching.model import Mode
from monitor.pipeline.suggest.model import Sort

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.config.lexicon import TermInForce
    from monitor.config.wanted import TermConfig
    from monitor.pipeline.suggest.model import Suggestion
    from monitor.pipeline.suggest.survey import Survey

_EXCLUDES: Final = (Sort.CONTINUATION, Sort.WEAK, Sort.CONTEXT)


def yaml_lines(found: Survey, terms: Mapping[str, TermInForce]) -> Iterator[str]:
    """The terms with what is suggested for them, then names that could be terms; each with its evidence."""
    yield f"# Suggested by {found.articles:,} articles. A term that you have already is written out in full."
    named = [one for one in found.suggestions if one.sort is Sort.NAME]
    others = [one for one in found.suggestions if one.sort is not Sort.NAME]
    if any(one.text for one in found.suggestions):
        yield "terms:"
    for name in dict.fromkeys(one.term for one in others):
        yield from _term_lines(terms[name], [one for one in others if one.term == name])
    for name in dict.fromkeys(one.text for one in named):
        for one in (one for one in named if one.text == name):
            yield from _comments(one, "  ")
        yield f"  {scalar(name)}: {{any: {sequence([name])}}}"


def _term_lines(term: TermInForce, found: Sequence[Suggestion]) -> Iterator[str]:
    for one in found:
        if not one.text:
            yield from _comments(one, "  ")
    if not any(one.text for one in found):
        return
    config = term.config
    yield f"  {scalar(term.name)}:"
    yield f"    kind: {config.kind.value}"
    if config.mode is not Mode.EXACT:
        yield f"    mode: {config.mode.value}"
    yield from _list("any", config.any or (), [one for one in found if one.sort is Sort.SPELLING])
    yield from _list("exclude", config.exclude, [one for one in found if one.text and one.sort in _EXCLUDES])
    yield from _list("require", config.require, [])
    if config.case_sensitive:
        yield "    case_sensitive: true"
    yield from _examples(config)


def _list(key: str, held: Sequence[str], more: Sequence[Suggestion]) -> Iterator[str]:
    if held or more:
        yield f"    {key}:"
    for text in held:
        yield f"      - {scalar(text)}"
    for text in dict.fromkeys(one.text for one in more if one.text not in held):
        for one in (one for one in more if one.text == text):
            yield from _comments(one, "      ")
        yield f"      - {scalar(text)}"


def _examples(config: TermConfig) -> Iterator[str]:
    examples = {"match": config.examples.match, "no_match": config.examples.no_match}
    if any(examples.values()):
        yield "    examples:"
    for key, titles in examples.items():
        if titles:
            yield f"      {key}: {sequence(titles)}"


def _comments(one: Suggestion, indent: str) -> Iterator[str]:
    yield f"{indent}# {evidence(one)}"
    for title in one.examples:
        yield f"{indent}#   {' '.join(title.split())}"


def evidence(one: Suggestion) -> str:
    """What speaks for a suggestion, and what against it."""
    match one.sort:
        case Sort.SPELLING:
            return f"beside {one.beside} in {one.articles} of {one.of} articles with the term"
        case Sort.CONTINUATION:
            return (
                f"begins with the term in {one.articles} articles, in {one.against} of which it stands by itself too"
            )
        case Sort.WEAK if one.text:
            return f"{one.term} only ever hits weakly; {one.articles} of {one.of} times it is read in this word"
        case Sort.WEAK:
            return f"{one.term} only ever hits weakly, at the end of texts that are cut off: {one.articles} articles"
        case Sort.CONTEXT:
            return f"near it in {one.articles} of {one.of} wrong hits; takes {one.against} away that nobody marked"
        case Sort.NAME:
            return f"in {one.articles} of {one.of} articles that hit {one.watchlist}, and in {one.against} others"


def json_row(one: Suggestion) -> dict[str, Any]:
    """What a program reads of one suggestion."""
    return {
        "sort": one.sort.value,
        "watchlist": one.watchlist,
        "term": one.term,
        "text": one.text,
        "beside": one.beside,
        "articles": one.articles,
        "of": one.of,
        "against": one.against,
        "examples": list(one.examples),
    }
