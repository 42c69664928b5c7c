from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from monitor.core.spikes.model import Judgement, Turn, TurnKind
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.reader import article
from tests.storage.samples import match

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from tests.cli.conftest import Command

TOLD = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
TITLE = "한빛전자, 강릉 해저케이블 공장 화재로 생산 중단… 소방당국이 진화에 나섰고 직원 세 명은 대피했다고 밝혀"


@pytest.fixture
def told(command: Command) -> Command:
    def fill(work: Work) -> None:
        kinds = (None, Kind.COPY, Kind.UPDATE, Kind.UPDATE, Kind.NEW_ANGLE)
        for number, kind in enumerate(kinds, start=1):
            outlet = "가나일보" if number < 3 else f"매체{number}"
            title = f"{TITLE} {number}" if number < 5 else "납품 협력업체 발동동"
            made = replace(article(number, title, published_at=TOLD), source=outlet)
            article_id, _ = work.articles.add(made, TOLD)
            reason = Opened() if kind is None else Joined(kind, Why.VERBATIM, "1", 0.5)
            work.stories.place(article_id, Placement("1", reason))
        work.articles.add_hits(1, [match("반도체"), match("화재")], TOLD)
        alone, _ = work.articles.add(article(9, "미래항공 위성 발사", published_at=TOLD), TOLD)
        work.stories.place(alone, Placement(str(alone), Opened()))

    storage = SqlStorage(open_engine("sqlite:///monitor.db", command.folder))
    asyncio.run(storage.write(fill))
    storage.close()
    return command


def test_a_story_says_who_told_it_first_how_many_for_themselves_and_what_they_added(told: Command) -> None:
    said = told("stories").stdout
    plain = " ".join(said.split())
    assert "story 1 · 4 outlets, 2 independent · first 가나일보 03-02 12:30 · 2 updates, 1 new angle, 1 copy" in plain
    assert "반도체, 화재" in plain
    assert "story 6 · first 전자신문 03-02 12:30" in plain


def test_nothing_is_cut_off_and_no_line_is_wider_than_the_terminal(
    told: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (80, 60, 140):
        monkeypatch.setenv("COLUMNS", str(width))
        said = told("stories").stdout
        assert "".join(TITLE.split()) in "".join(said.split())
        assert max(map(cell_len, said.splitlines())) <= width


def test_programs_get_rows(told: Command) -> None:
    rows = [json.loads(line) for line in told("stories", "--json", "--watchlist", "화재").stdout.splitlines()]
    assert [(row["id"], row["independent_outlets"], row["new_angles"]) for row in rows] == [(1, 2, 1)]


def test_a_spike_that_lasts_stands_above_the_stories_of_its_watchlist(told: Command) -> None:
    def begin(work: Work) -> None:
        judged = Judgement(timedelta(hours=3), 14, 2.0, 0.0001)
        for kind, name in ((TurnKind.SPIKE, "화재"), (TurnKind.SPIKE, "조선"), (TurnKind.LULL, "반도체")):
            work.rates.begin(Turn(kind, name, TOLD, judged))

    storage = SqlStorage(open_engine("sqlite:///monitor.db", told.folder))
    asyncio.run(storage.write(begin))
    storage.close()
    assert told("stories").stdout.splitlines()[0] == (
        "spike since 03-02 12:30 · 화재: 14 stories in 3 hours, usually 2"
    )
    assert "spike" in told("stories", "--watchlist", "화재").stdout
    for words in (["--watchlist", "반도체"], ["--json"]):
        assert "조선" not in told("stories", *words).stdout
