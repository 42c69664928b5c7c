"""A child that looks at stored articles: reads what to look with, then places, and answers with what it found there.

It ends when its input does, so it never outlives its parent; an interrupt is the parent's business.
"""

from __future__ import annotations

import asyncio
import gc
import pickle
import signal
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

from monitor.core.errors import StorageError
from monitor.engines.lookback import HEAD, frame, open_look

if TYPE_CHECKING:
    from collections.abc import Iterator


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer until the other end closes. What the operator must mend is an answer too, and the last one."""
    jobs = _jobs(incoming)
    asked = next(jobs, None)
    if asked is None:
        return
    look = open_look(asked)
    gc.freeze()  # what was compiled stays: no use to look through it for garbage again and again
    try:
        for low, high in jobs:
            outgoing.write(frame(asyncio.run(look.at(low, high))))
            outgoing.flush()
    except StorageError as error:
        outgoing.write(frame((error.what, error.todo)))
        outgoing.flush()
    finally:
        look.storage.close()


def _jobs(incoming: BinaryIO) -> Iterator[Any]:
    while head := incoming.read(HEAD.size):
        yield pickle.loads(incoming.read(HEAD.unpack(head)[0]))  # noqa: S301 - written by our own parent


def main() -> None:
    """Start as a child of `engines.lookers`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
