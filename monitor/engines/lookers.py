"""Look at all stored articles, in as many children as there are cores."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from monitor.core.errors import StorageError
from monitor.engines.lookback import HEAD, frame, open_look

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from monitor.engines.lookback import Lookback
    from monitor.pipeline.backtest import Part

PART: Final = 1_000
"""Article numbers that are looked at in one go."""

ALONE: Final = 4_000
"""So few are looked at before a child would have started."""


async def look_back(asked: Lookback, low: int, high: int) -> AsyncGenerator[Part]:
    """The articles numbered from `low` to `high`, in parts that come as they are done.

    Raises:
        StorageError: the database cannot be used, or a child died.
    """
    parts = [(start, min(start + PART - 1, high)) for start in range(low, high + 1, PART)]
    if high - low < ALONE:
        look = open_look(asked)
        try:
            for part in parts:
                yield await look.at(*part)
        finally:
            look.storage.close()
        return
    found: asyncio.Queue[Part | StorageError] = asyncio.Queue()
    left = iter(parts)
    children = [await _start() for _ in range(min(len(parts), os.cpu_count() or 1))]
    looking = [asyncio.create_task(_look(child, asked, left, found)) for child in children]
    try:
        for _ in parts:
            one = await found.get()
            if isinstance(one, StorageError):
                raise one
            yield one
    finally:
        for task, child in zip(looking, children, strict=True):
            task.cancel()
            await _end(child)
        await asyncio.gather(*looking, return_exceptions=True)


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor.engines.looker", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
    await child.communicate()


async def _look(
    child: asyncio.subprocess.Process,
    asked: Lookback,
    parts: Iterator[tuple[int, int]],
    found: asyncio.Queue[Part | StorageError],
) -> None:
    """Have a child look at one part after the other, as long as there are any."""
    try:
        await _say(child, asked)
        for part in parts:
            await _say(child, part)
            answer = await _hear(child)
            if isinstance(answer, tuple):
                found.put_nowait(StorageError(*answer))
                return
            found.put_nowait(answer)
    except (OSError, asyncio.IncompleteReadError):
        todo = "see whether memory ran out, and try a shorter --since"
        found.put_nowait(StorageError("a child that was reading the articles has ended", todo))


async def _say(child: asyncio.subprocess.Process, content: Any) -> None:
    assert child.stdin is not None  # noqa: S101 - it is a pipe
    child.stdin.write(frame(content))
    await child.stdin.drain()


async def _hear(child: asyncio.subprocess.Process) -> Any:
    assert child.stdout is not None  # noqa: S101 - it is a pipe
    head = await child.stdout.readexactly(HEAD.size)
    return pickle.loads(await child.stdout.readexactly(HEAD.unpack(head)[0]))  # noqa: S301 - written by our own child
