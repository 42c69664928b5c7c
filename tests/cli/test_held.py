"""`monitor held`: floods that are held, and what to do about them."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.alerting import Reason
from monitor.core.article import Match, Span
from monitor.pipeline.records import AlertDraft, DeliveryDraft
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.reader import article

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from tests.cli.conftest import Command


@pytest.fixture
def flooded(command: Command) -> Command:
    """Two floods that are held, of one story each."""
    storage = SqlStorage(open_engine("sqlite:///monitor.db", command.folder))
    asyncio.run(storage.write(_fill))
    storage.close()
    return command


def _fill(work: Work) -> None:
    now = datetime.now(UTC)
    for number, about in enumerate(("watchlist 딥시크", "feed 보안"), start=1):
        article_id, _ = work.articles.add(article(number, "中딥시크 새 모델"), now)
        (hit,) = work.articles.add_hits(article_id, (Match("딥시크", (Span("title", 1, 4, "DeepSeek"),)),), now)
        deliveries = (DeliveryDraft("desk", "", now + timedelta(hours=6)),)
        why = "150 an hour, the limit is 100"
        draft = AlertDraft(about, Reason.FLOOD, "", (hit.id,), (), deliveries, about=about, why=why)
        work.outbox.add_alert(draft, now)


def rows(command: Command, *words: str) -> list[dict[str, Any]]:
    done = command(*words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_held_is_listed_with_its_cause_and_when_it_is_sent(flooded: Command) -> None:
    first, second = rows(flooded, "held")
    assert (first["id"], first["about"], first["channel"]) == (1, "watchlist 딥시크", "desk")
    assert first["why"] == "150 an hour, the limit is 100"
    assert second["about"] == "feed 보안"
    waits = datetime.fromisoformat(first["released_at"]) - datetime.fromisoformat(first["created_at"])
    assert waits == timedelta(hours=6)
    assert "the limit is 100" in " ".join(flooded("held").stdout.split())


def test_released_floods_are_due_now_and_dropped_ones_are_never_sent(flooded: Command) -> None:
    assert "released: 1" in flooded("held", "release", "1").output
    assert "dropped: 2" in flooded("held", "drop", "2").output
    states = {row["alert_id"]: (row["state"], row["reason"]) for row in rows(flooded, "deliveries")}
    assert states == {1: ("pending", ""), 2: ("suppressed", "dropped by hand")}
    (left,) = rows(flooded, "held")
    assert datetime.fromisoformat(left["released_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("verb", ["release", "drop"])
def test_a_number_that_is_not_held_is_named_and_the_others_are_done(flooded: Command, verb: str) -> None:
    done = flooded("held", verb, "1", "77")
    assert done.exit_code == 1
    assert "not held: 77" in done.output
    nothing = flooded("held", verb, "78")
    assert nothing.exit_code == 1
    assert "none" in nothing.output
