"""The real daemon of a folder, in this process: its files, its feeds and its web hook on loopback."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from monitor.bootstrap import open_app
from monitor.engines.embedded import EmbeddedEngine
from monitor.engines.reload import Reloader
from tests.fakes.feedserver import FeedServer, Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from monitor.bootstrap import App
    from tests.fakes.webhook import WebhookServer


@dataclass(slots=True)
class Daemon:
    """A folder with config.yaml. `text` writes what it would hold with these parts."""

    folder: Path
    feeds: FeedServer
    hook: WebhookServer
    running: list[Reloader] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "config.yaml"

    def text(
        self,
        *,
        watchlists: str = '  - {name: 딥시크, any: ["딥시크"]}\n',
        channels: tuple[str, ...] = ("desk", "ops"),
        feeds: tuple[str, ...] = ("one",),
        more: str = "operator: ops\n",
    ) -> str:
        named = "".join(f'  {name}: {{url: "{self.hook.channel(name)}"}}\n' for name in channels)
        fed = "".join(f'  - {{name: {name}, url: "{self.feeds.url(f"/{name}.xml")}"}}\n' for name in feeds)
        return (
            "database: sqlite:///data/monitor.db\nnetwork: {allow_private: true}\nfirst_poll: alert\n"
            f"alerts: {{group_wait: 0s}}\n{more}watchlists:\n{watchlists}channels:\n{named}feeds:\n{fed}"
        )

    def serve(self, feed: str, *titles: str, delay_s: float = 0) -> None:
        entries = "".join(
            f"<item><title>{title}</title><link>https://news.example/{title.replace(' ', '-')}</link></item>"
            for title in titles
        )
        body = f'<rss version="2.0"><channel><title>견본</title>{entries}</channel></rss>'.encode()
        self.feeds.serve(f"/{feed}.xml", Served(body, delay_s=delay_s))

    def told(self, channel: str = "desk") -> list[str]:
        return [one.json()["title"] for one in self.hook.requests if one.path == f"/{channel}"]

    @property
    def app(self) -> App:
        """The parts that are in force."""
        return self.running[-1]._app

    def watchlists(self) -> list[str]:
        return [one.name for one in self.app.compiled.watchlists]

    async def rows(self, listing: str) -> list[dict[str, Any]]:
        return await self.app.storage.read(lambda work: getattr(work.listings, listing)(limit=100_000))

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Reloader]:
        stop = asyncio.Event()
        async with open_app(self.path) as app:
            engine = EmbeddedEngine(app.poller, app.courier, app.pages, app.watcher)
            reloader = Reloader(app, engine, self.path)
            self.running.append(reloader)
            async with reloader.running():
                task = asyncio.create_task(engine.run(stop))
                try:
                    yield reloader
                finally:
                    stop.set()
                    await asyncio.wait_for(task, 30)

    async def settled(self, within_s: float = 15) -> None:
        """Wait until every delivery is sent."""
        async with asyncio.timeout(within_s):
            while {row["state"] for row in await self.rows("deliveries")} != {"sent"}:  # noqa: ASYNC110 - in the database
                await asyncio.sleep(0.05)


async def soon(true: Callable[[], object], within_s: float = 10) -> None:
    """Let the daemon work until something is true."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - what is waited for happens in files and on the network
            await asyncio.sleep(0.01)


def named(*names: str) -> str:
    return "".join(f'  - {{name: {name}, any: ["딥시크"]}}\n' for name in names)
