"""One bad configuration for each kind of fault, and everything it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.config.load import load_text
from monitor.core.errors import ConfigurationError

FEED_KEYS = (
    "name, url, every, tags, zone, enabled, source, user_agent, legacy_tls, "
    "headers, username, password, password_file, fulltext"
)
PLAIN = "a user agent is one line of plain ASCII, remove other letters, and spaces around it"
CANNOT = "cannot start any token"
WRITE_OUT = "are not allowed, write the value out; a text that begins with"
VARIABLE = "${ without a variable's name and }, write ${NAME} or ${NAME:-default}; write $${ for the letters ${"
TOP_KEYS = (
    "language, timezone, database, database_file, engine, first_poll, every, operator, alerts, kiwi, templates, "
    "network, heartbeat, dashboard, "
    "include, terms, watchlists, channels"
)
SYNTAX = "correct the YAML; a text that begins with @ * & ! % or holds `: ` or ` #` goes into quotes"
MAPPING = "this must be a mapping, write `key: value` lines, indented below it"
LIST = "this must be a list, write [a, b], or one a line with - before it"
INTERVAL = "the interval must be from 60s to 7d, publishers block who asks more often; 10m is usual"
WEB = "this is not an http or https address, write https://host/path"

FORM = [
    ("", "1:1: the file is empty, write feeds and watchlists into it"),
    ("# 설명뿐\n", "1:1: the file is empty, write feeds and watchlists into it"),
    ("- a", f"1:1: {MAPPING}"),
    ("just text", f"1:1: {MAPPING}"),
    ("a: b: c", f"1:5: this is not YAML (mapping values are not allowed here), {SYNTAX}"),
    (
        "terms: {D: {any: [@x]}}",
        f"1:19: this is not YAML (while scanning for the next token, found character '@' that {CANNOT}), {SYNTAX}",
    ),
    (
        "language: 'ko",
        f"1:14: this is not YAML (while scanning a quoted scalar, found unexpected end of stream), {SYNTAX}",
    ),
    ("language: \x07", "1:11: a control character stands here, delete it"),
    ("language: ko\nlanguage: en", "2:1: language: this key stands here twice, first on line 1, keep one of them"),
    (
        "language: &a ko",
        f"1:11: language: YAML anchors (&) {WRITE_OUT} & goes into quotes",
    ),
    (
        "operator: *a",
        f"1:11: operator: YAML aliases (*) {WRITE_OUT} * goes into quotes",
    ),
    (
        "language: !x ko",
        "1:11: language: YAML tags (!) are not allowed, remove it; a text that begins with ! goes into quotes",
    ),
    ("language: ko\n---\nlanguage: ko", "3:1: a second document begins here, keep one document: remove the --- line"),
    ("feeds: " + "[" * 30, "1:27: values are nested more than 20 deep, write it flatter"),
]

KEYS = [
    (
        "colour: red",
        f"1:1: colour: there is no such key, the keys are {TOP_KEYS}, feeds",
    ),
    ("watchlist: []", "1:1: watchlist: there is no such key, did you mean watchlists?"),
    (
        "network: {allow_privat: true}",
        "1:11: network.allow_privat: there is no such key, did you mean allow_private?",
    ),
    ("terms: {D: {any: [d], mod: exact}}", "1:23: terms.D.mod: there is no such key, did you mean mode?"),
    (
        "channels: {c: {url: 'log://', diget: '08:00'}}",
        "1:31: channels.c.diget: there is no such key, did you mean digest?",
    ),
    (
        "watchlists: [{name: w, any: [d], examples: {mach: [d]}}]",
        "1:45: watchlists.0.examples.mach: there is no such key, did you mean match?",
    ),
    (
        "feeds: [{name: a, url: 'https://a', xyz: 1}]",
        f"1:37: feeds.0.xyz: there is no such key, the keys are {FEED_KEYS}",
    ),
    ("feeds: [{url: 'https://a'}]", "1:9: feeds.0.name: this key is missing, add `name: …`"),
    ("network: 1", f"1:10: network: {MAPPING}"),
    ("terms:", f"1:7: terms: {MAPPING}"),
    ("terms: []", f"1:8: terms: {MAPPING}"),
    ("feeds: {a: 1}", f"1:8: feeds: {LIST}"),
    ("watchlists: [{name: w, any: '@d'}]", f"1:29: watchlists.0.any: {LIST}"),
    ("terms: {D: {any: []}}", "1:18: terms.D.any: the list is empty, write at least one value, or remove the key"),
    ("terms: {D: {any: ['']}}", "1:19: terms.D.any.0: the text is empty, write one, or remove it"),
    ("terms: {D: {any: [5090]}}", "1:19: terms.D.any.0: this must be a text, put it in quotes"),
    (
        "terms: {' D': {any: [d]}}",
        "1:9: terms. D: the name has spaces around it or control characters in it, remove them",
    ),
]

VALUES = [
    (
        "watchlists: [{name: w, query: ' '}]",
        "1:31: watchlists.0.query: the text is empty, write one, or remove it",
    ),
    ("language: kr", "1:11: language: there is no such choice, write ko or en"),
    ("first_poll: all", "1:13: first_poll: there is no such choice, write summary, alert or silent"),
    (
        "terms: {D: {any: [d], kind: company}}",
        "1:29: terms.D.kind: there is no such choice, write person, organisation, place, product or concept",
    ),
    ("terms: {D: {any: [d], mode: all}}", "1:29: terms.D.mode: there is no such choice, write exact or family"),
    (
        "network: {allow_private: yes}",
        "1:26: network.allow_private: this must be true or false, write true or false, without quotes",
    ),
    ("timezone: Asia/Seol", "1:11: timezone: there is no such time zone, did you mean Asia/Seoul?"),
    ("timezone: KST", "1:11: timezone: there is no such time zone, did you mean Asia/Seoul?"),
    ("timezone: 어디", "1:11: timezone: there is no such time zone, names look like Asia/Seoul or UTC"),
    ("every: 10 minutes", "1:8: every: this is not a duration, write 90s, 10m, 2h or 1d"),
    ("every: 600", "1:8: every: this is not a duration, write 90s, 10m, 2h or 1d"),
    ("every: 30s", f"1:8: every: {INTERVAL}"),
    ("every: 8d", f"1:8: every: {INTERVAL}"),
    (
        "network: {user_agent: 뉴스}",
        f"1:23: network.user_agent: {PLAIN}",
    ),
    ("network: {proxy: 'socks5://p'}", f"1:18: network.proxy: {WEB}"),
    (
        "network: {proxy: 'http://p', proxy_file: x}",
        "1:10: network: both proxy and proxy_file are given, keep one of them",
    ),
    ("database: 5", "1:11: database: this must be a text, put it in quotes"),
    ("database: 'sqlite:///a'\ndatabase_file: x", "1:1: both database and database_file are given, keep one of them"),
    ("feeds: [{name: a, url: 'ftp://a'}]", f"1:24: feeds.0.url: {WEB}"),
    ("feeds: [{name: a, url: 'https://'}]", f"1:24: feeds.0.url: {WEB}"),
    ("feeds: [{name: a, url: 'https://a:99999/'}]", f"1:24: feeds.0.url: {WEB}"),
    ("feeds: [{name: a, url: 'https://[a'}]", f"1:24: feeds.0.url: {WEB}"),
    (
        "feeds: [{name: a, url: 'https://a/b c'}]",
        "1:24: feeds.0.url: the address holds a space or a control character, remove it, or write %20",
    ),
    ("feeds: [{name: ' ', url: 'https://a'}]", "1:16: feeds.0.name: the name is empty, write a name"),
    (
        "channels: {c: {url: 'log://', digest: 8:00}}",
        '1:39: channels.c.digest: 8:00 is not a time of day, write "08:00" or "mon-fri 08:00", in 24 hours',
    ),
    (
        "channels: {c: {url: 'log://', digest: '24:00'}}",
        '1:39: channels.c.digest: 24:00 is not a time of day, write "08:00" or "mon-fri 08:00", in 24 hours',
    ),
    (
        "channels: {c: {url: hooks.slack.example}}",
        "1:21: channels.c.url: this is not an address, write scheme://…, for instance slack://…, mailto://…, log://",
    ),
    ("channels: {c: {url: ''}}", "1:21: channels.c.url: this is empty, write it, or remove the key"),
    (
        "channels: {c: {}}",
        '1:15: channels.c: neither url nor url_file is given, write one of them, for instance url: "${SLACK_URL}"',
    ),
    (
        "channels: {c: {url: 'log://', url_file: x}}",
        "1:15: channels.c: both url and url_file are given, keep one of them",
    ),
    (
        "watchlists: [{name: w}]",
        '1:14: watchlists.0: neither any nor query is given, write one of them, for instance any: ["@DeepSeek"]',
    ),
    (
        "watchlists: [{name: w, any: [a], query: a}]",
        '1:14: watchlists.0: both any and query are given, write one of them, for instance any: ["@DeepSeek"]',
    ),
]

ENVIRONMENT = [
    (
        "channels: {c: {url: '${SLACK_URL}'}}",
        "1:21: channels.c.url: the environment variable SLACK_URL is not set, set it, or write ${SLACK_URL:-default}",
    ),
    (
        "channels: {c: {url: '${TELEGRAM_URI}'}}",
        (
            "1:21: channels.c.url: the environment variable TELEGRAM_URI is not set, "
            "set it (did you mean TELEGRAM_URL?), or write ${TELEGRAM_URI:-default}"
        ),
    ),
    (
        "channels: {c: {url: 'x://${BLANK}'}}",
        "1:21: channels.c.url: the environment variable BLANK is empty, set it, or write ${BLANK:-default}",
    ),
    (
        "operator: ${a-b}",
        f"1:11: operator: {VARIABLE}",
    ),
    (
        "operator: ${a",
        f"1:11: operator: {VARIABLE}",
    ),
    (
        "channels: {c: {url_file: nope}}",
        "1:26: channels.c.url_file: there is no such file, create it, or correct the path",
    ),
    (
        "channels: {c: {url_file: .}}",
        "1:26: channels.c.url_file: the file cannot be read, make it a UTF-8 file that this user may read",
    ),
    (
        "channels: {c: {url_file: void}}",
        "1:26: channels.c.url_file: the file is empty or too large, let it hold the secret alone, on one line",
    ),
    (
        "channels: {c: {url_file: cp949}}",
        "1:26: channels.c.url_file: the file cannot be read, make it a UTF-8 file that this user may read",
    ),
    ("channels: {c: {url_file: ' '}}", "1:26: channels.c.url_file: the text is empty, write one, or remove it"),
    ("network: {proxy_file: proxy}", f"1:23: network.proxy: {WEB}"),
]

CASES = FORM + KEYS + VALUES + ENVIRONMENT


@pytest.mark.parametrize(("text", "says"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_fault_says_where_it_is_what_is_wrong_and_what_to_do(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "void").write_text("\n")
    (tmp_path / "cp949").write_bytes("비밀".encode("cp949"))
    (tmp_path / "proxy").write_text("socks5://user:hunter22@host")
    if re.search(r"\.(query|any\.[0-9]+): ", says):
        text += "\nlanguage: en\n"  # faults of queries are told in the language of the configuration
    with pytest.raises(ConfigurationError) as caught:
        load_text(text, "config.yaml", tmp_path, {"TELEGRAM_URL": "tgram://t0ken", "BLANK": ""})
    assert str(caught.value) == f"config.yaml:{says}"


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        "timezone: Asia/Seol\nevery: 5s\noperator: desk\n"
        "feeds:\n- {name: a, url: 'ftp://a'}\n- {name: a, url: 'https://a', tag: x}\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        load_text(text, "config.yaml", Path(), {})
    places = [(problem.path, problem.line, problem.column) for problem in caught.value.problems]
    assert places == [
        ("timezone", 1, 11),
        ("every", 2, 8),
        ("operator", 3, 11),
        ("feeds.0.url", 5, 18),
        ("feeds.1.name", 6, 10),
        ("feeds.1.tag", 6, 31),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"a: &a [x]\nb: [{', '.join(['*a'] * 250_000)}]",
        "".join(
            f"{chr(98 + number)}: &{chr(98 + number)} [{', '.join(['*' + chr(97 + number)] * 9)}]\n"
            for number in range(20)
        ),
        "\n".join(f"key{number}: 1" for number in range(2_000)),
        "watchlists: [" + ", ".join(f"{{name: {number}}}" for number in range(1_000)) + "]",
    ],
    ids=[
        "a million letters of aliases",
        "a billion laughs",
        "two thousand unknown keys",
        "a thousand bad watchlists",
    ],
)
def test_a_file_that_is_made_to_keep_us_busy_is_refused_with_its_first_hundred_faults(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_text(text, "config.yaml", Path(), {})
    assert len(caught.value.problems) == 100
    assert caught.value.problems[0].line in {1, 2}


@pytest.mark.parametrize(
    "text",
    [
        "colour: 1",
        "network: {colour: 1}",
        "alerts: {colour: 1}",
        "dashboard: {colour: 1}",
        "terms: {a: {any: [a], colour: 1}}",
        "terms: {network: {any: [a], examples: {colour: 1}}}",
        "watchlists: [{name: a, any: [a], colour: 1}]",
        "watchlists: [{name: a, any: [a], examples: {colour: 1}}]",
        "channels: {feeds: {url: 'log://', colour: 1}}",
        "feeds: [{name: a, url: 'https://a', colour: 1}]",
    ],
)
def test_an_unknown_key_is_named_in_every_section_with_the_keys_that_are_there(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"colour: there is no such key, (the keys are|did you mean)"):
        load_text(text, "config.yaml", Path(), {})


def test_a_name_of_more_than_a_hundred_characters_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="the name is longer than 100 characters, shorten it"):
        load_text(f"feeds: [{{name: {'a' * 101}, url: 'https://a'}}]", "config.yaml", Path(), {})


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"1:3: a key must be a plain text, write `key: value`"):
        load_text("? [a, b]\n: 1", "config.yaml", Path(), {})
