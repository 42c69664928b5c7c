"""A parser child: reads jobs from its standard input, which is a socket, and answers on the same.

It ends when the socket does, so it never outlives its parent; a job that takes too long is ended by an alarm even
if the parent is gone. Signals to the parent's group do not reach it.
"""

from __future__ import annotations

import resource
import signal
import socket
import sys
from typing import Final

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.frames import HEAD, READY, Job, Refused, Reply, frame, job_of
from monitor.ingest.page import PageJob, extract
from monitor.ingest.parse import Known, parse
from monitor.ingest.splice import Memory

# About as many bytes: Hangul takes two a letter, and markup is not kept.
_MOST_LETTERS: Final = 24_000_000
_MOST_MEMORY_BYTES: Final = 1536 * 1024 * 1024


def serve(link: socket.socket, alarm_s: int) -> None:
    """Answer jobs until the other end closes."""
    memory: Memory[Known] = Memory(_MOST_LETTERS)
    link.sendall(READY)
    while True:
        head = _exactly(link, HEAD.size)
        if not head:
            return
        packed = _exactly(link, HEAD.unpack(head)[0])
        if not packed:
            return
        signal.alarm(alarm_s)
        answer = frame(reply_to(job_of(packed), memory))
        signal.alarm(0)
        link.sendall(answer)


def reply_to(job: Job, memory: Memory[Known]) -> Reply:
    """Parse, turning every failure into a reply: one odd feed must not cost the next one its parser."""
    try:
        return extract(job) if isinstance(job, PageJob) else parse(job, memory)
    except FetchError as error:
        return Refused(error.failure, error.detail)
    except Exception as error:  # noqa: BLE001 - whatever a feed does to the libraries, its name is what we report
        return Refused(FetchFailure.PARSER, type(error).__name__)


def _exactly(link: socket.socket, size_bytes: int) -> bytes:
    """That many bytes, or none if the other end closed."""
    parts = bytearray()
    while len(parts) < size_bytes:
        part = link.recv(min(size_bytes - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def main() -> None:
    """Start as a child of `ingest.pool`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    with socket.socket(fileno=0) as link:
        try:
            serve(link, int(sys.argv[1]))
        except (ConnectionError, KeyboardInterrupt):
            return


if __name__ == "__main__":
    main()
