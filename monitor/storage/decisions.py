"""What was decided of alerts, channel by channel, and which alerts concern an article."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, exists, or_, select

from monitor.storage.statements import LookUp
from monitor.storage.tables import ALERT_HITS, ALERTS, DELIVERIES, HITS, PLACEMENTS

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
