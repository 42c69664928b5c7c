from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.compile import compile_config
from monitor.config.load import load, load_text
from monitor.config.warn import warnings_of

ROOT = Path(__file__).parents[2]
CHANNELS = 'channels:\n  desk: {url: "log://"}\n'


def warned(text: str) -> list[tuple[int, str, str]]:
    """Line, path and what, of every warning."""
    config = load_text(text, "config.yaml", Path(), {})
    found = warnings_of(config, compile_config(config))
    assert all(one.warning and one.todo and one.file == "config.yaml" for one in found)
    return [(one.line, one.path, one.what) for one in found]


def of_watchlists(*lines: str, more: str = "") -> list[tuple[int, str, str]]:
    return warned("watchlists:\n" + "".join(f"  - {{{line}}}\n" for line in lines) + CHANNELS + more)


def test_the_shipped_configuration_raises_no_warning() -> None:
    config = load(ROOT / "config.yaml", {})
    assert warnings_of(config, compile_config(config)) == ()


def test_a_channel_that_no_watchlist_uses_is_named_at_its_key() -> None:
    text = (
        'channels:\n  desk: {url: "log://"}\n  ops: {url: "log://"}\n  spare: {url: "log://"}\n'
        "operator: ops\nwatchlists:\n  - {name: 가, any: [수출], channels: [desk]}\n"
    )
    assert warned(text) == [(4, "channels.spare", "no watchlist uses this channel")]


def test_a_channel_is_used_by_a_watchlist_that_names_none() -> None:
    assert of_watchlists("name: 가, any: [수출]") == []


def test_a_watchlist_that_can_never_match_is_named() -> None:
    assert of_watchlists("name: 가, query: '수출 -수출*'", "name: 나, any: [통제]") == [
        (2, "watchlists.0.query", "the watchlist 가 can never match")
    ]


def test_one_query_of_the_short_form_that_can_never_be_true_is_named() -> None:
    assert of_watchlists("name: 가, any: [통제, '수출 -수출']") == [
        (2, "watchlists.0.any.1", "this query can never be true")
    ]


def test_a_watchlist_whose_feeds_are_all_switched_off_is_named() -> None:
    feeds = (
        'feeds:\n  - {name: 하나, url: "https://a.kr", enabled: false, tags: [it]}\n'
        '  - {name: 둘, url: "https://b.kr", tags: [ai]}\n'
    )
    found = of_watchlists(
        "name: 가, any: [수출], feeds: [하나]",
        "name: 나, any: [통제], tags: [it]",
        "name: 다, any: [명단], feeds: [하나, 둘], tags: [it, ai]",
        "name: 라, any: ['feed:하나 규제']",
        more=feeds,
    )
    assert [(line, path) for line, path, _ in found] == [
        (2, "watchlists.0.feeds"),
        (3, "watchlists.1.tags"),
        (5, "watchlists.3.any"),
    ]


def test_a_watchlist_that_another_contains_is_named() -> None:
    found = of_watchlists("name: 좁은, query: '수출 통제'", "name: 넓은, any: [수출, 규제]", "name: 딴, any: [명단]")
    assert found == [(2, "watchlists.0.query", "all that 좁은 matches, 넓은 on line 3 matches too")]


def test_two_watchlists_that_match_the_same_are_named_once() -> None:
    found = of_watchlists("name: 가, query: '수출 통제'", "name: 나, query: '통제 수출'")
    assert found == [(3, "watchlists.1.query", "나 matches the same as 가 on line 2")]


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("inhibits: [넓은]", ""),
        ("", "feeds: [하나]"),
        ("tags: [it]", "tags: [ai]"),
        ("channels: [desk]", "channels: [other]"),
        ("channels: []", ""),
        ("", "channels: []"),
    ],
)
def test_containment_that_is_meant_or_is_none_is_not_named(narrow: str, wide: str) -> None:
    found = of_watchlists(
        f"name: 좁은, query: '수출 통제', {narrow}".rstrip(", "),
        f"name: 넓은, any: [수출], {wide}".rstrip(", "),
        "name: 딴, any: [명단]",
        more='  other: {url: "log://"}\nfeeds: [{name: 하나, url: "https://a.kr", tags: [it, ai]}]\n',
    )
    assert found == []


def test_a_narrower_scope_is_contained() -> None:
    found = of_watchlists(
        "name: 좁은, any: [수출], feeds: [하나]",
        "name: 넓은, any: [수출], feeds: [하나, 둘]",
        more='feeds: [{name: 하나, url: "https://a.kr"}, {name: 둘, url: "https://b.kr"}]\n',
    )
    assert [path for _, path, _ in found] == ["watchlists.0.any"]


TERMS = """\
terms:
  가: {any: [메타, 페이스북]}
  나: {any: [왓츠앱, 페북, 메타]}
  다: {any: [메타]}
  라: {query: "@가 OR @나"}
  마: {any: [라마], require: [모델]}
  바: {any: [라마], require: [동물]}
"""


def test_a_spelling_that_two_terms_in_use_share_is_named_at_the_later_one() -> None:
    found = of_watchlists("name: 가, any: ['@라']", "name: 나, any: ['@마']", "name: 다, any: ['@바']", more=TERMS)
    assert found == [(9, "terms.나.any.2", "the spelling 메타 is one of the term 가 too")]


def test_a_spelling_of_a_bundled_term_is_named_at_the_users_own() -> None:
    text = "include: [korean-tech]\nterms:\n  나: {any: [딥시크]}\n"
    found = of_watchlists("name: 가, any: ['@나', '@DeepSeek']", more=text)
    assert found == [(7, "terms.나.any.0", "the spelling 딥시크 is one of the term DeepSeek too")]


def test_what_a_term_requires_or_spells_and_excludes_is_named() -> None:
    terms = (
        "terms:\n  가: {any: [메타, 메타버스], exclude: [메타버스, 소셜], require: [소셜, 모델]}\n"
        "  나: {any: [라마], require: [모델], exclude: [모델]}\n"
    )
    found = of_watchlists("name: 가, any: ['@가']", "name: 나, any: ['@나']", more=terms)
    assert [(line, path) for line, path, _ in found] == [
        (3, "watchlists.1.any"),
        (7, "terms.가.any.1"),
        (7, "terms.가.require.0"),
        (8, "terms.나.exclude"),
    ]


@pytest.mark.parametrize(
    "twin",
    [
        "http://news.kr/rss?a=1",
        "https://www.news.kr/rss?a=1",
        "https://NEWS.kr:443/rss?a=1#top",
        "https://news.kr./r%73s?a=1",
    ],
)
def test_an_address_written_twice_in_other_letters_is_named(twin: str) -> None:
    text = f'feeds:\n  - {{name: 하나, url: "https://news.kr/rss?a=1"}}\n  - {{name: 둘, url: "{twin}"}}\n'
    assert warned(text) == [(3, "feeds.1.url", "this is the address of 하나 on line 2 in other letters")]


@pytest.mark.parametrize(
    "other", ["https://news.kr/rss?a=2", "https://m.news.kr/rss?a=1", "https://news.kr:8443/rss?a=1"]
)
def test_other_addresses_and_feeds_that_are_off_are_not_named(other: str) -> None:
    text = f'feeds:\n  - {{name: 하나, url: "https://news.kr/rss?a=1"}}\n  - {{name: 둘, url: "{other}"}}\n'
    assert warned(text) == []
    assert warned(text.replace(other, "http://news.kr/rss?a=1").replace('?a=1"}', '?a=1", enabled: false}')) == []


def test_an_address_from_the_environment_is_not_shown() -> None:
    text = 'feeds:\n  - {name: 하나, url: "${FEED}"}\n  - {name: 둘, url: "http://news.kr/geheim"}\n'
    config = load_text(text, "config.yaml", Path(), {"FEED": "https://news.kr/geheim"})
    (found,) = warnings_of(config, compile_config(config))
    assert "geheim" not in str(found)
    assert str(found).startswith("config.yaml:3:20: warning: feeds.1.url: this is")


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_warnings_that_nobody_wants_any_more_are_not_looked_for(asked: int, tmp_path: Path) -> None:
    text = "watchlists: [{name: 가, query: '칩 -칩'}, {name: 나, any: [수출]}, {name: 다, any: [수출]}]"
    config = load_text(text, "config.yaml", tmp_path, {})
    answers = iter([True] * asked)
    found = warnings_of(config, compile_config(config), lambda: next(answers, False))
    assert len(found) == min(asked, 1)
