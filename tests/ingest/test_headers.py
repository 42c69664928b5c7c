from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.ingest.headers import charset, max_age_s, opaque, retry_after_s

NOW = datetime(2025, 1, 27, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("30", 30.0),
        (" 1.5 ", 1.5),
        ("Mon, 27 Jan 2025 01:02:00 GMT", 120.0),
        ("Mon, 27 Jan 2025 01:02:00 -0000", 120.0),
        ("Mon, 27 Jan 2025 00:00:00 GMT", 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("나중에", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait_s: float | None) -> None:
    assert retry_after_s(value, NOW) == wait_s


@pytest.mark.parametrize(
    ("cache_control", "age", "fresh_s"),
    [
        ("max-age=300", "", 300.0),
        ("public, max-age=300", "100", 200.0),
        ("Max-Age=300", "400", 0.0),
        ("max-age=300", "soon", 300.0),
        ("s-maxage=300", "", None),
        ("no-cache, max-age=300", "", None),
        ("no-store", "", None),
        ("", "", None),
    ],
)
def test_freshness_is_max_age_less_age(cache_control: str, age: str, fresh_s: float | None) -> None:
    assert max_age_s(cache_control, age) == fresh_s


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("text/xml; charset=EUC-KR", "EUC-KR"),
        ('text/xml;charset="utf-8"', "utf-8"),
        ("text/xml", ""),
        ("", ""),
    ],
)
def test_the_charset_is_what_the_content_type_names(content_type: str, name: str) -> None:
    assert charset(content_type) == name


@pytest.mark.parametrize("value", [b'W/"a-1"', b'"\xed\x95\x9c"', b"no-quotes", b'"a" "b"'])
def test_validators_are_opaque(value: bytes) -> None:
    assert opaque([(b"Date", b"x"), (b"ETag", value)], b"etag").encode("latin-1") == value


def test_a_monstrous_validator_is_not_kept() -> None:
    assert opaque([(b"ETag", b"x" * 5000)], b"etag") == ""
