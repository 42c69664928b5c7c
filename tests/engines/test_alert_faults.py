"""What the world does to alerts, with the real daemon: feeds and web hooks on loopback, a real database."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.engines import embedded
from tests.engines.daemon import Daemon, soon
from tests.fakes.feedserver import FeedServer, Served
from tests.fakes.stepped import SteppedClock
from tests.fakes.webhook import WebhookServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.pipeline.ports import Work

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BEAT_S = 0.05
DIGEST_AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
"""18:00 in Seoul."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SteppedClock:
    made = SteppedClock(DIGEST_AT - HOUR)
    monkeypatch.setattr("monitor.bootstrap.opening.SystemClock", lambda: made)
    monkeypatch.setattr(embedded, "BEAT_S", BEAT_S)
    return made


@pytest.fixture
def daemon(tmp_path: Path, clock: SteppedClock) -> Iterator[Daemon]:  # noqa: ARG001 - the daemon runs by it
    with FeedServer() as feeds, WebhookServer() as hook:
        made = Daemon(tmp_path, feeds, hook)
        made.serve("one", "딥시크 새 모델")
        made.path.write_text(made.text(), encoding="utf-8")
        yield made


def carry(daemon: Daemon, feed: str, guid: str, title: str) -> None:
    """One article, as this feed words it."""
    entry = (
        f"<item><title>{title}</title><link>https://news.example/view/7?utm_source={feed}</link>"
        f"<guid isPermaLink='false'>{guid}</guid></item>"
    )
    body = f'<rss version="2.0"><channel><title>{feed}</title>{entry}</channel></rss>'
    daemon.feeds.serve(f"/{feed}.xml", Served(body.encode()))


async def polled(daemon: Daemon, *feeds: str) -> None:
    """Until each of these feeds was read, and what came of it is in the database."""

    def all_read(work: Work) -> bool:
        read = {row["name"] for row in work.listings.feeds() if row["last_polled_at"]}
        return read >= set(feeds)

    async with asyncio.timeout(20):
        while not await daemon.app.storage.read(all_read):  # noqa: ASYNC110 - in the database
            await asyncio.sleep(0.02)


def with_digest(daemon: Daemon) -> None:
    text = daemon.text().replace('/desk"}', '/desk", digest: "18:00"}')
    assert "digest" in text
    daemon.path.write_text(text, encoding="utf-8")


async def test_fault_13_one_article_from_three_feeds_with_another_guid_and_an_edited_title_is_one_alert(
    daemon: Daemon,
) -> None:
    carry(daemon, "one", "a-1", "딥시크, 새 모델 공개")
    carry(daemon, "two", "b-2", "[속보] 딥시크, 새 모델 공개")
    carry(daemon, "three", "c-3", "딥시크, 새 모델 전격 공개 (종합)")
    daemon.path.write_text(daemon.text(feeds=("one", "two", "three")), encoding="utf-8")
    async with daemon.run():
        await polled(daemon, "one", "two", "three")
        await daemon.settled()
        articles, hits = await daemon.rows("articles"), await daemon.rows("hits")
    assert (len(articles), len(hits)) == (1, 1)
    assert len(articles[0]["feeds"]) == 3
    assert len(daemon.told()) == 1


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_fault_15_the_clock_steps_by_an_hour_and_what_waits_goes_on_within_a_beat(
    daemon: Daemon, clock: SteppedClock, by: timedelta
) -> None:
    text = daemon.text().replace("group_wait: 0s", "group_wait: 2m")
    daemon.path.write_text(text, encoding="utf-8")
    async with daemon.run():
        await polled(daemon, "one")
        clock.step(by)
        await asyncio.sleep(10 * BEAT_S)
        assert len(daemon.told()) == (by > timedelta(0))
        clock.pass_by(2 * MINUTE)
        await soon(daemon.told)
        read = daemon.feeds.count("/one.xml")
        clock.pass_by(12 * MINUTE)
        await soon(lambda: daemon.feeds.count("/one.xml") > read, 5)
        assert len(daemon.told()) == 1


async def test_fault_16_a_loop_that_is_blocked_at_digest_time_sends_the_digest_once(
    daemon: Daemon, clock: SteppedClock
) -> None:
    with_digest(daemon)
    async with daemon.run():
        await polled(daemon, "one")
        clock.pass_by(DIGEST_AT - clock.now() - timedelta(seconds=1))
        assert daemon.told() == []
        time.sleep(5)  # noqa: ASYNC251 - this is the fault
        await soon(daemon.told)
        await asyncio.sleep(20 * BEAT_S)
        assert len(daemon.told()) == 1


async def test_fault_17_a_digest_whose_time_passes_while_down_is_sent_once_at_the_start(
    daemon: Daemon, clock: SteppedClock
) -> None:
    with_digest(daemon)
    async with daemon.run():
        await polled(daemon, "one")
    assert daemon.told() == []
    clock.pass_by(3 * HOUR)
    for _ in range(2):
        async with daemon.run():
            await soon(daemon.told)
            await asyncio.sleep(10 * BEAT_S)
    assert len(daemon.told()) == 1
