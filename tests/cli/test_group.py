from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer
from typer.testing import CliRunner

from monitor.cli import group

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

FIRE = "한빛전자 해저케이블 공장 화재…직원 3명 대피"


def run(*words: str, stdin: str = "") -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    group.add_to(app)
    return CliRunner().invoke(app, ["group", *words], input=stdin)


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_gets_the_id_of_the_article_that_opened_its_story() -> None:
    result = run(
        "-",
        stdin=lines(
            {"id": 7, "title": FIRE, "published_at": "2026-03-02T12:00:00+09:00", "feed": "가나일보"},
            {"id": "b", "title": "누리은행 앱 장애로 이체 지연", "published_at": None},
            {"id": "c", "title": "[속보] 한빛전자 공장 화재로 3명 대피", "url": "https://news.example/c"},
        ),
    )

    assert result.exit_code == 0
    assert answers(result) == [{"id": 7, "story": 7}, {"id": "b", "story": "b"}, {"id": "c", "story": 7}]


def test_stories_that_turn_out_to_be_one_are_named() -> None:
    titles = (
        "딥시크 새 모델 무료 배포",
        "딥시크 R3 벤치마크 1위 차지",
        "딥시크 새 모델 R3 무료 배포…벤치마크 1위",
        "딥시크 R3 벤치마크 1위",
    )
    result = run("-", stdin=lines(*({"id": f"z{9 - n}", "title": title} for n, title in enumerate(titles))))

    assert answers(result) == [
        {"id": "z9", "story": "z9"},
        {"id": "z8", "story": "z8"},
        {"id": "z7", "story": "z9", "merged": ["z8"]},
        {"id": "z6", "story": "z9"},
    ]


def test_times_part_stories_and_a_missing_one_is_that_of_the_line_before(tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_text(
        lines(
            {"id": "a", "title": FIRE},
            {"id": "b", "title": FIRE, "published_at": "2026-03-02T12:00:00"},
            {"id": "c", "title": FIRE},
            {"id": "d", "title": FIRE, "published_at": "2026-03-09T12:00:00Z", "content": "본문"},
        ),
        encoding="utf-8",
    )

    assert [row["story"] for row in answers(run(str(file)))] == ["a", "b", "b", "d"]


def test_lines_that_cannot_be_read_are_named_and_skipped() -> None:
    result = run(
        stdin="\n"
        "{broken\n"
        + lines(
            {"title": "id 없음"},
            {"id": 1, "title": FIRE, "summary": 3},
            {"id": 2, "title": FIRE, "published_at": "어제"},
            {"id": 3, "title": FIRE},
        )
    )

    assert result.exit_code == 1
    assert answers(result) == [{"id": 3, "story": 3}]
    assert [line.split(":")[1] for line in result.stderr.splitlines() if line.startswith("-:")] == [
        "2",
        "3",
        "4",
        "5",
    ]


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.jsonl")).exit_code == 2
