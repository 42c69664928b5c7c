"""`monitor search` finds stored articles with the language of the watchlists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.errors import ConfigurationError

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command("search", *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("@DeepSeek", 1),
        ("딥시크 title:모델", 1),
        ("딥시크 -모델", 0),
        ("새 ONEAR/1 모델 feed:전자신문", 1),
        ("시크", 0),
        ("=시크", 1),
    ],
)
def test_the_whole_language_can_be_used(filled: Command, query: str, count: int) -> None:
    assert len(rows(filled, query)) == count


def test_a_program_reads_the_article_and_the_places(filled: Command) -> None:
    (found,) = rows(filled, "@DeepSeek", "--since", "1h", "--limit", "1")
    assert (found["id"], found["title"], found["feeds"], found["weak"]) == (1, "中딥시크 새 모델", ["전자신문"], "")
    assert found["spans"] == [{"field": "title", "start": 1, "end": 4, "text": "딥시크", "term": "DeepSeek"}]
    assert found["first_seen_at"].endswith("+00:00")


def test_it_goes_back_only_as_far_as_asked(filled: Command) -> None:
    assert rows(filled, "딥시크", "--since", "2999-01-01") == []


def test_people_get_a_table_with_the_matched_words(filled: Command) -> None:
    done = filled("search", "@DeepSeek OR 모델")
    assert done.exit_code == 0
    assert "딥시크, 모델" in done.stdout
    assert "中딥시크 새 모델" in done.stdout


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("수출 OR", "nothing follows this, write what to look for after it, or remove it\n수출 OR\n     ^^"),
        ("칩 @DeepSeak", "there is no term DeepSeak, did you mean DeepSeek?\n칩 @DeepSeak\n   ^^^^^^^^^"),
        ("수출 /a(/", "RE2 refuses this regular expression: missing ): a(, correct it\n수출 /a(/\n     ^^^^"),
        ("수출 /a*/", "matches the empty text, so everything, let it need at least one letter\n수출 /a*/\n     ^^^^"),
    ],
)
def test_a_query_that_cannot_be_read_is_shown_with_a_caret_and_is_bad_usage(
    filled: Command, query: str, says: str
) -> None:
    # The main function prints what a ConfigurationError says and exits 2.
    config = filled.folder / "config.yaml"
    config.write_text("language: en\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    done = filled("search", query)
    assert isinstance(done.exception, ConfigurationError)
    assert str(done.exception).endswith(says)


def test_a_fault_of_a_query_is_told_in_the_language_of_the_configuration(filled: Command) -> None:
    done = filled("search", "수출 OR")
    says = "뒤에 아무것도 없습니다, 찾을 말을 뒤에 적거나 이것을 지우세요"
    assert str(done.exception) == f"{says}\n수출 OR\n     ^^"


def test_included_terms_can_be_searched(filled: Command) -> None:
    config = filled.folder / "config.yaml"
    config.write_text("include: [korean-tech]\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(rows(filled, "@중국 @DeepSeek")) == 1
