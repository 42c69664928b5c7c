"""Take an edited configuration over while everything runs, or say what is wrong with it and go on as before."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TextIO

from monitor import bootstrap
from monitor.config.files import files_of, is_being_written, looks_cut, shape_of, stamp, watch
from monitor.config.warn import warnings_of
from monitor.core.errors import ConfigurationError, MonitorError
from monitor.engines.embedded import Parts
from monitor.pipeline import adopt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path

    from monitor.bootstrap import App
    from monitor.config.compile import Compiled
    from monitor.config.model import Config
    from monitor.core.errors import Problem
    from monitor.engines.embedded import EmbeddedEngine
    from monitor.ingest.reader import HttpFeedReader

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""How often the files and the database are looked at, where the system gives no word of a change."""

SETTLE_S: Final = 0.25
"""A file that stays as it is for so long has been written to its end."""

MOST_SETTLING: Final = 4
"""Rounds of waiting for that; what is written without a pause is read anyway."""

LONGEST_WRITE_S: Final = 10.0
"""How long a file that somebody has open for writing is waited for; some programs never close theirs."""

SECOND_LOOK_S: Final = 1.0
"""And one that looks like the beginning of a file: whoever writes it may have closed it between two parts."""

BROUGHT_BACK_FOR: Final = timedelta(minutes=10)
"""A channel that is there again within this gets what was suppressed: it was gone by a slip of the editor."""


class Reloader:
    """Keeps a running engine in step with its configuration."""

    def __init__(self, app: App, engine: EmbeddedEngine, path: Path, console: TextIO | None = None) -> None:
        self._app = app
        self._engine = engine
        self._path = path
        self._console = console
        self._first_reader = app.reader
        self._beside: set[asyncio.Task[None]] = set()
        self._warned: frozenset[tuple[str, str]] = frozenset()
        self._files = self._good_files = files_of(path, os.environ)
        # An edit between the first reading and now is not missed.
        self._stamp = app.stamp or stamp(self._files)
        self._shape = shape_of(path)
        self._renamed: dict[str, str] = {}
        self._wake = asyncio.Event()
        self._asked = False
        self._dropped: list[tuple[datetime, tuple[int, ...]]] = []
        self._trouble = ""
        self._problems: tuple[Problem, ...] = ()
        self._readings = 0

    @property
    def app(self) -> App:
        """The parts in force now."""
        return self._app

    def ask(self) -> None:
        """Read the configuration now, changed or not (SIGHUP)."""
        self._asked = True
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep in step for the length of the block.

        Raises:
            StorageError: the database cannot be used.
        """
        setup, now = self._app.setup, self._app.clock.now()
        self._dropped.append((now, await self._app.storage.write(lambda work: adopt.replace(work, setup, now))))
        self._beside_all(self._warn(self._app.config, self._app.compiled), "look for warnings")
        tasks = (
            asyncio.create_task(self._follow(), name="follow the configuration"),
            asyncio.create_task(watch(lambda: self._files, self._wake.set), name="watch the configuration"),
        )
        try:
            yield
        finally:
            ending = (*tasks, *self._beside)
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)
            if self._app.reader is not self._first_reader:
                await self._app.reader.aclose()

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
            self._wake.clear()
            try:
                await self._look()
                self._trouble = ""
            except MonitorError as error:
                self._asked = True
                if self._trouble != str(error):
                    self._trouble = str(error)
                    log.error("the configuration is not read: %s; trying again", error)  # noqa: TRY400 - says all
            except Exception:
                log.exception("a fault of ours while taking the configuration over; the earlier one goes on")

    async def _look(self) -> None:
        """Read the configuration if its files changed or somebody asks for it."""
        seen = stamp(self._files)
        state = await self._app.storage.read(lambda work: work.reloads.state())
        asked_at = state.asked_at
        if state.read_at is not None and asked_at is not None and asked_at <= state.read_at:
            asked_at = None
        if seen == self._stamp and asked_at is None and not self._asked:
            return
        self._asked = False
        self._readings += 1
        await self._settle(seen)
        now_named = await asyncio.to_thread(files_of, self._path, os.environ)
        self._files = self._good_files | now_named
        self._stamp = stamp(self._files)
        if await self._reload():
            self._good_files, self._shape = now_named, shape_of(self._path)

    async def _settle(self, seen: tuple[object, ...]) -> None:
        """Wait until nobody writes any more, as far as that can be told."""
        await self._stand_still(seen, SETTLE_S, MOST_SETTLING)
        for _ in range(round(LONGEST_WRITE_S / SETTLE_S)):
            if not any(map(is_being_written, self._files)):
                break
            await asyncio.sleep(SETTLE_S)
        if looks_cut(shape_of(self._path), self._shape):
            await self._stand_still(stamp(self._files), SECOND_LOOK_S, MOST_SETTLING)

    async def _stand_still(self, seen: tuple[object, ...], for_s: float, rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.sleep(for_s)
            before, seen = seen, stamp(self._files)
            if before == seen:
                return

    async def _reload(self) -> bool:
        """Whether what stands in the files is in force."""
        now = self._app.clock.now()
        try:
            config, compiled = await asyncio.to_thread(bootstrap.read_config, self._path)
        except ConfigurationError as error:
            # If somebody writes again already, this may be half of a file: the next look reads the whole.
            if stamp(self._files) == self._stamp:
                await self._refuse(error, now)
            return False
        await self._take_over(config, compiled, now)
        return True

    async def _refuse(self, error: ConfigurationError, now: datetime) -> None:
        app = self._app
        audience, problems, known = app.poller.audience, error.problems, self._problems
        news = await app.storage.write(lambda work: adopt.refuse(work, problems, known, audience, now))
        self._problems = problems
        if news:
            log.error("the edit of the configuration changes nothing until this is mended:\n%s", error)

    async def _take_over(self, config: Config, compiled: Compiled, now: datetime) -> None:
        old = self._app
        if config.database.reveal() != old.config.database.reveal():
            log.warning("%s: database: a change takes effect at the next start", self._path)
        new = bootstrap.rejoin(old, config, compiled, self._console)
        setup = new.setup
        renamed = adopt.renamed_channels(_addresses(old.config), _addresses(config))
        still = {name: after for name, after in self._renamed.items() if name not in config.channels}
        known = {name: renamed.get(after, after) for name, after in still.items()} | renamed
        parts = Parts(new.poller, new.notifier, new.pages, new.watcher, new.heartbeat, known)
        gone = await self._engine.swap(parts, lambda work: adopt.replace(work, setup, now, renamed))
        self._app, self._renamed, self._problems = new, known, ()
        if old.reader is not new.reader and old.reader is not self._first_reader:
            self._beside_all(self._retire(old.reader), "retire a reader")
        self._beside_all(self._warn(config, compiled), "look for warnings")
        log.info(
            "configuration taken over: %d feeds, %d watchlists, %d channels",
            len(new.poller.specs),
            len(compiled.watchlists),
            len(config.channels),
        )
        await self._bring_back(setup, gone, now)

    async def _bring_back(self, setup: adopt.Setup, gone: tuple[int, ...], now: datetime) -> None:
        """Only now, with the new channels in place: a courier of the old ones would suppress them again."""
        late = self._app.courier.dropped
        self._dropped += [(at, (number,)) for at, number in late]
        late.clear()
        self._dropped = [one for one in self._dropped if now - one[0] <= BROUGHT_BACK_FOR]
        lately = tuple(number for _, numbers in self._dropped for number in numbers)
        if gone:
            log.warning("%d waiting deliveries are suppressed: their channel was removed", len(gone))
            self._dropped.append((now, gone))
        if lately:
            back = await self._app.storage.write(lambda work: adopt.restore(work, setup, lately))
            if back:
                log.info("%d deliveries wait again: their channel is back", back)

    def _beside_all(self, work: Coroutine[None, None, None], name: str) -> None:
        """Let something happen while all else goes on."""
        task = asyncio.create_task(work, name=name)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _warn(self, config: Config, compiled: Compiled) -> None:
        """Log the warnings that the configuration before did not have; none if another is read meanwhile."""
        reading = self._readings
        try:
            found = await asyncio.to_thread(warnings_of, config, compiled, lambda: self._readings == reading)
        except Exception:
            log.exception("a fault of ours while looking for warnings; the configuration is in force")
            return
        if self._readings != reading:
            return
        for warning in found:
            if (warning.path, warning.what) not in self._warned:
                log.warning("%s", warning)
        self._warned = frozenset((warning.path, warning.what) for warning in found)

    async def _retire(self, reader: HttpFeedReader) -> None:
        await self._engine.settle()
        await reader.aclose()


def _addresses(config: Config) -> dict[str, str]:
    return {name: channel.address.reveal() for name, channel in config.channels.items()}
