"""What is done once a day beside polling and delivering."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from monitor.core.schedule import Health
from monitor.pipeline import tell
from monitor.pipeline.notices import sick_feed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.pipeline.ports import Work
    from monitor.pipeline.tell import Audience

SUMMARY_AT: Final = time(9)
"""When the operator gets the list of sick feeds, in the user's zone: at the start of a working day."""

WELL: Final = frozenset({Health.NEW, Health.OK, Health.REMOVED})


def summary_is_due(now: datetime, audience: Audience) -> bool:
    """Whether it is late enough in the day for the summary of sick feeds."""
    return bool(audience.operator) and now.astimezone(audience.policy.zone).time() >= SUMMARY_AT


def tell_sick_feeds(work: Work, audience: Audience, now: datetime) -> int:
    """Tell the operator of every feed that is not well, once a day; how many alerts are new."""
    sick = [feed for feed in work.listings.feeds() if Health(str(feed["health"])) not in WELL]
    if not sick:
        return 0
    notes = [_line(feed, audience) for feed in sick]
    day = now.astimezone(audience.policy.zone).date()
    return tell.put_daily_notice(work.outbox, day, notes, audience, now)


def _line(feed: Mapping[str, object], audience: Audience) -> str:
    stated = str(feed["failing_since"] or feed["last_new_at"])
    since = datetime.fromisoformat(stated).astimezone(audience.policy.zone).strftime("%m-%d %H:%M")
    return sick_feed(str(feed["name"]), Health(str(feed["health"])), since, audience.policy.language)
