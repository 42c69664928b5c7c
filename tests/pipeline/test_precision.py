from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.pipeline.precision import Period, Precision, precision
from monitor.pipeline.records import MarkedHit, Verdict

SEOUL = ZoneInfo("Asia/Seoul")


def marked(number: int, verdict: Verdict, *terms: str, watchlist: str = "가", day: int = 1) -> MarkedHit:
    return MarkedHit(number, watchlist, number, terms, verdict, datetime(2025, 1, day, 16, tzinfo=UTC))


def test_each_term_and_the_whole_watchlist_are_counted() -> None:
    found = precision(
        [
            marked(1, Verdict.RIGHT, "인텔"),
            marked(2, Verdict.WRONG, "인텔", "애플"),
            marked(3, Verdict.RIGHT, watchlist="나"),
        ],
        Period.MONTH,
        SEOUL,
    )
    assert found == (
        Precision("가", "", "2025-01", 1, 1),
        Precision("가", "애플", "2025-01", 0, 1),
        Precision("가", "인텔", "2025-01", 1, 1),
        Precision("나", "", "2025-01", 1, 0),
    )
    assert [one.share for one in found] == [0.5, 0.0, 0.5, 1.0]


def test_periods_are_those_of_the_readers_zone() -> None:
    hits = [marked(1, Verdict.RIGHT, day=31), marked(2, Verdict.RIGHT, day=30)]
    assert [one.period for one in precision(hits, Period.MONTH, SEOUL)] == ["2025-01", "2025-02"]
    # The last days of a year belong to the first week of the next.
    weeks = [marked(1, Verdict.RIGHT, day=5), marked(2, Verdict.RIGHT, day=4)]
    assert [one.period for one in precision(weeks, Period.WEEK, SEOUL)] == ["2025-W01", "2025-W02"]


def test_nothing_marked_is_nothing_counted() -> None:
    assert precision([], Period.WEEK, SEOUL) == ()
