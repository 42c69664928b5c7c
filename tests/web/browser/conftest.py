"""A real Chromium, or a clear reason why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from playwright.async_api import async_playwright

from monitor.bootstrap import open_config
from monitor.config.load import load_text
from monitor.web.serve import serving
from tests.web.browser.day import BEGIN, Replayed, replay

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from playwright.async_api import Browser

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """One browser a test: it belongs to the loop of the test."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
def replayed(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The day, lived through once in a test run; each test gets a copy of its database."""
    folder = tmp_path_factory.mktemp("day")
    shutil.copy(migrated_file, folder / "monitor.db")
    return asyncio.run(replay(folder, BEGIN))


@pytest.fixture
def day(replayed: Replayed, tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[str]]:
    """Serves the replayed day: `async with day(language="en") as address`."""

    @contextlib.asynccontextmanager
    async def opened(language: str = "ko") -> AsyncIterator[str]:
        shutil.copy(replayed.folder / "monitor.db", tmp_path / "monitor.db")
        text = f"language: {language}\n{replayed.text}"
        async with open_config(load_text(text, "config.yaml", tmp_path, {}), tmp_path) as app:
            standing = replace(app, clock=replayed.clock)
            async with serving(lambda: standing) as state:
                while not state.address:  # noqa: ASYNC110 - the server says so in this way
                    await asyncio.sleep(0.01)
                yield state.address

    return opened
