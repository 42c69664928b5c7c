"""The command line in this process, over a database that holds a little of everything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.main import app
from monitor.core.alerting import Reason, State
from monitor.core.article import Match, Span
from monitor.core.errors import FetchError, FetchFailure
from monitor.core.schedule import FeedState, PollPolicy, after_failure
from monitor.pipeline.records import AlertDraft, DeliveryDraft, FeedSpec
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.reader import article

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.pipeline.ports import Work

CONFIG = """
database: sqlite:///monitor.db
terms:
  DeepSeek: {kind: organisation, any: [딥시크]}
watchlists:
  - name: 딥시크
    any: ["@DeepSeek"]
    examples: {match: ["中딥시크 공개"], no_match: ["딥시커 진수"]}
channels:
  desk: {url: "log://"}
feeds:
  - {name: 전자신문, url: "https://news.example/rss"}
  - {name: 보안, url: "https://security.example/rss"}
"""


@dataclass(slots=True)
class Command:
    """Runs `monitor` with the configuration in `folder`."""

    folder: Path

    def __call__(self, *words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, ["--config", str(self.folder / "config.yaml"), *words], input=stdin)


@pytest.fixture
def command(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    # Setting up logging takes the handlers of the test runner away.
    monkeypatch.setattr("monitor.cli.logs.set_up", lambda **_: None)
    (database_file.parent / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return Command(database_file.parent)


@pytest.fixture
def filled(command: Command) -> Command:
    """One article with one hit, told to one channel: one delivery sent, one dead; a sick feed."""
    engine = open_engine("sqlite:///monitor.db", command.folder)
    storage = SqlStorage(engine)
    asyncio.run(storage.write(_fill))
    storage.close()
    return command


def _fill(work: Work) -> None:
    now = datetime.now(UTC)
    work.feeds.sync((FeedSpec("전자신문", "https://news.example/rss"),), now)
    (claim,) = work.feeds.claim_named(("전자신문",), now, timedelta(minutes=1))
    failed = after_failure(FeedState(), FetchError(FetchFailure.TIMEOUT), PollPolicy(), now, 0)
    work.feeds.save(claim, failed)
    article_id, _ = work.articles.add(article(1, "中딥시크 새 모델", published_at=now), now)
    work.articles.link(claim.feed_id, {"1": article_id}, now)
    (hit,) = work.articles.add_hits(article_id, (Match("딥시크", (Span("title", 1, 4, "DeepSeek"),)),), now)
    deliveries = (
        DeliveryDraft("desk", "", now, State.DEAD, "404"),
        DeliveryDraft("mail", "a@x.kr", now, State.SUPPRESSED, "told with 딥시크"),
        DeliveryDraft("phone", "", now - timedelta(hours=1)),
    )
    work.outbox.add_alert(AlertDraft("k", Reason.FIRST_REPORT, "딥시크", (hit.id,), deliveries=deliveries), now)
