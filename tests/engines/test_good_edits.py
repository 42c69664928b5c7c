"""What a good edit does to feeds, watchlists, channels and what waits for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.engines.daemon import Daemon, named, soon
from tests.engines.editors import in_place
from tests.fakes.webhook import Answer

if TYPE_CHECKING:
    import pytest

    from monitor.pipeline.ports import Work


async def test_another_database_waits_for_the_next_start_and_the_rest_is_taken_over(
    daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    async with daemon.run():
        await soon(daemon.told)
        in_place(daemon.path, daemon.text(watchlists=named("가")).replace("data/monitor.db", "data/other.db"))
        await soon(lambda: daemon.watchlists() == ["가"])
        assert "database: a change takes effect at the next start" in caplog.text
        assert len(await daemon.rows("articles")) == 1


async def test_a_new_feed_is_polled_and_a_removed_one_is_not(daemon: Daemon) -> None:
    daemon.serve("two", "딥시크 둘째")
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
        in_place(daemon.path, daemon.text(feeds=("two",)))
        await soon(lambda: len(daemon.told()) == 2)
        health = {row["name"]: row["health"] for row in await daemon.app.storage.read(lambda w: w.listings.feeds())}
    assert health == {"one": "removed", "two": "ok"}


async def test_a_renamed_feed_goes_on_and_a_poll_of_it_that_is_under_way_is_repeated(daemon: Daemon) -> None:
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
        daemon.serve("one", "딥시크 새 모델", "딥시크 서버 화재로 접속 장애", delay_s=1.0)
        renamed = daemon.text().replace("  - {name: one,", "  - {name: eins,").replace("first_poll: alert\n", "")
        in_place(daemon.path, renamed)
        await soon(lambda: list(daemon.app.poller.specs) == ["eins"])
        before = daemon.feeds.count("/one.xml")
        await poll_now(daemon)
        await soon(lambda: daemon.feeds.count("/one.xml") > before)
        in_place(daemon.path, renamed.replace("  - {name: eins,", "  - {name: zwei,"))
        await soon(lambda: len(daemon.told()) == 2, 20)
        feeds = [row["name"] for row in await daemon.app.storage.read(lambda work: work.listings.feeds())]
        alerts = await daemon.rows("alerts")
    assert feeds == ["zwei"]
    assert {alert["reason"] for alert in alerts} == {"first report"}


async def poll_now(daemon: Daemon) -> None:
    """Make every feed due."""

    def let_due(work: Work) -> None:
        specs = tuple(daemon.app.poller.specs.values())
        now = daemon.app.clock.now()
        work.feeds.sync((), now)
        work.feeds.sync(specs, now)

    await daemon.app.storage.write(let_due)


async def test_a_poll_under_way_ends_with_the_configuration_it_began_with(daemon: Daemon) -> None:
    daemon.serve("one", "딥시크 새 모델", delay_s=1.5)
    async with daemon.run():
        await soon(lambda: daemon.feeds.count("/one.xml"))
        in_place(daemon.path, daemon.text(feeds=(), watchlists=named("가")).replace("feeds:\n", "feeds: []\n"))
        await soon(lambda: daemon.watchlists() == ["가"])
        await soon(lambda: len(daemon.told()) == 1)
        (hit,) = await daemon.rows("hits")
    assert hit["watchlist"] == "딥시크"


async def test_a_delivery_under_way_ends_on_the_channel_it_began_with(daemon: Daemon) -> None:
    daemon.hook.default = Answer(delay_s=1.5)
    async with daemon.run():
        await soon(lambda: len(daemon.hook.requests) == 2)
        in_place(daemon.path, daemon.text(channels=("ops",)))
        await soon(lambda: list(daemon.app.config.channels) == ["ops"])
        await asyncio.sleep(1.6)
        states = {row["channel"]: row["state"] for row in await daemon.rows("deliveries")}
    assert states == {"desk": "sent", "ops": "sent"}


async def test_fault_14_deliveries_of_a_removed_channel_are_suppressed_and_wait_again_if_it_is_back(
    daemon: Daemon,
) -> None:
    daemon.hook.default = Answer(503)
    async with daemon.run():
        await soon(lambda: len(daemon.hook.requests) >= 2)
        in_place(daemon.path, daemon.text(channels=("ops",)))
        await soon(lambda: list(daemon.app.config.channels) == ["ops"])
        await asyncio.sleep(0.3)
        states = {row["channel"]: (row["state"], row["reason"]) for row in await daemon.rows("deliveries")}
        assert states["desk"] == ("suppressed", "channel removed")
        assert states["ops"][0] in {"pending", "leased"}
        daemon.hook.default = Answer()
        in_place(daemon.path, daemon.text())
        await soon(lambda: "desk" in daemon.app.config.channels)
        await soon(lambda: daemon.hook.requests[-1].path in {"/desk", "/ops"}, 10)
        await daemon.settled()


async def test_deliveries_that_wait_for_a_renamed_channel_arrive_once_and_under_its_new_name(daemon: Daemon) -> None:
    daemon.hook.default = Answer(503)
    daemon.serve("slow", "딥시크 늦은 소식", delay_s=1.0)
    daemon.path.write_text(daemon.text(channels=("desk",), more="", feeds=("one", "slow")), encoding="utf-8")
    async with daemon.run():
        await soon(lambda: daemon.hook.requests)
        text = daemon.text(channels=("desk",), more="", feeds=("one", "slow")).replace("  desk: ", "  tisch: ")
        in_place(daemon.path, text)  # while a poll is under way that knows of the old name only
        await soon(lambda: list(daemon.app.config.channels) == ["tisch"])
        daemon.hook.default = Answer()
        await soon(lambda: len(daemon.hook.accepted) >= 2, 30)
        await daemon.settled()
        deliveries = await daemon.rows("deliveries")
    assert {(row["channel"], row["state"]) for row in deliveries} == {("tisch", "sent")}
    assert len(deliveries) == len(daemon.hook.accepted) == 2


async def test_a_renamed_watchlist_does_not_tell_again_what_it_told(daemon: Daemon) -> None:
    daemon.serve("two", "딥시크 새 모델", "딥시크 다른 소식")
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
        in_place(daemon.path, daemon.text(watchlists=named("중국 AI"), feeds=("one", "two")))
        await soon(lambda: len(daemon.told()) == 2)
        await asyncio.sleep(0.5)
        hits, alerts = await daemon.rows("hits"), await daemon.rows("alerts")
    assert len(daemon.told()) == 2
    assert {hit["watchlist"] for hit in hits} == {"중국 AI"}
    assert {alert["watchlist"] for alert in alerts} == {"중국 AI"}


async def test_a_rename_while_the_daemon_is_down_is_noticed_at_the_next_start(daemon: Daemon) -> None:
    async with daemon.run():
        await soon(lambda: len(daemon.told()) == 1)
    daemon.path.write_text(daemon.text(watchlists=named("새 이름")), encoding="utf-8")
    async with daemon.run():
        (hit,) = await daemon.rows("hits")
    assert hit["watchlist"] == "새 이름"


async def test_another_network_gets_a_reader_of_its_own_and_the_old_one_is_closed(daemon: Daemon) -> None:
    async with daemon.run() as reloader:
        first = daemon.app.reader
        for agent in ("one", "two", "three"):
            text = daemon.text().replace("allow_private: true", f"allow_private: true, user_agent: {agent}")
            in_place(daemon.path, text)
            await soon(lambda agent=agent: daemon.app.config.network.user_agent == agent)  # type: ignore[misc]
        assert daemon.app.reader is not first
        await soon(lambda: not reloader._beside)
        daemon.serve("two", "딥시크 둘째")
        in_place(daemon.path, text + f'  - {{name: two, url: "{daemon.feeds.url("/two.xml")}"}}\n')
        await soon(lambda: len(daemon.told()) == 2)
