from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.ingest.headers import charset, fresh_s, opaque, retry_after_s

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
    ("cache_control", "age", "seconds"),
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
def test_freshness_is_max_age_less_age(cache_control: str, age: str, seconds: float | None) -> None:
    assert fresh_s(cache_control, age, "", "") == seconds


@pytest.mark.parametrize(
    ("cache_control", "age", "expires", "sent_at", "seconds"),
    [
        ("", "", "Mon, 27 Jan 2025 01:10:00 GMT", "Mon, 27 Jan 2025 01:00:00 GMT", 600.0),
        ("", "100", "Mon, 27 Jan 2025 01:10:00 GMT", "Mon, 27 Jan 2025 01:00:00 GMT", 500.0),
        ("public", "", "Mon, 27 Jan 2025 01:10:00 -0000", "Mon, 27 Jan 2025 01:00:00 GMT", 600.0),
        ("", "", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 27 Jan 2025 01:00:00 GMT", 0.0),
        ("max-age=60", "", "Mon, 27 Jan 2025 01:10:00 GMT", "Mon, 27 Jan 2025 01:00:00 GMT", 60.0),
        ("no-cache", "", "Mon, 27 Jan 2025 01:10:00 GMT", "Mon, 27 Jan 2025 01:00:00 GMT", None),
        ("", "", "Mon, 27 Jan 2025 01:10:00 GMT", "", None),
        ("", "", "0", "Mon, 27 Jan 2025 01:00:00 GMT", None),
        ("", "", "Mon, 27 Jan 2025 01:10:00 +99999999999999999", "Mon, 27 Jan 2025 01:00:00 GMT", None),
    ],
)
def test_without_max_age_freshness_is_expires_less_date(
    cache_control: str, age: str, expires: str, sent_at: str, seconds: float | None
) -> None:
    assert fresh_s(cache_control, age, expires, sent_at) == seconds


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
