"""`monitor explain --article`: why an article is in its story."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.article import Entry
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.core.stories.test_merges import TITLES
from tests.fakes.clock import FakeClock
from tests.fakes.reader import article, fresh
from tests.fakes.world import build_world

if TYPE_CHECKING:
    from tests.cli.conftest import Command

OTHERS = ("누리은행, 앱 장애로 이체 지연", "하늘은행, 새벽 앱 장애로 카드 결제 먹통")


@pytest.fixture
def polled(command: Command) -> Command:
    """Two stories that a third article merges, and two that are no story of one another."""
    storage = SqlStorage(open_engine("sqlite:///monitor.db", command.folder))

    async def poll() -> None:
        world = await build_world(storage, FakeClock())
        now = world.clock.now()
        made = [
            replace(article(number, title, published_at=now + timedelta(hours=number)), source=f"매체{number}")
            for number, title in enumerate((*TITLES, *OTHERS), start=1)
        ]
        for one in made:
            world.clock.advance(timedelta(hours=1))
            world.reader.will_answer("전자신문", fresh(Entry(one.identity, one)))
            await world.poll("전자신문")
            await world.deliver()

    asyncio.run(poll())
    storage.close()
    return command


def row(command: Command, *words: str) -> dict[str, Any]:
    done = command("explain", *words, "--json")
    assert done.exit_code in {0, 1}, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_article_that_joined_says_by_what_and_which_story_was_next(polled: Command) -> None:
    found = row(polled, "--article", "3")
    story = found["story"]
    assert (found["article_id"], story["story_id"], story["opened"], story["merged"]) == (3, 1, False, [2])
    assert story["similarity"] >= story["other"]["similarity"] >= 0.3 > story["cut"]
    assert {story["nearest"]["article_id"], story["other"]["article_id"]} == {1, 2}
    assert {"딥시크"} <= set(story["words"])
    said = polled("explain", "--article", "3").stdout
    assert "스토리 1에 들어감" in said
    assert "같은 낱말: 딥시크" in said
    assert "같은 스토리로 합쳐짐" in said
    assert "이 기사로 합쳐진 스토리: 2" in said


def test_an_article_that_opened_its_story_says_what_it_was_not_like(polled: Command) -> None:
    story = row(polled, "--article", "5")["story"]
    assert (story["opened"], story["kind"], story["nearest"]["article_id"]) == (True, "opened", 4)
    assert story["similarity"] < story["cut"]
    assert story["nearest"]["against"] == ["somebody else in front (하늘은행 / 누리은행)"]
    said = polled("explain", "--article", "5").stdout
    assert "새 스토리 5번을 엶" in said
    assert "기준 0.25에 못 미침; 앞세운 이름이 다름 (하늘은행 / 누리은행); 1시간 떨어짐" in said


def test_an_article_that_nothing_was_like_says_so_and_whose_story_it_is_now(polled: Command) -> None:
    assert "비슷한 스토리가 없었음" in polled("explain", "--article", "1").stdout
    assert "지금은 스토리 1의 일부" in polled("explain", "--article", "2").stdout


def test_english_is_spoken_where_it_is_configured(polled: Command) -> None:
    config = polled.folder / "config.yaml"
    config.write_text("language: en\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    said = polled("explain", "--article", "3").stdout
    assert "joined story 1: " in said
    assert "shared words: 딥시크" in said


def test_with_a_watchlist_both_are_said(polled: Command) -> None:
    done = polled("explain", "딥시크", "--article", "4")
    assert done.exit_code == 1
    assert "매칭되지 않음" in done.stdout
    assert "스토리 4" in done.stdout
    assert {"watchlist", "matches", "story", "alerts"} <= set(row(polled, "딥시크", "--article", "3"))


def test_an_article_that_was_never_placed_has_no_story(filled: Command) -> None:
    found = row(filled, "--article", "1")
    assert (found["article_id"], found["story"], set(found)) == (1, None, {"article_id", "story", "alerts", "passed"})
    assert "● " not in filled("explain", "--article", "1").stdout


def test_without_an_article_a_watchlist_is_needed(command: Command) -> None:
    done = command("explain", "--file", "x")
    assert done.exit_code == 2
    assert "give one of TEXT" in done.output
