"""`monitor hits` lists what matched, takes what readers say of it, and counts it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command("hits", *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_hit_is_marked_listed_with_its_mark_and_counted(filled: Command) -> None:
    assert rows(filled)[0]["mark"] is None
    done = filled("hits", "mark", "1", "wrong")
    assert (done.exit_code, done.stderr) == (0, "marked wrong: 1\n")
    assert rows(filled)[0]["mark"] == "wrong"
    whole, term = rows(filled, "precision")
    assert (whole["watchlist"], whole["term"], whole["right"], whole["wrong"]) == ("딥시크", "", 0, 1)
    assert (term["term"], term["precision"]) == ("DeepSeek", 0.0)


def test_what_was_said_last_counts_and_can_be_taken_back(filled: Command) -> None:
    for said, share in (("wrong", 0.0), ("right", 1.0)):
        filled("hits", "mark", "1", said)
        assert [one["precision"] for one in rows(filled, "precision")] == [share, share]
    filled("hits", "mark", "1", "none")
    assert rows(filled, "precision") == []
    assert rows(filled)[0]["mark"] is None


def test_a_number_that_is_no_hit_is_named_and_the_others_are_marked(filled: Command) -> None:
    done = filled("hits", "mark", "7", "1", "8", "right")
    assert (done.exit_code, done.stderr) == (1, "marked right: 1\nno hit: 7, 8\n")
    assert filled("hits", "mark", "7", "right").exit_code == 1
    assert rows(filled)[0]["mark"] == "right"


@pytest.mark.parametrize("words", [("1",), ("1", "bad"), ("x", "right")])
def test_anything_else_is_bad_usage(filled: Command, words: tuple[str, ...]) -> None:
    assert filled("hits", "mark", *words).exit_code == 2


def test_only_one_watchlist_only_since_then_and_by_the_week(filled: Command) -> None:
    filled("hits", "mark", "1", "right")
    assert rows(filled, "precision", "--watchlist", "다른") == []
    assert rows(filled, "precision", "--since", "2999-01-01") == []
    assert "-W" in rows(filled, "precision", "--by", "week")[0]["period"]
    assert "딥시크" in filled("hits", "precision").stdout
