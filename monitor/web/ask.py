"""Reads what an address asks for, and says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import HTTPException

if TYPE_CHECKING:
    from datetime import tzinfo

    from monitor.bootstrap import App


def today_of(app: App) -> date:
    """The day it is in the zone of the configuration."""
    return app.clock.now().astimezone(app.zone).date()


def day_of(text: str, app: App) -> date:
    """A day written `2026-01-31`; "" is today.

    Raises:
        HTTPException: 400, it is no such day.
    """
    if not text:
        return today_of(app)
    try:
        day = date.fromisoformat(text)
        bounds(day - timedelta(days=2), app.zone)  # pages lead to the days beside it
        bounds(day + timedelta(days=2), app.zone)
    except (ValueError, OverflowError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "day: write 2026-01-31") from error
    return day


def bounds(day: date, zone: tzinfo, begins: time = time(0)) -> tuple[datetime, datetime]:
    """Begin and end of a day in a zone, aware UTC; it begins at a time of day and lasts to that of the next."""
    start, end = (datetime.combine(one, begins, zone).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return start, end
