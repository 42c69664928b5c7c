"""`monitor backfill` adds hits from history and tells what it did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.conftest import CONFIG

if TYPE_CHECKING:
    from tests.cli.conftest import Command

MORE = CONFIG.replace("watchlists:", "watchlists:\n  - {name: 모델, any: [모델]}")


def with_more(command: Command) -> Command:
    (command.folder / "config.yaml").write_text(MORE, encoding="utf-8")
    return command


def test_a_new_watchlist_gets_its_hits_and_nobody_is_told(filled: Command) -> None:
    done = with_more(filled)("backfill", "모델")
    assert (done.exit_code, done.stderr) == (0, "모델: 1 hits more in 1 articles\n")
    (hit,) = [json.loads(line) for line in filled("hits", "--watchlist", "모델", "--json").stdout.splitlines()]
    assert (hit["article_id"], bool(hit["version"])) == (1, True)
    assert filled("alerts", "--watchlist", "모델", "--json").stdout == ""
    assert filled("explain", "--hit", str(hit["id"])).stderr == ""


def test_told_to_alert_it_does(filled: Command) -> None:
    done = with_more(filled)("backfill", "모델", "--alert", "--json")
    assert json.loads(done.stdout) == {"watchlist": "모델", "articles": 1, "hits_new": 1, "alerts": 1}
    assert filled("alerts", "--watchlist", "모델", "--json").stdout.count("first report") == 1


def test_people_are_told_who_delivers_and_how_far_back_it_went(filled: Command) -> None:
    done = with_more(filled)("backfill", "모델", "--alert", "--since", "2999-01-01")
    assert done.stderr == "모델: 0 hits more in 0 articles, 0 alerts, which `monitor run` delivers\n"


def test_a_watchlist_that_is_not_there_is_bad_usage(filled: Command) -> None:
    done = filled("backfill", "딥시그")
    assert done.exit_code == 2
    assert "did you mean 딥시크?" in " ".join(done.output.replace("│", " ").split())
