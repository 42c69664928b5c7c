"""One report: a fault of the form hides no fault of a query, an example or a channel elsewhere, and makes up none."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.bootstrap import check_all
from monitor.config.load import read_text
from monitor.core.errors import ConfigurationError, Problem


def problems_of(text: str) -> tuple[Problem, ...]:
    reading = read_text(text, "config.yaml", Path("/nowhere"), {})
    if reading.config is None:
        return reading.problems
    with pytest.raises(ConfigurationError) as caught:
        check_all(reading.config, reading.problems)
    return caught.value.problems


def paths_of(text: str) -> list[str]:
    return [problem.path for problem in problems_of(text)]


FAILING = 'examples: {match: ["다른 말"]}'


def test_every_kind_of_fault_is_in_one_report_by_its_place() -> None:
    text = f"""\
langage: ko
terms:
  가: {{any: [인텔], {FAILING}}}
watchlists:
  - {{name: 하나, any: ["@가"], sevirity: low, {FAILING}}}
  - {{name: 둘, query: "(수출"}}
  - {{name: 셋, query: "/(/"}}
  - {{name: 넷, any: [통제], channels: [dsk], {FAILING}}}
  - {{name: 다섯, any: [명단], {FAILING}}}
channels:
  desk: {{url: "slakc://x"}}
  mail: {{url: "log://", digest: "25:00", routes: [딴것]}}
feeds:
  - {{name: 하나}}
  - {{name: 둘, url: "https://a.kr", every: 1s}}
"""
    assert paths_of(text) == [
        "langage",
        "terms.가.examples.match.0",
        "watchlists.0.sevirity",
        "watchlists.0.examples.match.0",
        "watchlists.1.query",
        "watchlists.2.query",
        "watchlists.3.channels.0",
        "watchlists.3.examples.match.0",
        "watchlists.4.examples.match.0",
        "channels.desk.url",
        "channels.mail.digest",
        "feeds.0.url",
        "feeds.1.every",
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        # What hangs on a faulty term is not proved: the fault may be why it fails.
        ("terms: {가: {any: [나], mode: famly}, 나: {query: '@가 OR x', " + FAILING + "}}", "terms.가.mode"),
        (
            "terms: {가: {any: [나], mode: famly}}\nwatchlists: [{name: 가, any: ['@가'], " + FAILING + "}]",
            "terms.가.mode",
        ),
        # The bundled term of the same name is not what was meant.
        (
            "include: [korean-tech]\nterms: {DeepSeek: {any: [], kind: organisation}}\n"
            "watchlists: [{name: 가, any: ['@DeepSeek'], " + FAILING + "}]",
            "terms.DeepSeek.any",
        ),
        ("include: [korea-tech]\nwatchlists: [{name: 가, any: ['@DeepSeek'], " + FAILING + "}]", "include.0"),
        ("watchlists: [{name: 가, query: '수출 (', " + FAILING + "}]", "watchlists.0.query"),
        (
            "watchlists: [{name: 가, any: [수출], examples: {match: [''], no_match: [a]}}]",
            "watchlists.0.examples.match.0",
        ),
        (
            "watchlists: [{name: 가, labels: [''], any: [수출]}]\nchannels: {a: {url: 'log://', routes: [딱지]}}",
            "watchlists.0.labels.0",
        ),
        ("terms: {가: {any: ['!!']}}\nwatchlists: [{name: 가, any: ['@가'], " + FAILING + "}]", "terms.가.any"),
        ("network: {proxy: nothing}", "network.proxy"),
        ("alerts: {update_after: [5, 5]}", "alerts.update_after"),
        ("channels: {a: {url: 'log://', url_file: x}}", "channels.a"),
        ("channels: {a: {url_file: nowhere}}", "channels.a.url_file"),
        ("database: 'sqlite:///a'\ndatabase_file: x", ""),
        ("watchlists: 3", "watchlists"),
        ("feeds: [3]", "feeds.0"),
    ],
)
def test_what_follows_from_a_fault_is_not_told(text: str, path: str) -> None:
    assert paths_of(text) == [path]


def test_a_file_of_which_nothing_is_left_is_told_as_far_as_it_was_read() -> None:
    assert paths_of("3") == [""]
    assert paths_of("") == [""]
    assert paths_of("a: [") == [""]
