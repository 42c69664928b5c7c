"""Which files and folders a configuration is made of, and whether one of them has changed."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import signal
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.config.document import read_document
from monitor.config.plain import texts
from monitor.config.secretfiles import SECRET_FILES
from monitor.config.substitute import Substitution, substitute
from monitor.config.templates import template_files
from monitor.core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from watchfiles import Change

log = logging.getLogger(__name__)

_MOST_LINKS: Final = 40
_GATHER_MS: Final = 50
_AGAIN_S: Final = 5.0
_SIGNS_OF_FILES: Final = ("_file", "templates", "\\")
"""Without one of them a text names no other file, and need not be parsed: that takes long if it is large."""


def files_of(path: Path, env: Mapping[str, str]) -> frozenset[Path]:
    """The configuration, the secret files it names, its templates and their folder, as far as it can be read.

    Absolute, links not followed.
    """
    own = path.absolute()
    try:
        text = own.read_text(encoding="utf-8-sig")
        if not any(sign in text for sign in _SIGNS_OF_FILES):
            return frozenset({own})
        document = read_document(text, str(own))
    except (OSError, UnicodeDecodeError, ConfigurationError):
        return frozenset({own})
    root = substitute(document.root, Substitution(env, lambda _path, _what, _todo: None))
    named = {own.parent / name for pattern in SECRET_FILES for _, name in texts(root, pattern) if name.strip()}
    for _, name in texts(root, ("templates",)):
        folder = own.parent / name
        named |= {folder, *template_files(folder)}
    return frozenset({own, *named})


def stamp(files: Iterable[Path]) -> tuple[object, ...]:
    """Equal as long as no file was written, replaced, or put in place by another link; a few microseconds each."""
    return tuple(_stamp(file) for file in sorted(files))


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    # The time of change tells of a mended permission too, and of a copy that keeps size and time.
    return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)


def is_being_written(file: Path) -> bool:
    """Whether somebody has the file open for writing, as far as the system tells (Linux, on disks of its own).

    A read lease is granted only where nobody has; it is given back at once.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return False
    try:
        # Whoever opens it meanwhile waits a moment, and we are told by this signal, which does nothing by default.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


@dataclass(frozen=True, slots=True)
class Shape:
    """How long a file is, and whether its last line is ended."""

    size_bytes: int = 0
    ended: bool = False


def shape_of(file: Path) -> Shape:
    """The shape of a file; that of none if it cannot be read."""
    try:
        with file.open("rb") as opened:
            length = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, length - 1))
            return Shape(length, opened.read(1) == b"\n")
    except (OSError, ValueError):
        return Shape()


def looks_cut(now: Shape, before: Shape) -> bool:
    """Whether a file may be the beginning of one: its last line is not ended any more, or it lost more than half."""
    return now.size_bytes < before.size_bytes // 2 or (before.ended and not now.ended)


def steps(file: Path) -> frozenset[Path]:
    """The places where a change can put other content under this path: each link on the way, and the file itself.

    Kubernetes changes only a link (`..data`) on the way to the file.
    """
    found: set[Path] = set()
    ahead = [Path(os.path.normpath(file))]
    while ahead and len(found) < _MOST_LINKS:
        at = ahead.pop()
        link = next((part for part in (*reversed(at.parents), at) if part.is_symlink()), None)
        if link is None:
            found.add(at)
        elif link not in found:
            found.add(link)
            led = link.parent / link.readlink()
            ahead.append(Path(os.path.normpath(led / at.relative_to(link))))
    return frozenset(found)


async def watch(files: Callable[[], frozenset[Path]], changed: Callable[[], None]) -> None:
    """Call `changed` whenever something happens where the files stand, until cancelled.

    The folders are watched, not the files: an editor that replaces its file would be missed the second time. Where
    the system gives no word of changes (a network disk, a file mounted alone), this is silent; so look yourself too.
    """
    while True:
        places = {place for file in files() for place in steps(file)}
        folders = {place.parent for place in places if place.parent.is_dir()}
        try:
            await _first_change(places, folders)
            changed()
        except (OSError, RuntimeError) as error:
            log.debug("the folders of the configuration cannot be watched: %s", error)
            await asyncio.sleep(_AGAIN_S)


async def _first_change(places: set[Path], folders: set[Path]) -> None:
    """Wait for one change: after it the files may stand in other folders."""
    # Not above: commands that only read the configuration need not wait for it.
    from watchfiles import awatch  # noqa: PLC0415

    def concerns(_change: Change, path: str) -> bool:
        return Path(path) in places

    found = awatch(*folders, watch_filter=concerns, debounce=_GATHER_MS, step=_GATHER_MS // 2, recursive=False)
    async with aclosing(found):
        await anext(found)
