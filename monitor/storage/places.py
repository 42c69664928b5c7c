"""Where a list goes on, and how it writes a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, Select

    from monitor.pipeline.records import Place


def seen_since(query: Select[Any], column: Column[Any], since: datetime | None) -> Select[Any]:
    """The rows from a moment on; all if there is none."""
    return query if since is None else query.where(column >= since)


def behind(query: Select[Any], at: Column[datetime], number: Column[int], place: Place | None) -> Select[Any]:
    """The rows that come after a place, the newest first."""
    if place is None:
        return query
    return query.where(or_(at < place.at, and_(at == place.at, number < place.id)))


def below(query: Select[Any], number: Column[int], place: Place | None) -> Select[Any]:
    """The rows with a lower number than that of a place."""
    return query if place is None else query.where(number < place.id)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601, or None."""
    return None if moment is None else moment.isoformat()
