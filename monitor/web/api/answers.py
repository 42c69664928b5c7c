"""Answers: pages of rows with a cursor, and an ETag, so that what has not changed is not sent again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Query
from fastapi.responses import Response

from monitor.pipeline.records import Place
from monitor.pipeline.since import since_of
from monitor.web.api.problems import ProblemError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from fastapi import Request

MOST_ROWS: Final = 500
MOST_ID: Final = 2**31 - 1
LONGEST_QUERY: Final = 10_000
NO_NUL: Final = r"^[^\u0000]*$"

Since = Annotated[
    str,
    Query(
        max_length=40,
        pattern=NO_NUL,
        description="Only from then on: a duration back from now (30m, 12h, 3d) or a date or time in ISO 8601.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="At most so many.")]
Cursor = Annotated[
    str, Query(max_length=200, pattern=NO_NUL, description="`next` of the answer before: go on behind it.")
]
Named = Annotated[str, Query(max_length=500, pattern=NO_NUL)]


def start_of(since: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The time that `since` means.

    Raises:
        ProblemError: it means none.
    """
    try:
        return since_of(since, now, zone)
    except ValueError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


def cursor_of(at: datetime, number: int) -> str:
    """The cursor of a row: opaque, so that nobody builds on what it holds."""
    text = json.dumps([at.isoformat(), number])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place | None:
    """The place that a cursor means; None for "".

    Raises:
        ProblemError: no answer of ours had it.
    """
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return _place(*json.loads(text))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "this is not a cursor", "take `next` of an answer as it is"
        ) from error


def _place(at: str, number: int) -> Place:
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None or not 0 <= number <= MOST_ID:
        raise ValueError("no cursor of ours")
    return Place(moment.astimezone(UTC), number)


def number_of(cursor: str) -> int | None:
    """The number that a cursor means, for lists that are sorted by number; None for "".

    Raises:
        ProblemError: no answer of ours had it.
    """
    place = place_of(cursor)
    return None if place is None else place.id


def page(request: Request, rows: Sequence[Mapping[str, Any]], at: str, limit: int) -> Response:
    """A page of rows; it has a next one if it is full. `at` is the key of the time by which they are sorted."""
    cursor = None
    if len(rows) == limit:
        last = rows[-1]
        cursor = cursor_of(datetime.fromisoformat(str(last[at])), int(last["id"]))
    return results(request, rows, cursor)


def results(request: Request, rows: Sequence[Mapping[str, Any]], cursor: str | None = None) -> Response:
    """Rows, and the cursor of the next page if there is one."""
    return answer(request, {"results": list(rows), "next": cursor})


def answer(request: Request, value: Mapping[str, Any]) -> Response:
    """JSON with an ETag; 304 if the asker has it already."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return tagged(request, body, "application/json")


def tagged(request: Request, body: bytes, media_type: str) -> Response:
    """A body with its ETag; 304 if the asker has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    return Response(body, HTTPStatus.OK, headers, media_type)
