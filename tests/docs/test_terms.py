"""The page of the bundled terms is that of the program, and so are the keys of `search` and `terms`."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.cli import terms
from monitor.config.lexicon import bundled_terms
from monitor.config.values import BUNDLED_SETS
from monitor.core.article import Article, Match, Span
from monitor.core.query.expand import MAX_LEVELS, MAX_NESTED, MAX_NODES
from monitor.pipeline.records import SeenArticle
from monitor.pipeline.search import Found, found_row
from tests.docs.markdown import ROOT, codes, first_codes, part, read, section
from tests.docs.starter import PAGE, SET, page

REFERENCE = read(ROOT / "docs" / "reference.md")


def test_the_page_of_the_bundled_terms_is_what_the_set_says() -> None:
    assert read(PAGE) == page(), "run python -m tests.docs.starter"
    assert (SET,) == BUNDLED_SETS


def test_every_set_is_named_in_the_reference() -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith("| `include`"))
    assert set(BUNDLED_SETS) <= set(codes(row))


def test_every_key_of_a_found_article_is_documented() -> None:
    seen = SeenArticle(1, Article("i", "", "가"), datetime(2026, 1, 1, tzinfo=UTC))
    row = found_row(Found(seen, Match("w", (Span("title", 0, 1, "가"),))))
    assert list(row) == first_codes(part(REFERENCE, "**Found article**"))


def test_every_key_of_a_term_is_documented() -> None:
    row = terms.row(next(iter(bundled_terms(SET).values())))
    text = part(REFERENCE, "**Term**")
    assert list(row) == first_codes(text)
    assert terms.OWN in codes(text)


def test_the_limits_of_named_queries_are_named() -> None:
    text = section(REFERENCE, "## Query language")
    assert f"{MAX_NESTED} deep" in text
    assert f"{MAX_NODES:,} parts and {MAX_LEVELS} levels" in text
