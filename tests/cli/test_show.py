from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command(*words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("articles", "id url title summary published_at first_seen_at feeds revisions"),
        ("hits", "id watchlist article_id article_url title spans weak story_id first_seen_at"),
        ("alerts", "id reason watchlist story_id channels created_at"),
        ("deliveries", "id alert_id channel state reason attempts created_at sent_at"),
        ("feeds", "name url health last_polled_at next_poll_at gaps"),
    ],
)
def test_the_keys_that_programs_rely_on_are_there(filled: Command, name: str, keys: str) -> None:
    for row in rows(filled, name):
        assert set(keys.split()) <= set(row)


def test_a_hit_shows_the_matched_text_and_its_place(filled: Command) -> None:
    (hit,) = rows(filled, "hits")
    assert hit["spans"] == [{"field": "title", "start": 1, "end": 4, "text": "딥시크", "term": "DeepSeek"}]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("hits", "--watchlist", "딥시크"), 1),
        (("hits", "--watchlist", "없음"), 0),
        (("hits", "--since", "1h"), 1),
        (("hits", "--since", "2999-01-01"), 0),
        (("articles", "--feed", "전자신문"), 1),
        (("articles", "--feed", "없음"), 0),
        (("articles", "--limit", "1"), 1),
        (("alerts", "--watchlist", "딥시크"), 1),
        (("deliveries", "--state", "dead"), 1),
        (("deliveries", "--channel", "phone"), 1),
        (("deliveries",), 3),
    ],
)
def test_lists_can_be_narrowed(filled: Command, words: tuple[str, ...], count: int) -> None:
    assert len(rows(filled, *words)) == count


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("articles", "中딥시크 새 모델"),
        ("hits", "딥시크"),
        ("alerts", "first report"),
        ("deliveries", "told with 딥시크"),
        ("feeds", "failing"),
    ],
)
def test_people_get_a_table(filled: Command, name: str, text: str) -> None:
    done = filled(name)
    assert done.exit_code == 0
    assert text in done.stdout


def test_a_wrong_since_is_a_usage_error(filled: Command) -> None:
    done = filled("hits", "--since", "soon")
    assert done.exit_code == 2
    assert "neither a duration" in done.output


def test_dead_and_suppressed_deliveries_are_put_back_and_others_are_named(filled: Command) -> None:
    done = filled("deliveries", "retry", "1", "2", "3", "99")
    assert done.exit_code == 1
    assert "put back: 1, 2" in done.stderr
    assert "not dead or suppressed, or unknown: 3, 99" in done.stderr
    assert {row["state"] for row in rows(filled, "deliveries")} == {"pending"}


def test_alerts_say_what_became_of_them_on_each_channel(filled: Command) -> None:
    (alert,) = rows(filled, "alerts", "--article", "1")
    assert [(one["channel"], one["state"], one["reason"]) for one in alert["decisions"]] == [
        ("desk", "dead", "404"),
        ("mail", "suppressed", "told with 딥시크"),
        ("phone", "pending", ""),
    ]
    assert rows(filled, "alerts", "--article", "2") == []
    assert "not sent, told with" in " ".join(filled("alerts").stdout.split())
