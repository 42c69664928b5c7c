"""Whole lists as files: CSV for spreadsheets, JSON lines for programs, streamed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from monitor.pipeline.records import Place
from monitor.web.api.answers import MOST_ROWS, Named, Since, start_of
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from zoneinfo import ZoneInfo

    from monitor.bootstrap import App
    from monitor.pipeline.ports import Work

router: Final = APIRouter(tags=["files"])

BOM: Final = "\ufeff"
"""Without it, Excel takes UTF-8 for another charset and shows no Hangul."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class List(StrEnum):
    """What can be had as a file."""

    STORIES = "stories"
    ARTICLES = "articles"
    HITS = "hits"
    ALERTS = "alerts"
    DELIVERIES = "deliveries"


class Form(StrEnum):
    """The form of a file."""

    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class _Columns:
    """The keys of a list, and the one of the time by which it is sorted."""

    keys: tuple[str, ...]
    at: str


COLUMNS: Final = {
    List.STORIES: _Columns(
        (
            *("id", "first_seen_at", "last_seen_at", "title", "watchlists", "outlets", "first_reporter"),
            *("independent_outlets", "copies", "updates", "new_angles", "articles"),
        ),
        "last_seen_at",
    ),
    List.ARTICLES: _Columns(
        ("id", "first_seen_at", "published_at", "title", "summary", "feeds", "url"), "first_seen_at"
    ),
    List.HITS: _Columns(
        ("id", "first_seen_at", "watchlist", "title", "spans", "weak", "story_id", "article_id", "article_url"),
        "first_seen_at",
    ),
    List.ALERTS: _Columns(("id", "created_at", "reason", "why", "watchlist", "story_id", "channels"), "created_at"),
    List.DELIVERIES: _Columns(
        ("id", "created_at", "alert_id", "channel", "recipient", "state", "reason", "attempts", "sent_at"),
        "created_at",
    ),
}


@router.get(
    "/export/{what}.{form}",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/jsonl": {}}, "description": "The file."}},
)
async def export(
    request: Request, what: List, form: Form, since: Since = "", watchlist: Named = ""
) -> StreamingResponse:
    """A whole list, the newest first. Articles and deliveries belong to no watchlist, so `watchlist` leaves them all.

    CSV is UTF-8 with a byte order mark, times in the configured zone; JSON lines hold the same rows as the lists.
    """
    app = desk_of(request).current()
    pages = _pages(app, what, start_of(since, app.clock.now(), app.zone), watchlist)
    lines = _csv(pages, COLUMNS[what].keys, app.zone) if form is Form.CSV else _json_lines(pages)
    kind = "text/csv; charset=utf-8" if form is Form.CSV else "application/jsonl"
    name = {"content-disposition": f'attachment; filename="{what.value}.{form.value}"'}
    return StreamingResponse(lines, media_type=kind, headers=name)


async def _pages(
    app: App, what: List, since: datetime | None, watchlist: str
) -> AsyncIterator[list[dict[str, object]]]:
    """One page after another, each read in a transaction of its own: a slow reader holds nothing up."""
    before: Place | None = None
    while True:
        place = before
        rows = await app.storage.read(lambda work: _read(work, what, since, watchlist, place))  # noqa: B023 - awaited here
        yield rows
        if len(rows) < MOST_ROWS:
            return
        last = rows[-1]
        before = Place(datetime.fromisoformat(str(last[COLUMNS[what].at])), int(str(last["id"])))


def _read(
    work: Work, what: List, since: datetime | None, watchlist: str, before: Place | None
) -> list[dict[str, object]]:
    lists, limit = work.listings, MOST_ROWS
    match what:
        case List.STORIES:
            return lists.stories(since=since, watchlist=watchlist, limit=limit, before=before)
        case List.ARTICLES:
            return lists.articles(since=since, limit=limit, before=before)
        case List.HITS:
            return lists.hits(since=since, watchlist=watchlist, limit=limit, before=before)
        case List.ALERTS:
            return lists.alerts(since=since, watchlist=watchlist, limit=limit, before=before)
        case List.DELIVERIES:
            return lists.deliveries(since=since, limit=limit, before=before)


async def _json_lines(pages: AsyncIterator[list[dict[str, object]]]) -> AsyncIterator[bytes]:
    async for rows in pages:
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "replace")


async def _csv(
    pages: AsyncIterator[list[dict[str, object]]], keys: tuple[str, ...], zone: ZoneInfo
) -> AsyncIterator[bytes]:
    yield (BOM + ",".join(keys) + "\r\n").encode()
    async for rows in pages:
        text = io.StringIO()
        csv.writer(text).writerows([_cell(key, row[key], zone) for key in keys] for row in rows)
        yield text.getvalue().encode("utf-8", "replace")


def _cell(key: str, value: Any, zone: ZoneInfo) -> Any:
    """A value as a spreadsheet shows it; what it would take for a formula becomes text."""
    if value is None:
        return ""
    if key.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list):
        value = "; ".join(dict.fromkeys(_part(part) for part in value))
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _part(part: Mapping[str, Any] | str) -> str:
    return part if isinstance(part, str) else str(part["text"])
