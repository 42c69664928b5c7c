"""A configuration that is right is read as its author means it, and no secret ever shows."""

from __future__ import annotations

import json
import pickle
import traceback
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.config.load import load, load_text
from monitor.config.model import ChannelConfig, Config, FeedConfig
from monitor.config.secret import Secret
from monitor.core.alerting.hours import DigestTime
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.matching.model import Kind, Mode

FULL = """\
language: en
timezone: UTC
database: "postgresql://monitor:${DB_PASSWORD}@db/monitor"
first_poll: silent
every: 15m
operator: desk
network: {allow_private: true, user_agent: "watch (+mailto:me@example.com)", proxy: "http://u:pr0xypass@proxy:3128"}
terms:
  딥시크:
    any: [DeepSeek, 딥시크]
    kind: organisation
    mode: family
    exclude: [딥시커]
    require: [AI]
    case_sensitive: true
watchlists:
  - name: 딥시크
    any: ["@딥시크", '"심도 구색"']
    feeds: [전자신문]
    tags: [ai]
    channels: [desk]
    examples: {match: [딥시크 공개], no_match: ["12:30"]}
  - {name: 조용히, query: "수출 통제*", channels: []}
channels:
  desk: {url: "${SLACK_URL}"}
  mail: {url_file: mail.secret, digest: "08:00"}
feeds:
  - name: 전자신문
    url: https://feeds.example/rss?a=1&b=${EDITION:-ai}
    every: 2h
    tags: [ai, no]
    zone: Asia/Seoul
    enabled: false
    source: 전자신문 AI
    user_agent: other/1
    legacy_tls: true
  - {name: b, url: "http://b.example/$${x}"}
"""
ENV = {"SLACK_URL": "slack://t0ken-of-slack/B1/C2", "DB_PASSWORD": "db-pa55word"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(FULL, encoding="utf-8")
    (tmp_path / "mail.secret").write_text("\ufeffmailtos://me:mailpa55@smtp.example\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def full(folder: Path) -> Config:
    return load(folder / "config.yaml", ENV)


def test_every_key_is_read(full: Config) -> None:
    assert (full.language, full.timezone, full.first_poll, full.operator) == ("en", "UTC", "silent", "desk")
    assert full.every == timedelta(minutes=15)
    assert full.network.allow_private
    assert full.network.user_agent == "watch (+mailto:me@example.com)"
    term = full.terms["딥시크"]
    assert (term.kind, term.mode, term.case_sensitive) == (Kind.ORGANISATION, Mode.FAMILY, True)
    assert (term.any, term.exclude, term.require) == (("DeepSeek", "딥시크"), ("딥시커",), ("AI",))
    first, second = full.watchlists
    assert (first.any, first.query) == (("@딥시크", '"심도 구색"'), None)
    assert (first.feeds, first.tags, first.channels) == (("전자신문",), ("ai",), ("desk",))
    assert (first.examples.match, first.examples.no_match) == (("딥시크 공개",), ("12:30",))
    assert (second.any, second.query, second.channels) == (None, "수출 통제*", ())
    assert full.channels["mail"].digest == (DigestTime(time(8)),)
    assert full.feeds[0] == FeedConfig(
        name="전자신문",
        url="https://feeds.example/rss?a=1&b=ai",
        every=timedelta(hours=2),
        tags=("ai", "no"),
        enabled=False,
        source="전자신문 AI",
        user_agent="other/1",
        legacy_tls=True,
    )
    assert full.feeds[1].url == "http://b.example/${x}"


def test_secrets_come_from_the_text_the_environment_and_files(full: Config) -> None:
    assert full.network.proxy is not None
    assert full.network.proxy.reveal() == "http://u:pr0xypass@proxy:3128"
    assert full.database.reveal() == "postgresql://monitor:db-pa55word@db/monitor"
    assert full.channels["desk"].address.reveal() == "slack://t0ken-of-slack/B1/C2"
    assert full.channels["mail"].address.reveal() == "mailtos://me:mailpa55@smtp.example"


def test_what_is_left_out_has_its_default() -> None:
    config = load_text("language: ko", "config.yaml", Path(), {})
    assert config.every == timedelta(minutes=10)
    assert config.first_poll == "summary"
    assert config.timezone == "Asia/Seoul"
    assert config.database.reveal() == "sqlite:///data/monitor.db"
    assert config.operator is None
    assert not config.network.allow_private
    assert (config.terms, config.watchlists, config.channels, config.feeds) == ({}, (), {}, ())


def test_a_database_and_a_proxy_can_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("sqlite:///x.db\n")
    (tmp_path / "proxy").write_text("https://proxy:1\n")
    config = load_text(f"database_file: db\nnetwork: {{proxy_file: '{tmp_path}/proxy'}}", "config.yaml", tmp_path, {})
    assert config.database.reveal() == "sqlite:///x.db"
    assert config.network.proxy == Secret("https://proxy:1")


def test_no_secret_shows_in_any_way_a_configuration_can_be_printed(full: Config) -> None:
    shown = f"{full} {full!r} {full.model_dump_json()} {json.dumps(full.model_dump(mode='json'))} {full.origin}"
    shown += f"{full.database} {full.database!r} {full.database:>10} {full.channels['desk'].address!s}"
    for secret in ("t0ken-of-slack", "db-pa55word", "mailpa55", "pr0xypass"):
        assert secret not in shown
    assert pickle.loads(pickle.dumps(full.database)).reveal() == "********"  # noqa: S301 - its own pickle


@pytest.mark.parametrize("place", ["url: '${TOKEN}'", "name: '${TOKEN}'", "zone: '${TOKEN}'", "xyz: '${TOKEN}'"])
def test_no_secret_shows_in_a_problem(place: str) -> None:
    text = (
        f"feeds: [{{{place}, every: '${{TOKEN}}'}}]\n"
        "watchlists: [{name: w, query: 'title:${TOKEN}: or x'}]\noperator: '${TOKEN}'"
    )
    with pytest.raises(ConfigurationError) as caught:
        load_text(text, "config.yaml", Path(), {"TOKEN": "hunter2-very-secret"})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(caught.value.problems)


def test_no_written_secret_shows_in_a_problem() -> None:
    text = (
        "channels:\n  c: {url: 'hunter2-secret', digest: x}\n  d: {slack://hunter2-secret}\n"
        "operator: hunter2-secret\ndatabase: 'a: b\n"
    )
    for broken in (text, text.replace("'a: b", "x"), "database: x://hunter2-secret: y: z"):
        with pytest.raises(ConfigurationError) as caught:
            load_text(broken, "config.yaml", Path(), {})
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_what_is_too_short_to_be_a_secret_does_not_spoil_the_advice() -> None:
    with pytest.raises(ConfigurationError, match=r"for instance slack://…, mailto://…, log://$"):
        load_text("channels: {c: {url: 'log://'}, d: {url: '${S}'}}", "config.yaml", Path(), {"S": "a"})


def test_a_channel_that_names_a_file_that_was_not_read_has_no_address() -> None:
    with pytest.raises(LookupError):
        _ = ChannelConfig(url_file="x").address


def test_secrets_are_equal_by_their_text_only() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_a_configuration_does_not_change(full: Config) -> None:
    with pytest.raises(ValidationError):
        full.language = "ko"


GIVE = "give its path with --config, or write one with `monitor init`"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.yaml", f": there is no such file, {GIVE}"),
        ("folder", ": the file cannot be read (Is a directory), make it a file that this user may read"),
        ("a\0b", ": the file cannot be read (the path is not usable), make it a file that this user may read"),
        ("cp949", ":2:7: the file is not UTF-8, save it as UTF-8 (not CP949/ANSI)"),
        ("large", ": the file is larger than 20 MB, check that this is the right file"),
        ("empty", ":1:1: the file is empty, write feeds and watchlists into it"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_clear_problem(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "cp949").write_bytes("language: ko\na: 한국 ".encode() + "한국어".encode("cp949"))
    (tmp_path / "large").write_bytes(b"#" * 20_000_001)
    (tmp_path / "empty").touch()
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / name, {})
    assert str(caught.value) == f"{tmp_path / name}{says}"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("\ufefflanguage: en", encoding="utf-8")
    assert load(tmp_path / "config.yaml", {}).language == "en"


PIECES = st.sampled_from(
    [*"{}[]:,-#&*!|>'\"%@`?\n\t \\$x0가\x00\x85\ufeff", "${", "${X}", "- ", ": ", "<<", "---\n", "...\n", "~", "1e9"]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_whatever_happens_to_a_file_it_loads_or_names_its_problems(edits: list[tuple[float, int, str]]) -> None:
    text = FULL
    for place, cut, piece in edits:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + cut :]
    _load_or_refuse(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_loads_or_names_its_problems(text: str) -> None:
    _load_or_refuse(text)


def _load_or_refuse(text: str) -> None:
    try:
        load_text(text, "config.yaml", Path("/nowhere"), ENV)
    except ConfigurationError as error:
        problems = error.problems
    else:
        return
    assert problems
    for problem in problems:
        _assert_complete(problem)


def _assert_complete(problem: Problem) -> None:
    assert problem.what
    assert problem.todo
    assert problem.line >= 1
    assert problem.column >= 1
    assert "pa55" not in str(problem)
