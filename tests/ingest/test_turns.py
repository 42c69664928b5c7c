from __future__ import annotations

import asyncio

import pytest

from monitor.ingest import turns
from monitor.ingest.turns import HostTurns
from tests.ingest.conftest import RealClock


async def test_a_host_gives_one_turn_at_a_time_in_order() -> None:
    hosts = HostTurns(RealClock(), 0.0)
    order: list[str] = []

    async def visit(name: str) -> None:
        async with hosts.take("News.example.kr"):
            order.append(f"{name} in")
            await asyncio.sleep(0.001)
            order.append(f"{name} out")

    await asyncio.gather(visit("a"), visit("b"), visit("c"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_hosts_do_not_wait_for_each_other() -> None:
    hosts = HostTurns(RealClock(), 60.0)
    async with hosts.take("a.example.kr"), hosts.take("b.example.kr"):
        pass


async def test_a_failure_gives_the_turn_back() -> None:
    hosts = HostTurns(RealClock(), 0.0)
    with pytest.raises(ValueError, match="broken"):
        async with hosts.take("a.example.kr"):
            raise ValueError("broken")
    async with asyncio.timeout(1), hosts.take("a.example.kr"):
        pass


async def test_hosts_nobody_waits_for_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_MOST_IDLE_HOSTS", 3)
    hosts = HostTurns(RealClock(), 0.0)
    async with hosts.take("held.example.kr"):
        for number in range(20):
            async with hosts.take(f"h{number}.example.kr"):
                pass
        assert len(hosts._hosts) <= 4
        assert "held.example.kr" in hosts._hosts


async def test_a_host_that_asks_for_a_longer_pause_gets_it_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", noted)
    hosts = HostTurns(RealClock(), 0.0)
    for asked_s in (2.0, 86_400.0, 0.0, 0.0):
        async with hosts.take("a.example.kr", asked_s):
            pass
    assert [round(seconds) for seconds in waits] == [2, turns.MOST_SPACING_S]
