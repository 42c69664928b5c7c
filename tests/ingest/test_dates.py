from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.article import Precision
from monitor.ingest.dates import parse_date

SEOUL = ZoneInfo("Asia/Seoul")
SECOND, MINUTE, DAY = Precision.SECOND, Precision.MINUTE, Precision.DAY
TEN = datetime(2025, 1, 27, 1, 0, tzinfo=UTC)
THREE_PM = datetime(2025, 1, 27, 6, 0, tzinfo=UTC)
MIDNIGHT = datetime(2025, 1, 26, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "at", "precision"),
    [
        ("2025-01-27 10:00:00", TEN, SECOND),
        ("2025-01-27 10:00:00.0", TEN, SECOND),
        ("2025-01-27 10:00:00.0 KST", TEN, SECOND),
        ("2025-01-27 10:00", TEN, MINUTE),
        ("2025.01.27", MIDNIGHT, DAY),
        ("2025.01.27.", MIDNIGHT, DAY),
        ("2025.01.27 10:00", TEN, MINUTE),
        ("2025.01.27. 10:00", TEN, MINUTE),
        ("2025.01.27 10:00:00", TEN, SECOND),
        ("2025/01/27 10:00:00", TEN, SECOND),
        ("2025-01-27", MIDNIGHT, DAY),
        ("20250127", MIDNIGHT, DAY),
        ("202501271000", TEN, MINUTE),
        ("20250127100000", TEN, SECOND),
        ("20250127100000+0900", TEN, SECOND),
        ("20250127T100000+0900", TEN, SECOND),
        ("2025-01-27T10:00:00", TEN, SECOND),
        ("2025-01-27T10:00:00+09:00", TEN, SECOND),
        ("2025-01-27T10:00:00+0900", TEN, SECOND),
        ("2025-01-27T10:00+09", TEN, MINUTE),
        ("2025-01-27T10:00:00.000+0900", TEN, SECOND),
        ("2025-01-27T01:00:00Z", TEN, SECOND),
        ("2025-01-27T01:00:00.123Z", TEN, SECOND),
        ("2025-01-27 10:00:00 +0900", TEN, SECOND),
        ("2025-01-27 10:00:00 KST", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 +0900", TEN, SECOND),
        ("  Mon, 27 Jan 2025 10:00:00 +0900 ", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 +09:00", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 KST", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 (KST)", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 GMT+9", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 UTC+9", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 GMT+09:00", TEN, SECOND),
        ("Mon, 27 Jan 2025 01:00:00 GMT", TEN, SECOND),
        ("Sun, 26 Jan 2025 20:00:00 EST", TEN, SECOND),
        ("Sun, 26 Jan 2025 17:00:00 -0800", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 Asia/Seoul", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00 Asia/Nowhere", TEN, SECOND),
        ("Mon, 27 Jan 2025 10:00:00", TEN, SECOND),
        ("Mon,27 Jan 2025 10:00:00 +0900", TEN, SECOND),
        ("Mon, 27 01 2025 10:00:00 +0900", TEN, SECOND),
        ("27 Jan  2025 10:00:00 +0900", TEN, SECOND),
        ("Mon, 27 Jan 25 10:00:00 +0900", TEN, SECOND),
        ("Monday, 27-Jan-25 01:00:00 GMT", TEN, SECOND),
        ("Tue, 27 Jan 2025 10:00:00 +0900", TEN, SECOND),
        ("Mon, 27 Jan 2025 24:00:00 +0900", datetime(2025, 1, 27, 15, 0, tzinfo=UTC), SECOND),
        ("Mon Jan 27 10:00:00 KST 2025", TEN, SECOND),
        ("Mon Jan 27 10:00:00 2025", TEN, SECOND),
        ("Mon, 24 Oct 2005 17:12:59 +0900", datetime(2005, 10, 24, 8, 12, 59, tzinfo=UTC), SECOND),
        ("월, 27 1월 2025 10:00:00 +0900", TEN, SECOND),
        ("월, 27 Jan 2025 10:00:00 +0900", TEN, SECOND),
        ("월요일, 27 1월 2025 10:00:00 +0900", TEN, SECOND),
        ("2025-01-27 (월) 10:00", TEN, MINUTE),
        ("2025년 1월 27일 월요일 10:00:00", TEN, SECOND),
        ("2025년 1월 27일 10시 00분", TEN, MINUTE),
        ("2025년 1월 27일 10시", TEN, MINUTE),
        ("2025년 1월 27일 10시 0분 0초", TEN, SECOND),
        ("2025년 01월 27일  10:00:00", TEN, SECOND),
        ("2025년 1월 27일", MIDNIGHT, DAY),
        ("2025-01-27 오전 10:00:00", TEN, SECOND),
        ("2025-01-27 오후 3:00:00", THREE_PM, SECOND),
        ("2025-01-27 오후 03:00:00", THREE_PM, SECOND),
        ("2025-01-27 오후 15:00:00", THREE_PM, SECOND),
        ("2025. 1. 27. 오후 3:00", THREE_PM, MINUTE),
        ("2025-01-27 오전 12:00", MIDNIGHT, MINUTE),
        ("2025-01-27 오후 12:00", datetime(2025, 1, 27, 3, 0, tzinfo=UTC), MINUTE),
        ("Jan 27, 2025 3:00 PM", THREE_PM, MINUTE),
        ("Jan. 27, 2025, 10:00 a.m.", TEN, MINUTE),
        ("01/27/2025 10:00:00", TEN, SECOND),
        ("27/01/2025 10:00:00", TEN, SECOND),
        ("2025-1-7 9:05:00", datetime(2025, 1, 7, 0, 5, tzinfo=UTC), SECOND),
        ("27 Jan 2025", MIDNIGHT, DAY),
        ("Jan 27, 2025", MIDNIGHT, DAY),
        ("1737939600", TEN, SECOND),
        ("1737939600000", TEN, SECOND),
        ("Sun, 06 Nov 94 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC), SECOND),
        ("Thu, 1 Jan 1970 00:00:00 GMT", datetime(1970, 1, 1, tzinfo=UTC), SECOND),
        ("2099-12-31 23:59:59", datetime(2099, 12, 31, 14, 59, 59, tzinfo=UTC), SECOND),
    ],
)
def test_a_stated_time_is_read_as_people_mean_it(raw: str, at: datetime, precision: Precision) -> None:
    assert parse_date(raw, SEOUL) == (at, precision)


@pytest.mark.parametrize(
    "raw",
    ["", "오늘", "3시간 전", "2025-02-30", "2025-13-01", "27 Foo 2025", "10:00:00", "2025-01-27 25:00",
     "2025-01-27 10:61",
     "Mon, 27 Jan 2025 10:00:00 +9900", "0000-00-00 00:00:00", "99999999", "0001-01-01 00:00:00", "x" * 10_000],
)  # fmt: skip
def test_what_is_no_time_is_none(raw: str) -> None:
    assert parse_date(raw, SEOUL) is None


def test_a_time_without_a_zone_is_in_the_feeds_zone() -> None:
    found = parse_date("2025-01-27 10:00:00", ZoneInfo("America/New_York"))
    assert found == (datetime(2025, 1, 27, 15, 0, tzinfo=UTC), SECOND)


@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - the zone is written out below
    st.sampled_from(
        ["%a, %d %b %Y %H:%M:%S +0900", "%Y-%m-%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y년 %m월 %d일 %H:%M:%S",
         "%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S KST", "%a %b %d %H:%M:%S KST %Y", "%Y-%m-%dT%H:%M:%S+09:00",
         "%Y-%m-%d %p %I:%M:%S", "%m/%d/%Y %H:%M:%S"]
    ),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_every_moment_comes_back_from_every_form(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    raw = moment.strftime(form)
    assert parse_date(raw, SEOUL) == ((moment - timedelta(hours=9)).replace(tzinfo=UTC), SECOND)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_none(raw: str) -> None:
    found = parse_date(raw, SEOUL)
    assert found is None or found[0].tzinfo is UTC


@given(st.text(alphabet="0123456789-/.: +TZ월일년오전후월janKST가,", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_near_date_is_read_or_none(raw: str) -> None:
    found = parse_date(raw, SEOUL)
    assert found is None or found[0].tzinfo is UTC
