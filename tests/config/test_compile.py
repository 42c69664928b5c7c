"""From configuration to matcher, routes and feeds; examples prove the watchlists."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.config.compile import compile_config, feed_specs
from monitor.config.load import load_text
from monitor.config.model import ChannelConfig, Config
from monitor.config.secret import Secret
from monitor.config.wanted import WatchlistConfig
from monitor.core.alerting.hours import DigestTime
from monitor.core.article import Article
from monitor.core.errors import ConfigurationError
from monitor.core.matching.model import Kind, Mode, Term
from monitor.pipeline.records import FeedSpec

CHANNELS = "channels: {desk: {url: 'log://'}, mail: {url: 'log://', digest: '08:00'}}\n"


def loaded(text: str) -> Config:
    return load_text(text, "config.yaml", Path(), {})


def matching(config: Config, title: str, **scope: tuple[str, ...]) -> list[str]:
    article = Article("", "", title, feeds=scope.get("feeds", ()), feed_tags=scope.get("tags", ()))
    return [match.watchlist for match in compile_config(config).matcher.match(article)]


def test_terms_and_watchlists_match_articles() -> None:
    config = loaded(
        "terms: {딥시크: {kind: organisation, mode: family, any: [DeepSeek, 딥시크], exclude: [딥시커]}}\n"
        "watchlists: [{name: w, any: ['@딥시크', '수출 통제']}, {name: v, query: '반도체 -광고'}]"
    )
    compiled = compile_config(config)
    assert compiled.lexicon.terms == {
        "딥시크": Term("딥시크", ("DeepSeek", "딥시크"), Kind.ORGANISATION, Mode.FAMILY, exclude=("딥시커",))
    }
    assert [watchlist.name for watchlist in compiled.watchlists] == ["w", "v"]
    assert matching(config, "中딥시크가 새 모델을 공개했다") == ["w"]
    assert matching(config, "반도체 수출을 통제한다") == ["v"]
    assert matching(config, "반도체 수출과 통제") == ["w", "v"]
    assert matching(config, "반도체 광고") == []


def test_a_watchlist_looks_only_at_its_feeds_and_tags() -> None:
    config = loaded(
        "feeds: [{name: a, url: 'https://a', tags: [ai]}]\nwatchlists: [{name: w, any: [칩], feeds: [a], tags: [ai], "
        "examples: {match: [칩 공개], no_match: [집 공개]}}]"
    )
    assert matching(config, "칩 공개", feeds=("a",), tags=("ai",)) == ["w"]
    assert matching(config, "칩 공개", feeds=("a",)) == []
    assert matching(config, "칩 공개", tags=("ai",)) == []


def test_alerts_go_to_every_channel_unless_channels_are_named() -> None:
    config = loaded(
        CHANNELS + "watchlists:\n- {name: a, any: [x]}\n- {name: b, any: [x], channels: [mail]}\n"
        "- {name: c, any: [x], channels: []}"
    )
    assert compile_config(config).routes == {"a": ("desk", "mail"), "b": ("mail",), "c": ()}


def test_only_enabled_feeds_are_polled() -> None:
    config = loaded(
        "feeds:\n- {name: a, url: 'https://a'}\n- {name: b, url: 'https://b', enabled: false}\n"
        "- {name: c, url: 'https://c', every: 1h, tags: [x], zone: UTC, source: 씨일보, "
        "user_agent: c/1, legacy_tls: true}"
    )
    assert feed_specs(config) == (
        FeedSpec("a", "https://a", source="a"),
        FeedSpec("c", "https://c", "UTC", ("x",), timedelta(hours=1), "씨일보", "c/1", legacy_tls=True),
    )


def test_every_example_that_fails_is_told_with_its_place() -> None:
    config = loaded(
        "terms: {D: {any: [딥시크]}}\n"
        "watchlists:\n"
        "- name: w\n"
        "  any: ['@D', 칩]\n"
        "  examples:\n"
        "    match:\n"
        "    - 딥시크 공개\n"
        "    - 딥식 공개\n"
        "    no_match: [한국 '칩' 대전, '딥시크, 또 딥시크']\n"
        "language: en\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        compile_config(config)
    assert str(caught.value).split("config.yaml:")[1:] == [
        (
            "8:7: watchlists.0.examples.match.1: the watchlist does not match this example, "
            "add the missing spelling to the query or its terms, or remove the example\n딥식 공개\n"
        ),
        (
            "9:16: watchlists.0.examples.no_match.0: the watchlist matches this example, "
            "exclude the marked place in the query or its terms, or remove the example\n한국 '칩' 대전\n      ^^\n"
        ),
        (
            "9:27: watchlists.0.examples.no_match.1: the watchlist matches this example, "
            "exclude the marked place in the query or its terms, or remove the example\n"
            "딥시크, 또 딥시크\n^^^^^^     ^^^^^^"
        ),
    ]


def test_every_query_and_term_that_cannot_be_compiled_is_told_with_its_place() -> None:
    config = loaded(
        "terms:\n"
        "  좋음: {any: [딥시크]}\n"
        "  나쁨: {any: ['…']}\n"
        "watchlists:\n"
        "- {name: a, any: ['@좋음', '수출 OR /(a/']}\n"
        "- {name: b, query: '@나쁨'}\n"
        "- {name: c, query: '한국 /b{2000}/'}\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        compile_config(config)
    places = [(problem.line, problem.column, problem.path) for problem in caught.value.problems]
    assert places == [(3, 13, "terms.나쁨.any"), (5, 33, "watchlists.0.any.1"), (7, 24, "watchlists.2.query")]
    for problem in caught.value.problems:
        assert problem.what
        assert problem.todo
    assert caught.value.problems[1].excerpt == "수출 OR /(a/\n        ^^^^"


def test_a_configuration_made_in_code_is_checked_too() -> None:
    config = Config(
        every=timedelta(hours=1),
        database=Secret("sqlite:///x.db"),
        channels={"mail": ChannelConfig(url=Secret("log://"), digest=(DigestTime(time(8)),))},
        watchlists=(WatchlistConfig(name="w", query="a OR b c"),),
    )
    with pytest.raises(ConfigurationError, match=r"^watchlists.0.query: AND\(또는 빈칸\)와 OR가 섞여 있습니다"):
        compile_config(config)
