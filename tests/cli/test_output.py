from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from monitor.cli.output import cell, since_time

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ("제목", "제목"),
        ("2026-10-06T05:30:00+00:00", "10-06 14:30"),
        (True, "yes"),
        (False, ""),
        (3, "3"),
        (["a", "b"], "a, b"),
        ([{"field": "title", "text": "딥시크"}], "딥시크"),
        ([{"after": "2026-10-06T00:10:00+00:00", "before": "2026-10-06T02:40:00+00:00"}], "10-06 09:10–10-06 11:40"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, text: str) -> None:
    assert cell(value, SEOUL) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("90m", datetime(2026, 10, 6, 10, 30, tzinfo=UTC)),
        ("3d", datetime(2026, 10, 3, 12, 0, tzinfo=UTC)),
        ("2w", datetime(2026, 9, 22, 12, 0, tzinfo=UTC)),
        ("2026-10-01T09:00:00+09:00", datetime(2026, 10, 1, 0, 0, tzinfo=UTC)),
        ("2026-10-01T00:00:00+00:00", datetime(2026, 10, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_since_is_a_duration_or_a_date(text: str, expected: datetime | None) -> None:
    assert since_time(text, NOW, SEOUL) == expected


def test_a_date_without_a_zone_is_one_of_the_user_s_own_days() -> None:
    assert since_time("2026-10-01", NOW, SEOUL) == datetime(2026, 9, 30, 15, 0, tzinfo=UTC)


def test_since_refuses_anything_else_and_says_what_it_takes() -> None:
    with pytest.raises(typer.BadParameter, match=r"'yesterday' is neither a duration \(30m, 12h, 3d\) nor a date"):
        since_time("yesterday", NOW, SEOUL)


@pytest.mark.parametrize("text", ["999999999999d", "99999999w"])
def test_a_duration_beyond_all_time_is_a_usage_error(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="longer than there has been time"):
        since_time(text, NOW, SEOUL)
