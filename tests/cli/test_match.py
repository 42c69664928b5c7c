from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def lines(*articles: dict[str, object]) -> str:
    return "\n".join(json.dumps(article, ensure_ascii=False) for article in articles)


def test_articles_in_and_one_line_out_for_each_watchlist_that_matches(command: Command) -> None:
    given = lines(
        {"id": 1, "title": "中딥시크 새 모델", "summary": None, "feed": "전자신문"},
        {"id": "b", "title": "딥시커 진수"},
        {"id": "c", "title": "모델 공개", "summary": "딥시크가 공개했다."},
    )
    done = command("match", "-", stdin=given + "\n\n")
    assert done.exit_code == 0, done.output
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {
            "id": 1,
            "watchlist": "딥시크",
            "spans": [{"field": "title", "start": 1, "end": 4, "text": "딥시크", "term": "DeepSeek"}],
        },
        {
            "id": "c",
            "watchlist": "딥시크",
            "spans": [{"field": "summary", "start": 0, "end": 3, "text": "딥시크", "term": "DeepSeek"}],
        },
    ]


def test_lines_that_cannot_be_read_are_named_and_the_others_still_matched(command: Command) -> None:
    file = command.folder / "in.jsonl"
    file.write_text(
        '{"id": 1\n[1]\n{"title": "x"}\n{"id": 1, "title": 5}\n{"id": 1, "title": "x", "url": 5}\n'
        '{"id": 9, "title": "딥시크"}\n',
        encoding="utf-8",
    )
    done = command("match", str(file))
    assert done.exit_code == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [9]
    told = done.stderr.splitlines()
    assert told[0].startswith(f"{file}:1: not JSON: ")
    assert told[1:4] == [f'{file}:{n}: an object with "id" and a text as "title" is needed' for n in (2, 3, 4)]
    assert told[4] == f'{file}:5: "url" must be a text'


def test_a_file_that_is_not_there_is_a_usage_error(command: Command) -> None:
    done = command("match", "nowhere.jsonl")
    assert done.exit_code == 2
    assert "nowhere.jsonl: No such file" in done.output
