"""`monitor backtest` shows what an edit gains and loses, and changes nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.errors import ConfigurationError
from monitor.pipeline.records import FeedSpec
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.cli.conftest import CONFIG
from tests.fakes.reader import article

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from tests.cli.conftest import Command

EDITED = CONFIG.replace("[딥시크]", "[딥시크, 앤스로픽]")
TITLES = ("앤스로픽, 새 투자 유치", "앤스로픽에 투자한 회사", "앤스로픽스라는 다른 이름")


@pytest.fixture
def edited(filled: Command) -> Command:
    """Three articles more, and an edited configuration beside the one in force."""
    engine = open_engine("sqlite:///monitor.db", filled.folder)
    storage = SqlStorage(engine)
    asyncio.run(storage.write(_add))
    storage.close()
    write(filled, EDITED)
    return filled


def _add(work: Work) -> None:
    now = datetime.now(UTC)
    work.feeds.sync((FeedSpec("전자신문", "https://news.example/rss"),), now)
    for number, title in enumerate(TITLES, start=10):
        work.articles.add(article(number, title, published_at=now), now)


def write(command: Command, text: str, name: str = "new.yaml") -> str:
    path = command.folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command("backtest", *words, "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return [json.loads(line) for line in done.stdout.splitlines()]


def lines(command: Command, *words: str) -> list[str]:
    done = command("backtest", *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout.splitlines()


def new(command: Command) -> tuple[str, str]:
    return "--config", str(command.folder / "new.yaml")


def test_an_alias_more_gains_exactly_the_articles_that_have_it(edited: Command) -> None:
    mine, all_of_it = rows(edited, *new(edited))
    assert (mine["watchlist"], mine["before"], mine["after"], mine["lost"]) == ("딥시크", 1, 3, [])
    assert [one["title"] for one in mine["gained"]] == [TITLES[1], TITLES[0]]
    assert mine["gained"][0]["words"] == ["앤스로픽"]
    (before,), (after,) = (mine["alerts_per_day"][side].values() for side in ("before", "after"))
    assert (before, after) == (1, 3)
    assert (all_of_it["articles"], all_of_it["watchlists"], all_of_it["renamed"]) == (4, 1, {})
    assert all_of_it["alerts_per_day"] == mine["alerts_per_day"]
    assert all_of_it["runtime_s"] > 0


def test_people_read_it_like_a_diff(edited: Command) -> None:
    found = lines(edited, *new(edited))
    assert found[:3] == [
        f"--- {edited.folder / 'config.yaml'}",
        f"+++ {edited.folder / 'new.yaml'}",
        "@@ 딥시크: 1 -> 3 hits, +2 -0 @@",
    ]
    assert found[3].startswith("+ ")
    assert found[3].endswith(f"{TITLES[1]}  [앤스로픽]  https://news.example/11")
    assert "@@ 0 watchlists match the same articles @@" in found
    assert "@@ alerts: 1.0 -> 3.0 a day over 1 days, lists included @@" in found
    assert [line[0] + line[12:] for line in found if line.endswith((" 딥시크: 1", " 딥시크: 3"))] == [
        "- 딥시크: 1",
        "+ 딥시크: 3",
    ]
    assert lines(edited, *new(edited)) == found


def test_what_is_lost_has_a_minus_and_long_lists_can_be_cut(edited: Command) -> None:
    back = write(edited, CONFIG, "back.yaml")
    swapped = edited("--config", str(edited.folder / "new.yaml"), "backtest", "--config", back, "--limit", "1")
    found = swapped.stdout.splitlines()
    assert found[2] == "@@ 딥시크: 3 -> 1 hits, +0 -2 @@"
    assert found[3].startswith("- ")
    assert found[4] == "- … and 1 more"


def test_without_another_configuration_the_stored_hits_are_compared(edited: Command) -> None:
    write(edited, EDITED, "config.yaml")
    mine, _ = rows(edited)
    assert (mine["before"], mine["after"], len(mine["gained"])) == (1, 3, 2)
    assert lines(edited)[0] == "--- stored hits"


def test_watchlists_come_and_go_and_one_with_another_name_only_is_the_same(edited: Command) -> None:
    text = EDITED.replace("딥시크, 앤스로픽", "딥시크").replace("- name: 딥시크", "- name: 심해")
    write(edited, text + "  - {name: 다른, url: 'https://x.example/rss'}\n")
    mine, all_of_it = rows(edited, *new(edited))
    assert (mine["watchlist"], mine["before"], mine["after"]) == ("심해", 1, 1)
    assert all_of_it["renamed"] == {"딥시크": "심해"}
    assert lines(edited, *new(edited))[2:4] == ["- 딥시크", "+ 심해  (only the name is new)"]
    write(edited, EDITED.replace("watchlists:", "watchlists:\n  - {name: 투자, any: [투자]}"))
    assert [(row["watchlist"], row["before"], row["after"]) for row in rows(edited, *new(edited))[:-1]] == [
        ("투자", 0, 1),
        ("딥시크", 1, 3),
    ]


def test_a_stored_watchlist_that_is_gone_loses_its_hits(edited: Command) -> None:
    text = CONFIG.replace("- name: 딥시크", "- name: 새것").replace('any: ["@DeepSeek"]', 'any: ["@DeepSeek", 없다]')
    write(edited, text, "config.yaml")
    assert [(row["watchlist"], row["before"], row["after"]) for row in rows(edited)[:-1]] == [
        ("새것", 0, 1),
        ("딥시크", 1, 0),
    ]


def test_only_articles_since_then_are_looked_at(edited: Command) -> None:
    mine, all_of_it = rows(edited, *new(edited), "--since", "2999-01-01")
    assert (mine["before"], mine["after"], all_of_it["articles"]) == (0, 0, 0)


def test_an_edit_that_breaks_an_example_is_refused_with_its_line(edited: Command) -> None:
    broken = write(edited, CONFIG.replace("[딥시크]", "[딥시커]"))
    done = edited("backtest", "--config", broken)
    assert isinstance(done.exception, ConfigurationError)
    (first, *_) = done.exception.problems
    line = broken and CONFIG.splitlines().index(next(row for row in CONFIG.splitlines() if "examples" in row)) + 1
    assert (first.file, first.line) == (broken, line)


def test_doubtful_hits_are_shown_with_their_reason(edited: Command) -> None:
    text = CONFIG.replace("[딥시크]", "[딥시크, 투자]").replace("kind: organisation", "kind: person")
    write(edited, text)
    _, all_of_it = rows(edited, *new(edited))
    found = lines(edited, *new(edited))
    assert all(one["weak"] for one in all_of_it["doubtful"])
    assert any("most doubtful hits" in line for line in found) == bool(all_of_it["doubtful"])


def test_nothing_is_written(edited: Command) -> None:
    before = edited("hits", "--json").stdout
    rows(edited, *new(edited))
    assert edited("hits", "--json").stdout == before
