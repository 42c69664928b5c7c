from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.compression import Inflater

BODY = "한빛전자 소식 ".encode() * 500


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def packed(encoding: str, body: bytes) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body)
    return zlib.compress(body) if encoding == "deflate" else body


def inflate(encoding: str, wire: bytes, *, max_bytes: int = 1_000_000, piece: int = 7) -> Inflater:
    inflater = Inflater(encoding, max_bytes)
    for start in range(0, len(wire), piece):
        inflater.feed(wire[start : start + piece])
    return inflater


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        (" X-GZIP ", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("", BODY),
        ("identity", BODY),
        ("UTF-8", BODY),
    ],
    ids=["gzip", "x-gzip", "deflate", "raw deflate", "none", "identity", "not an encoding"],
)
@pytest.mark.parametrize("piece", [7, 100_000])
def test_gzip_and_deflate_of_both_kinds_are_read(encoding: str, wire: bytes, piece: int) -> None:
    inflater = inflate(encoding, wire, piece=piece)
    assert inflater.body == BODY
    assert inflater.complete


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "aes128gcm"])
def test_every_other_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(FetchError) as caught:
        Inflater(encoding, 1000)
    assert caught.value.failure is FetchFailure.ENCODING


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_bytes_that_are_not_what_they_say_are_refused(encoding: str) -> None:
    with pytest.raises(FetchError) as caught:
        inflate(encoding, b"<rss>" + bytes([255] * 50), piece=100)
    assert caught.value.failure is FetchFailure.ENCODING


def test_damage_in_the_middle_is_refused() -> None:
    wire = bytearray(zlib.compress(bytes(range(256)) * 20, 0))
    wire[len(wire) // 2] ^= 0xFF
    with pytest.raises(FetchError):
        inflate("deflate", bytes(wire), piece=1000)


def test_a_truncated_stream_is_known_as_such_and_kept() -> None:
    inflater = inflate("gzip", gzip.compress(BODY)[:-12])
    assert not inflater.complete
    assert BODY.startswith(inflater.body)
    assert inflater.body


def test_what_follows_the_end_is_ignored() -> None:
    assert inflate("gzip", gzip.compress(BODY) + b"garbage").body == BODY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
def test_one_byte_too_many_is_too_large(encoding: str) -> None:
    wire = packed(encoding, BODY)
    assert inflate(encoding, wire, max_bytes=len(BODY)).body == BODY
    with pytest.raises(FetchError) as caught:
        inflate(encoding, wire, max_bytes=len(BODY) - 1)
    assert caught.value.failure is FetchFailure.TOO_LARGE


def test_fault_27_a_bomb_costs_no_more_than_the_limit() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(FetchError) as caught:
            inflate("gzip", bomb, max_bytes=10_000_000, piece=65_536)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.failure is FetchFailure.TOO_LARGE
    assert peak < 50_000_000


def test_a_bomb_within_a_bomb_is_opened_once() -> None:
    inner = gzip.compress(bytes(1_000_000))
    assert inflate("gzip", gzip.compress(inner)).body == inner


@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", ""]), st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_every_body_comes_back_however_it_is_cut(body: bytes, encoding: str, piece: int) -> None:
    wire = packed(encoding, body)
    assert inflate(encoding, wire, piece=piece).body == body
