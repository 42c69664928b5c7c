"""`monitor watchlists` and `monitor terms add`: what is watched for, and adding to it from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.core.errors import ConfigurationError
from tests.cli.conftest import CONFIG

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def text(command: Command) -> str:
    return (command.folder / "config.yaml").read_text(encoding="utf-8")


def test_watchlists_are_listed_with_their_hits(filled: Command) -> None:
    assert filled("watchlists", "add", "통제", "수출 통제*").exit_code == 0
    first, second = [json.loads(line) for line in filled("watchlists", "--json").stdout.splitlines()]
    assert (first["name"], first["query"], first["channels"], first["hits_7d"]) == (
        "딥시크",
        "@DeepSeek",
        ["desk"],
        1,
    )
    assert first["last_hit_at"].endswith("+00:00")
    assert second == {"name": "통제", "query": "수출 통제*", "channels": ["desk"], "hits_7d": 0, "last_hit_at": None}
    shown = filled("watchlists").stdout
    assert "hits in 7 days" in shown
    assert "통제" in shown


def test_several_queries_of_a_watchlist_are_shown_as_one(command: Command) -> None:
    (command.folder / "config.yaml").write_text(
        CONFIG.replace('["@DeepSeek"]', '["@DeepSeek", 가 나]'), encoding="utf-8"
    )
    (row,) = [json.loads(line) for line in command("watchlists", "--json").stdout.splitlines()]
    assert row["query"] == "@DeepSeek OR (가 나)"


def test_a_watchlist_is_added_with_its_channels_and_warned_of(command: Command) -> None:
    done = command("watchlists", "add", "좁은", "@DeepSeek 수출", "--channel", "desk", "--channel", "desk")
    assert done.exit_code == 0, done.output
    assert "added watchlist 좁은" in done.stderr
    assert "warning: watchlists.1.query: all that 좁은 matches, 딥시크 on line 6 matches too" in done.stderr
    entry = "  - name: 좁은\n    query: '@DeepSeek 수출'\n    channels: [desk]\n"
    assert text(command) == CONFIG.replace("channels:\n", entry + "channels:\n", 1)


def test_a_watchlist_that_would_not_pass_the_check_leaves_the_file_as_it_was(command: Command) -> None:
    for words in (
        ("딥시크", "수출"),
        ("가", "(수출"),
        ("가", "@없다"),
        ("가", "/(/"),
        ("가", "수출", "--channel", "없다"),
    ):
        done = command("watchlists", "add", *words)
        assert isinstance(done.exception, ConfigurationError), words
        assert "nothing was written" in done.stderr
        assert "watchlists.1." in str(done.exception)
        assert text(command) == CONFIG


def test_a_spelling_that_breaks_an_example_is_refused_with_the_examples_line(command: Command) -> None:
    done = command("terms", "add", "DeepSeek", "딥시커")
    assert isinstance(done.exception, ConfigurationError)
    assert ":8:" in str(done.exception)
    assert "watchlists.0.examples.no_match.0" in str(done.exception)
    assert text(command) == CONFIG


def test_terms_and_spellings_are_added(command: Command) -> None:
    assert command("terms", "add", "DeepSeek", "深度求索", "深度求索").exit_code == 0
    assert command("terms", "add", "가람", "가람", "Garam", "--kind", "organisation").exit_code == 0
    assert text(command) == CONFIG.replace(
        "[딥시크]}", '[딥시크, "深度求索"]}\n  가람: {kind: organisation, any: [가람, Garam]}'
    )
    (row,) = [json.loads(line) for line in command("terms", "show", "가람", "--json").stdout.splitlines()]
    assert (row["any"], row["kind"]) == (["가람", "Garam"], "organisation")
