"""Sentences that a Korean reader has judged: what a query must find in each, and why.

In each text the places that must be found stand in ⟦ ⟧; a text without them must not match. Texts are titles, or
summaries where the case says so; `weak` says that the match must be doubtful.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from monitor.core.article import Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.matching.reference import match_slowly
from monitor.core.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
MARKS = re.compile("[⟦⟧]")


def term(name: str, given: dict[str, Any]) -> Term:
    lists = {key: tuple(given.get(key, ())) for key in ("any", "exclude", "require")}
    kind, mode = Kind(given.get("kind", "concept")), Mode(given.get("mode", "exact"))
    return Term(name, kind=kind, mode=mode, case_sensitive=given.get("case_sensitive", False), **lists)


def cases() -> Iterator[Any]:
    """One parameter set a text: the terms of its file, the query, the marked text, why."""
    for file in FILES:
        topic = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
        terms = {name: term(name, given) for name, given in topic["terms"].items()}
        for case in topic["cases"]:
            for text in case["texts"]:
                marked = unicodedata.normalize(case.get("form", "NFC"), text) if "form" in case else text
                yield pytest.param(terms, case, marked, id=f"{file.stem}: {text}")


CASES = list(cases())


def places(marked: str) -> list[tuple[int, int]]:
    """Half-open code points of the marked places in the text without marks."""
    found = [mark.start() - number for number, mark in enumerate(MARKS.finditer(marked))]
    return list(zip(found[::2], found[1::2], strict=True))


@pytest.mark.parametrize(("terms", "case", "marked"), CASES)
def test_what_a_reader_would_find_is_found_and_nothing_else(
    terms: dict[str, Term], case: dict[str, Any], marked: str
) -> None:
    bare, why = MARKS.sub("", marked), case["why"]
    article = Article("1", "", "", bare) if case.get("in") == "summary" else Article("1", "", bare)
    watchlists = [Watchlist("목록", parse(case["query"]))]
    matches = compile_matcher(terms, watchlists).match(article)
    spans = sorted({(span.start, span.end) for match in matches for span in match.spans})
    assert spans == places(marked), why
    assert bool(matches) == bool(places(marked)), why
    assert any(match.weak for match in matches) == case.get("weak", False), why
    assert matches == match_slowly(terms, watchlists, article)


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    told = [(case.values[1]["query"], case.values[2], case.values[1].get("in")) for case in CASES]
    assert len(set(told)) == len(told)
    assert len(told) >= 300
