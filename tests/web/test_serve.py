"""The dashboard comes and goes with the configuration, and a taken address stops nothing."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx

from monitor.web import serve
from monitor.web.serve import serving

if TYPE_CHECKING:
    import pytest


def app(listen: str | None) -> Any:
    dashboard = None if listen is None else SimpleNamespace(listen=listen, password=None, hosts=(), language="en")
    return SimpleNamespace(config=SimpleNamespace(dashboard=dashboard))


async def until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for is an attribute
            await asyncio.sleep(0.01)


async def test_a_taken_address_is_said_once_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serve, "AGAIN_S", 0.02)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        async with serving(lambda: app(listen)) as state:
            await until(lambda: "no dashboard: dashboard.listen" in caplog.text)
            await asyncio.sleep(0.1)
            assert state.address == ""
            assert caplog.text.count("no dashboard") == 1
            taken.close()
            await until(lambda: state.address)


async def test_an_edited_address_is_taken_over_and_null_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LOOK_S", 0.02)
    wanted: list[str | None] = [None]
    async with serving(lambda: app(wanted[0])) as state:
        await asyncio.sleep(0.05)
        assert state.address == ""
        wanted[0] = "127.0.0.1:0"
        await until(lambda: state.address)
        first = state.address
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{first}/static/monitor.css")).status_code == 200
        wanted[0] = "[::1]:0"
        await until(lambda: state.address.startswith("http://[::1]:"))
        wanted[0] = None
        await until(lambda: not state.address)


async def test_open_lines_do_not_hold_up_the_end(site: Any) -> None:
    async with site() as opened, opened.client.stream("GET", "/live") as line:
        async for text in line.aiter_text():
            assert text.startswith("retry: ")
            break
        ended = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - ended < 10
