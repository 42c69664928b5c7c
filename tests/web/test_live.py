"""Open pages hear of new hits, and not too many may listen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from monitor.core.errors import StorageError
from monitor.web import live
from tests.web.samples import put

if TYPE_CHECKING:
    import pytest

    from tests.fakes.clock import FakeClock


async def test_a_new_hit_is_told_and_silence_is_kept_alive(
    site: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_S", 0.02)
    monkeypatch.setattr(live, "ALIVE_S", 0.1)
    async with site() as opened, opened.client.stream("GET", "/live") as line:
        assert line.headers["content-type"].startswith("text/event-stream")
        told = line.aiter_lines()
        async with asyncio.timeout(10):
            assert [await anext(told) for _ in range(3)] == ["retry: 10000", "event: hello", "data: 0"]
            while await anext(told) != ": alive":
                pass
            await opened.app.storage.write(lambda work: put(work, 1, 0, clock.now(), "딥시크 공개"))
            while await anext(told) != "event: news":
                pass
            assert await anext(told) == "data: 1"


async def test_too_many_lines_are_sent_away(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_LINES", 0)
    async with site() as opened:
        assert (await opened.get("/live")).status_code == 503


async def test_a_database_that_fails_ends_no_line(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise StorageError("full", "")

    async with site() as opened:
        monkeypatch.setattr(type(opened.app.storage), "read", broken)
        async with opened.client.stream("GET", "/live") as line:
            assert "data: 0" in await anext(line.aiter_text())
