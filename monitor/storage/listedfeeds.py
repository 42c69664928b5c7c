"""Feeds as the command line and the API show them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import func, select

from monitor.core.schedule import Health
from monitor.storage.places import iso
from monitor.storage.tables import FEEDS, GAPS

if TYPE_CHECKING:
    from sqlalchemy import Connection

GAPS_SHOWN: Final = 20
"""The newest gaps of each feed; one that rolls over faster than it is polled has a gap in every poll."""

_GAP_AGE: Final = func.row_number().over(partition_by=GAPS.c.feed_id, order_by=GAPS.c.id.desc()).label("age")
_ALL_GAPS: Final = select(GAPS.c.feed_id, GAPS.c.after, GAPS.c.before, GAPS.c.at_most, _GAP_AGE).subquery()
_NEW_GAPS: Final = (
    select(_ALL_GAPS).where(_ALL_GAPS.c.age <= GAPS_SHOWN).order_by(_ALL_GAPS.c.feed_id, _ALL_GAPS.c.age)
)

_KEYS: Final = re.compile(r"(?i)((?:^|&)[^=&]*(?:key|token|secret|passw|auth|signature)[^=&]*=)[^&]*")
"""What in a query is by its name for the server and its reader alone."""


def listed_feeds(connection: Connection) -> list[dict[str, object]]:
    """Feeds, by name, the removed ones too; of each the newest gaps, newest first."""
    gaps: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
    for row in connection.execute(_NEW_GAPS):
        gaps[row.feed_id].append({"after": iso(row.after), "before": iso(row.before), "at_most": row.at_most})
    return [
        {
            "name": row.name,
            "url": without_secrets(row.url),
            "health": row.health if row.enabled else Health.REMOVED.value,
            "last_polled_at": iso(row.last_polled_at),
            "next_poll_at": iso(row.next_poll_at) if row.enabled else None,
            "gaps": gaps[row.id],
            "failures": row.failures,
            "failing_since": iso(row.failing_since),
            "last_error": row.last_error,
            "last_ok_at": iso(row.last_ok_at),
            "last_new_at": iso(row.last_new_at),
            "per_hour": round(row.per_hour, 2),
            "address": without_secrets(row.address),
        }
        for row in connection.execute(select(FEEDS).order_by(FEEDS.c.name))
    ]


def without_secrets(url: str) -> str:
    """An address without the user, the password and the keys that may stand in it."""
    parts = urlsplit(url)
    query = _KEYS.sub(r"\1***", parts.query)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query))
