"""Content encodings in bounded steps: gzip and deflate, one layer, nothing else."""

from __future__ import annotations

import zlib
from typing import Final

from monitor.core.errors import FetchError, FetchFailure

_GZIP: Final = frozenset({"gzip", "x-gzip"})
# Servers that put a charset here mean no encoding at all.
_NONE: Final = frozenset({"", "identity", "none", "utf-8", "utf8", "euc-kr"})
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS


class Inflater:
    """Decodes a body as it arrives and stops at `max_bytes`.

    Raises:
        FetchError: ENCODING if the encoding is not one of ours, or the bytes are not what it says; TOO_LARGE.
    """

    def __init__(self, encoding: str, max_bytes: int) -> None:
        name = encoding.strip().lower()
        if name not in _NONE and name not in _GZIP and name != "deflate":
            raise FetchError(FetchFailure.ENCODING, name[:40])
        self._left_bytes = max_bytes
        self._name = name
        self._stream = (
            None if name in _NONE else zlib.decompressobj(_GZIP_WINDOW if name in _GZIP else zlib.MAX_WBITS)
        )
        self._started = False
        self._parts: list[bytes] = []

    @property
    def body(self) -> bytes:
        """What was decoded so far."""
        return b"".join(self._parts)

    @property
    def complete(self) -> bool:
        """Whether the encoding's own end was seen (always, if there is no encoding)."""
        return self._stream is None or self._stream.eof

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire."""
        if self._stream is None:
            self._keep(chunk)
        elif chunk and not self._stream.eof:
            # One byte more than allowed is enough to know that it is too much.
            self._keep(self._inflate(self._stream, chunk))
            self._started = True

    def _inflate(self, stream: zlib._Decompress, chunk: bytes) -> bytes:
        try:
            return stream.decompress(chunk, self._left_bytes + 1)
        except zlib.error as error:
            if self._name != "deflate" or self._started:
                raise FetchError(FetchFailure.ENCODING, self._name) from error
        # Half the servers that say deflate send it without the zlib header.
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._stream.decompress(chunk, self._left_bytes + 1)
        except zlib.error as error:
            raise FetchError(FetchFailure.ENCODING, self._name) from error

    def _keep(self, part: bytes) -> None:
        self._left_bytes -= len(part)
        if self._left_bytes < 0:
            raise FetchError(FetchFailure.TOO_LARGE)
        self._parts.append(part)
