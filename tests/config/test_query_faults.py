"""One bad configuration for each fault of a query, a term, or a name that refers to something, and all it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from monitor.config.load import load_text
from monitor.core.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

CAPITALS = 'or is not in capitals, write OR in capitals, or "or" in quotes to look for the word'
LIST = "this must be a list, write [a, b], or one a line with - before it"
TWO_FEEDS = "feeds:\n- {name: a, url: 'https://a'}\n- "
REFERENCES = [
    (
        TWO_FEEDS + "{name: a, url: 'https://b'}",
        "3:10: feeds.1.name: this feed's name is taken, first on line 2, change or remove one of them",
    ),
    (
        TWO_FEEDS + "{name: b, url: 'https://a'}",
        "3:18: feeds.1.url: this feed's address is here twice, first on line 2, change or remove one of them",
    ),
    (
        "watchlists: [{name: w, any: [a]}, {name: w, any: [b]}]",
        "1:42: watchlists.1.name: this watchlist's name is taken, first on line 1, change or remove one of them",
    ),
    ("operator: desk", "1:11: operator: there is no channel desk, add it under channels"),
    (
        "channels: {desk: {url: 'log://'}}\nwatchlists: [{name: w, any: [a], channels: [dsk]}]",
        "2:45: watchlists.0.channels.0: there is no channel dsk, did you mean desk?",
    ),
    (
        TWO_FEEDS
        + "{name: b, url: 'https://b', tags: [ai]}\nwatchlists: [{name: w, any: [x], feeds: [c], tags: [aii]}]",
        (
            "4:42: watchlists.0.feeds.0: there is no feed c, add it under feeds\n"
            "config.yaml:4:53: watchlists.0.tags.0: there is no feed with the tag aii, did you mean ai?"
        ),
    ),
]

QUERIES = [
    (
        "watchlists: [{name: w, query: 한국 or 미국}]",
        f"1:34: watchlists.0.query: {CAPITALS}\n한국 or 미국\n     ^^",
    ),
    (
        "watchlists:\n- name: w\n  query: '\"한국''은\" @없음'",
        '3:19: watchlists.0.query: there is no term 없음, add it under terms\n"한국\'은" @없음\n          ^^^^^',
    ),
    (
        'watchlists:\n- name: w\n  query: "\\"한\\u0041\\x41\\" @없음"',
        '3:27: watchlists.0.query: there is no term 없음, add it under terms\n"한AA" @없음\n       ^^^^^',
    ),
    (
        "watchlists:\n- name: w\n  query: >-\n    한국\n    (미국",
        "3:10: watchlists.0.query: this ( is never closed, add the closing )\n한국 (미국\n     ^",
    ),
    (
        "terms: {DeepSeek: {any: [딥시크]}}\nwatchlists: [{name: w, any: ['-title:(a OR @DeepSeak NEAR/2 b)']}]",
        (
            "2:44: watchlists.0.any.0: there is no term DeepSeak, did you mean DeepSeek?\n"
            "-title:(a OR @DeepSeak NEAR/2 b)\n             ^^^^^^^^^"
        ),
    ),
]

TERMS = [
    ("include: [korea-tech]", "1:11: include.0: there is no set korea-tech, did you mean korean-tech?"),
    ("include: [x]", "1:11: include.0: there is no set x, the sets are korean-tech"),
    # Whatever is missing may stand in the set whose name is wrong.
    (
        "include: [koreantech]\nwatchlists: [{name: w, any: ['@DeepSeek']}]",
        "1:11: include.0: there is no set koreantech, did you mean korean-tech?",
    ),
    ("include: korean-tech", f"1:10: include: {LIST}"),
    (
        "terms: {D: {kind: place}}",
        "1:12: terms.D: neither any nor query is given, write the spellings as any: […], or a concept as query: '…'",
    ),
    (
        "terms: {D: {any: [d], query: d}}",
        "1:12: terms.D: both any and query are given, write the spellings as any: […], or a concept as query: '…'",
    ),
    (
        "terms: {D: {query: d, exclude: [e]}}",
        "1:12: terms.D: exclude belongs to spellings and says nothing of a query, remove it, or write any: […]",
    ),
    (
        "terms: {D: {any: [d], examples: {mach: [d]}}}",
        "1:34: terms.D.examples.mach: there is no such key, did you mean match?",
    ),
    (
        "terms: {D: {query: 'a OR'}}",
        "1:23: terms.D.query: nothing follows this, write what to look for after it, or remove it\na OR\n  ^^",
    ),
    (
        "terms: {D: {query: '@E'}}",
        "1:21: terms.D.query: there is no term E, add it under terms\n@E\n^^",
    ),
    (
        "include: [korean-tech]\nwatchlists: [{name: w, any: ['칩 @엔비디아']}]",
        "2:33: watchlists.0.any.0: there is no term 엔비디아, did you mean Nvidia?\n칩 @엔비디아\n   ^^^^^^^^^",
    ),
    (
        # Told once, at the circle, and not where something only leads into it.
        "terms:\n  a: {query: '@b 칩'}\n  b: {query: '칩 @b'}\nwatchlists: [{name: w, any: ['@a', '@b']}]",
        "3:17: terms.b.query: this leads back to itself: @b → @b, take one of these references out\n칩 @b\n   ^^",
    ),
    (
        # The bundled 수출통제 refers to 금수: the circle is the user's to open.
        "include: [korean-tech]\nterms: {금수: {query: '@수출통제'}}",
        (
            "2:22: terms.금수.query: this leads back to itself: @금수 → @수출통제 → @금수, "
            "take one of these references out\n@수출통제\n^^^^^^^^^"
        ),
    ),
    (
        "terms: {a: {query: 'x y'}}\nwatchlists: [{name: w, any: ['칩 NEAR/2 @a']}]",
        (
            "2:40: watchlists.0.any.0: beside NEAR this names a query of more than words, "
            "only words, phrases and terms, or these joined by OR, can stand there\n칩 NEAR/2 @a\n          ^^"
        ),
    ),
]

CASES = REFERENCES + QUERIES + TERMS


@pytest.mark.parametrize(("text", "says"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_fault_says_where_it_is_what_is_wrong_and_what_to_do(text: str, says: str, tmp_path: Path) -> None:
    if re.search(r"\.(query|any\.[0-9]+): ", says):
        text += "\nlanguage: en\n"  # faults of queries are told in the language of the configuration
    with pytest.raises(ConfigurationError) as caught:
        load_text(text, "config.yaml", tmp_path, {})
    assert str(caught.value) == f"config.yaml:{says}"


@pytest.mark.parametrize("language", ["", "language: ko\n", "language: 한국어\n"])
def test_faults_of_queries_are_told_in_korean_unless_english_is_asked_for(language: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_text("watchlists: [{name: w, query: 한국 or 미국}]\n" + language, "config.yaml", tmp_path, {})
    assert str(caught.value).startswith(
        "config.yaml:1:34: watchlists.0.query: 대문자가 아닙니다: or, "
        'OR로 적거나, 그 낱말을 찾으려면 "or"로 감싸세요\n한국 or 미국\n     ^^'
    )


@pytest.mark.parametrize("query", ["-광고", "칩 OR -광고", "NOT (a b)", "title:(-광고)", "'@아님'", "-a -b"])
def test_a_watchlist_that_an_article_matches_by_what_it_does_not_say_is_refused(query: str, tmp_path: Path) -> None:
    text = f"language: en\nterms: {{아님: {{query: -광고}}}}\nwatchlists: [{{name: w, query: {query}}}]"
    with pytest.raises(ConfigurationError, match="so of nearly every article, write what to look for beside it"):
        load_text(text, "config.yaml", tmp_path, {})


@pytest.mark.parametrize(
    ("query", "scope"),
    [("-광고", "feeds: [f]"), ("-광고", "tags: [t]"), ("칩 -광고", "weak: store"), ("--칩", "weak: store")],
)
def test_it_may_be_one_if_it_looks_only_at_some_feeds_or_asks_for_a_word(
    query: str, scope: str, tmp_path: Path
) -> None:
    feeds = "feeds: [{name: f, url: 'https://f', tags: [t]}]\n"
    config = load_text(f"{feeds}watchlists: [{{name: w, query: {query}, {scope}}}]", "config.yaml", tmp_path, {})
    assert config.watchlists[0].query == query
