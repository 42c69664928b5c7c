"""Parser children that can be killed: the event loop never waits for a parser, and none runs longer than allowed."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import subprocess
import sys
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.frames import HEAD, READY, Refused, frame, reply_of
from monitor.ingest.page import PageText
from monitor.ingest.parse import Parsed
from monitor.pipeline.tally import Durations

if TYPE_CHECKING:
    from monitor.ingest.frames import Job, Reply
    from monitor.ingest.page import PageJob
    from monitor.ingest.parse import ParseJob

_START_TIMEOUT_S: Final = 60.0
_PATIENCE_S: Final = 0.5
_ALARM_GRACE_S: Final = 2
# Fresh memory now and then costs nothing beside what a leak in a library would.
_MOST_JOBS: Final = 10_000
_KEPT_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TZDIR")


class ParserPool:
    """At most `size` parser children, started when first needed. `durations`: of parsing feeds, the wait included."""

    def __init__(self, size: int, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._size = size
        self._busy_since_s: dict[int, float] = {}
        self._freed = asyncio.Event()
        self._idle: dict[int, _Child] = {}
        self._closed = False
        self.durations: Final = Durations()

    async def parse(self, job: ParseJob) -> Parsed:
        """Parse in a child.

        Raises:
            FetchError: what `parse` raises, or PARSER if the child was too slow or died.
        """
        started_s = asyncio.get_running_loop().time()
        try:
            reply = await self._run(job)
        finally:
            self.durations.add(asyncio.get_running_loop().time() - started_s)
        if not isinstance(reply, Parsed):
            raise FetchError(FetchFailure.PARSER, "answered something else")
        return reply

    async def extract(self, job: PageJob) -> PageText:
        """Find the text of a page in a child.

        Raises:
            FetchError: PARSER.
        """
        reply = await self._run(job)
        if not isinstance(reply, PageText):
            raise FetchError(FetchFailure.PARSER, "answered something else")
        return reply

    async def _run(self, job: Job) -> Parsed | PageText:
        # A child remembers the feeds it has read, so each feed has one that it goes to.
        place = await self._take(zlib.crc32(job.feed.encode()) % self._size)
        try:
            reply = await self._ask(place, job)
        finally:
            self._busy_since_s.pop(place, None)
            self._freed.set()
            self._freed = asyncio.Event()
        if isinstance(reply, Refused):
            raise FetchError(reply.failure, reply.detail)
        return reply

    async def _take(self, own: int) -> int:
        """A feed's own place as soon as it is free; another only if its own has been busy for long."""
        while True:
            now_s = asyncio.get_running_loop().time()
            if own not in self._busy_since_s:
                place = own
                break
            free = next((place for place in range(self._size) if place not in self._busy_since_s), None)
            if free is not None and now_s - self._busy_since_s[own] >= _PATIENCE_S:
                place = free
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    await self._freed.wait()
        self._busy_since_s[place] = now_s
        return place

    async def aclose(self) -> None:
        """End the children that are idle; one at work ends when its job does."""
        self._closed = True
        while self._idle:
            _, child = self._idle.popitem()
            await child.kill()

    async def _ask(self, place: int, job: Job) -> Reply:
        child = await self._child(place)
        try:
            reply = await child.ask(job, self._timeout_s)
        except BaseException:
            # A child that was not heard out would answer the next question with this one's answer.
            await child.kill()
            raise
        if self._closed or child.jobs >= _MOST_JOBS:
            await child.kill()
        else:
            self._idle[place] = child
        return reply

    async def _child(self, place: int) -> _Child:
        child = self._idle.pop(place, None)
        if child and child.alive:
            return child
        if child:
            await child.kill()
        return await _Child.start(math.ceil(self._timeout_s) + _ALARM_GRACE_S)


class _Child:
    def __init__(
        self, running: subprocess.Popen[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._running = running
        self._reader = reader
        self._writer = writer
        self.jobs = 0

    @classmethod
    async def start(cls, alarm_s: int) -> _Child:
        ours, theirs = socket.socketpair()
        with theirs:
            running = subprocess.Popen(  # noqa: S603, ASYNC220 - our own module; starting takes a millisecond
                [sys.executable, "-P", "-m", "monitor.ingest.child", str(alarm_s)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
            )
        try:
            reader, writer = await asyncio.open_connection(sock=ours)
        except BaseException:
            ours.close()
            running.kill()
            running.wait()
            raise
        child = cls(running, reader, writer)
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await reader.readexactly(len(READY))
        except BaseException as error:
            await child.kill()
            if isinstance(error, (TimeoutError, asyncio.IncompleteReadError, OSError)):
                raise FetchError(FetchFailure.PARSER, "does not start") from error
            raise
        return child

    @property
    def alive(self) -> bool:
        return self._running.poll() is None

    async def ask(self, job: Job, timeout_s: float) -> Reply:
        self.jobs += 1
        try:
            async with asyncio.timeout(timeout_s):
                self._writer.write(frame(job))
                await self._writer.drain()
                head = await self._reader.readexactly(HEAD.size)
                return reply_of(await self._reader.readexactly(HEAD.unpack(head)[0]))
        except TimeoutError as error:
            raise FetchError(FetchFailure.PARSER, f"longer than {timeout_s:g} s") from error
        except (asyncio.IncompleteReadError, OSError) as error:
            raise FetchError(FetchFailure.PARSER, "died") from error

    async def kill(self) -> None:
        self._running.kill()
        self._writer.close()
        await asyncio.shield(asyncio.to_thread(self._running.wait))
