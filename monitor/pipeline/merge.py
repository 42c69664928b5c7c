"""Make two stories one, with what was told of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from monitor.core.alerting.merge import settle

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work

log = logging.getLogger(__name__)


def merge(work: Work, younger_id: int, story_id: int, article_id: int) -> None:
    """Merge a younger story into an older one, as an article showed.

    Nothing waits on for a watchlist and channel that the other story told; what is not sent any more is stored as
    suppressed, and its articles are part of the alert that still waits, if one does.
    """
    states = work.tellings.stories((story_id, younger_id))
    work.stories.merge(younger_id, story_id, article_id)
    log.info("story %s is part of story %s, as article %s shows", younger_id, story_id, article_id)
    for settled in settle(states[story_id], states[younger_id], story_id):
        gone = settled.withhold
        work.tellings.withhold(gone.alert_id, gone.channel, gone.why)
        if settled.into is not None:
            work.outbox.attach(settled.into, [hit.id for hit in work.tellings.hits(gone.alert_id)])
