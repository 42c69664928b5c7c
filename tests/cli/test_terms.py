"""`monitor terms` lists what @name can stand for, and whose it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command

CONFIG = """
include: [korean-tech]
terms:
  내회사: {kind: organisation, mode: family, any: [내회사, Mine], exclude: [내회사원]}
  Nvidia: {kind: organisation, any: [엔비디아], require: [칩], case_sensitive: true}
  통제: {query: "수출 NEAR/2 통제*"}
"""


@pytest.fixture
def included(command: Command) -> Command:
    (command.folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return command


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command("terms", *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_own_terms_come_first_and_take_the_place_of_included_ones(included: Command) -> None:
    found = rows(included)
    assert [(row["name"], row["whose"]) for row in found[:4]] == [
        ("내회사", "own"),
        ("Nvidia", "own"),
        ("통제", "own"),
        ("DeepSeek", "korean-tech"),
    ]
    assert [row["name"] for row in found].count("Nvidia") == 1


def test_a_program_reads_all_of_a_term(included: Command) -> None:
    (nvidia,), (control,) = rows(included, "Nvidia"), rows(included, "통제")
    assert nvidia == {
        "name": "Nvidia",
        "kind": "organisation",
        "mode": "exact",
        "any": ["엔비디아"],
        "query": None,
        "exclude": [],
        "require": ["칩"],
        "case_sensitive": True,
        "whose": "own",
    }
    assert (control["kind"], control["mode"], control["any"]) == (None, None, [])
    assert control["query"] == "수출 NEAR/2 통제*"


def test_people_get_a_table_with_spellings_and_queries(included: Command) -> None:
    shown = included("terms").stdout
    assert "내회사, Mine" in shown
    assert "수출 NEAR/2 통제*" in shown
    assert "korean-tech" in shown
    assert "OpenAI" in shown


def test_one_term_can_be_asked_for(included: Command) -> None:
    assert "OpenAI" not in included("terms", "내회사").stdout
    for wrong in ("Nvida", "엔비디아"):
        done = included("terms", wrong)
        assert done.exit_code == 2
        assert "did you mean Nvidia?" in done.output


def test_check_counts_own_and_included_terms(included: Command) -> None:
    assert "3 terms, 100 included, 0 watchlists" in included("check").stderr
