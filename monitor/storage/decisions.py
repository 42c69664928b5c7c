"""What was decided of alerts, channel by channel, and which alerts concern an article."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, exists, or_, select

from monitor.storage.statements import LookUp
from monitor.storage.tables import ALERT_HITS, ALERTS, DELIVERIES, HITS, PASSES, PLACEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_DELIVERIES: Final = LookUp(
    select(
        DELIVERIES.c.alert_id,
        DELIVERIES.c.channel,
        DELIVERIES.c.recipient,
        DELIVERIES.c.state,
        DELIVERIES.c.reason,
        DELIVERIES.c.due_at,
        DELIVERIES.c.sent_at,
    ).order_by(DELIVERIES.c.id),
    DELIVERIES.c.alert_id,
)
_PASS: Final = select(
    PASSES.c.alert_id,
    PASSES.c.hit_id,
    HITS.c.article_id,
    HITS.c.watchlist,
    PASSES.c.channel,
    PASSES.c.reason,
    PASSES.c.decided_at,
).join(HITS, HITS.c.id == PASSES.c.hit_id)
_PASSES: Final = LookUp(_PASS.order_by(PASSES.c.id), PASSES.c.alert_id)
_PASSES_OF: Final = _PASS.where(HITS.c.article_id == bindparam("article_id")).order_by(PASSES.c.id)
_STORY: Final = select(PLACEMENTS.c.story_id).where(PLACEMENTS.c.article_id == bindparam("article_id"))
CONCERNS: Final = or_(
    exists()
    .where(ALERT_HITS.c.alert_id == ALERTS.c.id)
    .where(HITS.c.id == ALERT_HITS.c.hit_id, HITS.c.article_id == bindparam("article_id")),
    ALERTS.c.story_id == _STORY.scalar_subquery(),
)
"""Whether an alert tells of the article `article_id`, or of its story."""


def decisions(connection: Connection, alert_ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    """Of each alert: `channel`, `recipient`, `state`, `reason`, `due_at`, `sent_at` of its deliveries, in order."""
    found: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
    for row in _DELIVERIES.rows(connection, tuple(alert_ids)):
        found[row.alert_id].append(
            {
                "channel": row.channel,
                "recipient": row.recipient,
                "state": row.state,
                "reason": row.reason,
                "due_at": row.due_at.isoformat(),
                "sent_at": row.sent_at and row.sent_at.isoformat(),
            }
        )
    return found


def passed(connection: Connection, alert_ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    """Of each alert: the hits of its story that a channel is not told of, since it was told by this alert.

    `hit_id`, `article_id`, `watchlist`, `channel`, `reason`, `decided_at` of each, in order.
    """
    found: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
    for row in _PASSES.rows(connection, tuple(alert_ids)):
        found[row.alert_id].append(_pass(row))
    return found


def passed_of(connection: Connection, article_id: int) -> list[dict[str, object]]:
    """The hits of an article that a channel is not told of: as in `passed`, and `alert_id` (None for none)."""
    rows = connection.execute(_PASSES_OF, {"article_id": article_id})
    return [{**_pass(row), "alert_id": row.alert_id} for row in rows]


def _pass(row: Any) -> dict[str, object]:
    return {
        "hit_id": row.hit_id,
        "article_id": row.article_id,
        "watchlist": row.watchlist,
        "channel": row.channel,
        "reason": row.reason,
        "decided_at": row.decided_at.isoformat(),
    }
