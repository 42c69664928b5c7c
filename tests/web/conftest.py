"""The dashboard on a real server on loopback, over a database of this test's own."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from monitor.bootstrap import App, open_config
from monitor.config.load import load_text
from monitor.web.serve import serving
from tests.web.samples import fill

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from monitor.web.serve import Serving
    from tests.fakes.clock import FakeClock

CONFIG = """
database: sqlite:///monitor.db
terms:
  DeepSeek: {kind: organisation, any: [DeepSeek, 딥시크]}
watchlists:
  - name: 딥시크
    any: ["@DeepSeek"]
  - name: 수출통제
    query: '수출 NEAR/2 (통제* OR 규제*)'
channels:
  desk: {url: "log://"}
  phone: {url: "json://127.0.0.1:9/s3cr3t-token"}
feeds:
  - {name: 전자신문, url: "https://news.example/rss"}
  - {name: 보안, url: "https://security.example/rss"}
"""
FREE = 'dashboard: {listen: "127.0.0.1:0"}'


class Site:
    """A dashboard that is being served, and what stands behind it."""

    def __init__(self, app: App, state: Serving, client: httpx.AsyncClient) -> None:
        self.app = app
        self.state = state
        self.client = client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    async def text(self, path: str) -> str:
        """A page that must be there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def site(database_file: Path, clock: FakeClock) -> Callable[..., AbstractAsyncContextManager[Site]]:
    """Opens a dashboard: `async with site(dashboard="…", more="…") as opened`."""

    @contextlib.asynccontextmanager
    async def opened(dashboard: str = FREE, more: str = CONFIG, *, is_filled: bool = False) -> AsyncIterator[Site]:
        config = load_text(f"{dashboard}\n{more}", "config.yaml", database_file.parent, {})
        async with open_config(config, database_file.parent) as app:
            standing = replace(app, clock=clock, poller=replace(app.poller, clock=clock))
            if is_filled:
                await app.storage.write(lambda work: fill(work, clock.now()))
            async with serving(lambda: standing) as state:
                while not state.address:  # noqa: ASYNC110 - the server says so in this way
                    await asyncio.sleep(0.01)
                async with httpx.AsyncClient(base_url=state.address, trust_env=False) as client:
                    yield Site(standing, state, client)

    return opened
