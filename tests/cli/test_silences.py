"""`monitor silence` and `monitor silences`: mutes for a while."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.errors import ConfigurationError

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command("silences", *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "matchers",
    ["딥시크", "story:7", "channel:desk", "딥시크 story:7 channel:desk", "@DeepSeek 모델", "무료 channel:desk"],
)
def test_a_silence_is_listed_as_it_was_written_until_it_is_ended(command: Command, matchers: str) -> None:
    added = command("silence", "add", matchers, "--for", "2h", "--why", "known")
    assert added.exit_code == 0
    assert f"silence 1: {matchers} for 2h" in added.output
    (row,) = rows(command, "--live")
    assert (row["id"], row["matchers"], row["why"], row["live"]) == (1, matchers, "known", True)
    assert command("silence", "expire", "1").exit_code == 0
    assert rows(command, "--live") == []
    assert [row["live"] for row in rows(command)] == [False]


def test_people_get_a_table_of_silences(command: Command) -> None:
    command("silence", "add", "딥시크", "--for", "30m", "--why", "점검")
    shown = command("silences").stdout
    assert "딥시크" in shown
    assert "점검" in shown


def test_a_name_that_no_watchlist_has_is_said_to_be_a_query(command: Command) -> None:
    assert "no watchlist is called 딥시커" in command("silence", "add", "딥시커", "--for", "1h").output
    assert "no watchlist" not in command("silence", "add", "딥시크", "--for", "1h").output


@pytest.mark.parametrize(
    ("matchers", "lasting", "says"),
    [
        ("", "1h", "nothing is stated"),
        ("story:셋", "1h", "story:셋 names no story"),
        ("channel:pager", "1h", "there is no channel 'pager'"),
        ("story:1 story:2", "1h", "story: is stated twice"),
        ("딥시크", "soon", "soon is not a duration, write 30m, 2h or 1d"),
        ("딥시크", "0h", "0h is not a duration"),
        ("딥시크", "99999999999999d", "is not a duration"),
    ],
)
def test_what_is_no_silence_is_bad_usage_and_stores_nothing(
    command: Command, matchers: str, lasting: str, says: str
) -> None:
    done = command("silence", "add", matchers, "--for", lasting)
    assert done.exit_code == 2
    assert says in " ".join(done.output.replace("│", " ").split())
    assert rows(command) == []


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("ko", "뒤에 아무것도 없습니다, 찾을 말을 뒤에 적거나 이것을 지우세요 (감시 목록 이름도 됩니다: 딥시크)"),
        ("en", "nothing follows this, write what to look for after it, or remove it (or name a watchlist: 딥시크)"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_in_the_language_of_the_configuration(
    command: Command, language: str, says: str
) -> None:
    config = command.folder / "config.yaml"
    config.write_text(f"language: {language}\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    done = command("silence", "add", "수출 OR", "--for", "1h")
    # The main function prints what a ConfigurationError says and exits 2.
    assert isinstance(done.exception, ConfigurationError)
    assert str(done.exception) == f"{says}\n수출 OR\n     ^^"


def test_ending_what_does_not_last_is_an_error_that_says_so(command: Command) -> None:
    done = command("silence", "expire", "9")
    assert done.exit_code == 1
    assert "there is no live silence 9" in done.output
