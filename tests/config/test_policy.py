from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from monitor.config.load import load_text
from monitor.config.policy import alert_policy, is_korean_holiday, policy_problems, routes_of
from monitor.core.alerting.hours import Day, Window

BASE = "watchlists:\n  - {name: a, query: 가, labels: [chips]}\n  - {name: b, query: 나, severity: urgent}\n"


def test_a_watchlist_without_channels_goes_where_its_labels_or_severity_are_taken() -> None:
    text = "channels:\n  x: {url: 'log://', routes: [chips]}\n  y: {url: 'log://', routes: [urgent]}\n  z: {url: 'log://'}\n"
    config = load_text(BASE + text, "config.yaml", Path(), {})
    assert routes_of(config) == {"a": ("x", "z"), "b": ("y", "z")}


def test_hours_and_days_are_read() -> None:
    hours = "quiet_hours: ['22:00-07:00', 'sat,holidays'], active_hours: fri-mon 09:00-24:00"
    text = f"channels:\n  x: {{url: 'log://', {hours}}}\n"
    found = alert_policy(load_text(BASE + text, "config.yaml", Path(), {}), {}).channel("x").hours
    assert found.quiet == (Window(time(22), time(7)), Window(time(0), time(0), frozenset({Day.SAT, Day.HOLIDAY})))
    assert found.active[0].days == {Day.FRI, Day.SAT, Day.SUN, Day.MON}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("channels: {x: {url: 'log://', routes: [none]}}", "no watchlist has the label none"),
        ("channels: {x: {url: 'log://', quiet_hours: mon-sun}}", "never be rung"),
    ],
)
def test_a_policy_that_leads_nowhere_is_named(text: str, what: str) -> None:
    (problem,) = policy_problems(load_text(BASE + text, "config.yaml", Path(), {}))
    assert what in problem.what


def test_watchlists_that_inhibit_each_other_are_refused() -> None:
    text = "watchlists:\n  - {name: a, query: 가, inhibits: [b]}\n  - {name: b, query: 나, inhibits: [a]}\n"
    assert len(list(policy_problems(load_text(text, "config.yaml", Path(), {})))) == 2


def test_korean_holidays_are_known() -> None:
    assert is_korean_holiday(date(2026, 9, 25))
    assert not is_korean_holiday(date(2026, 9, 23))


def test_a_channel_with_a_briefing_gets_the_alerts_of_those_alone_that_name_it() -> None:
    text = "channels:\n  x: {url: 'log://'}\n  z: {url: 'log://', briefing: '07:00'}\n"
    named = BASE + "  - {name: c, query: 다, channels: [z]}\n"
    config = load_text(named + text, "config.yaml", Path(), {})
    assert routes_of(config) == {"a": ("x",), "b": ("x",), "c": ("z",)}
    assert alert_policy(config, {}).channel("z").briefings[0].at == time(7)
