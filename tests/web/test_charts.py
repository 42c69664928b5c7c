"""Charts hold what the content policy allows, lines by their meaning, and nothing to be read twice."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

from monitor.web.charts import NARROW_DAYS, DayCount, Names, days_chart

NAMES = Names('기사 "수" <b>', "기사", "사건", "보통", "급증")


def days(count: int, *, spike: int = -1, known: bool = True) -> list[DayCount]:
    start = date(2026, 1, 1)
    usual = (1, 4) if known else None
    return [DayCount(start + timedelta(days=n), n, n // 2, usual, n == spike) for n in range(count)]


def test_a_chart_is_drawn_for_wide_and_for_narrow_screens() -> None:
    whole = ET.fromstring(f"<x>{days_chart(days(28, spike=20), NAMES)}</x>")  # noqa: S314 - our own drawing
    wide, narrow = whole.iter("svg")
    for svg in (wide, narrow):
        assert svg.get("role") == "img"
        assert svg.get("aria-label") == NAMES.chart
        assert not [one for one in svg.iter() if one.tag in {"style", "script", "title", "desc", "defs"}]
        assert not [one for one in svg.iter() if "style" in one.attrib or "id" in one.attrib]
        classes = {name for one in svg.iter() for name in one.get("class", "").split()}
        assert {"line-usual", "line-articles", "line-stories", "line-spike"} <= classes

    def dots(svg: ET.Element) -> int:
        (line,) = (
            one for one in svg.iter("g") if one.get("class") == "series line-articles" and list(one.iter("circle"))
        )
        return len(list(line.iter("circle")))

    assert (dots(wide), dots(narrow)) == (28, NARROW_DAYS)


def test_what_is_not_known_is_not_drawn() -> None:
    drawn = days_chart(days(5, known=False), Names("기사", "기사"))
    assert "line-only" in drawn
    for line in ("line-articles", "line-usual", "line-stories", "line-spike"):
        assert line not in drawn


def test_days_of_nothing_are_a_flat_line() -> None:
    drawn = days_chart([DayCount(date(2026, 1, 1), 0, 0)], NAMES)
    assert "No data" not in drawn
    assert drawn.count("<svg") == 2
