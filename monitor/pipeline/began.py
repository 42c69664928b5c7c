"""When stories began, read once and then only what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.ports import Work

FORGET_EVERY: Final = timedelta(days=1)


@dataclass(slots=True)
class Began:
    """When each story of the last weeks began. Used by one look at a time.

    A story begins with its earliest article: when that was published, or first seen if no time of day is known;
    never after it was first seen.
    """

    _at: dict[int, datetime] = field(default_factory=dict)
    _by_hour: Counter[datetime] = field(default_factory=Counter)
    _newest: int = 0
    _forgotten_at: datetime | None = None

    def catch_up(self, work: Work, since: datetime) -> None:
        """Read what came since the last time; the first time, the articles first seen from `since` on."""
        known = self._newest
        for article_id, story_id, at in work.rates.began(known, since):
            self._newest = article_id
            self._begin(story_id, at)
        for younger_id, story_id in work.stories.merged(known):
            left = self._leave(younger_id)
            if left is not None:
                self._begin(story_id, left)
        if self._forgotten_at is None or since - self._forgotten_at >= FORGET_EVERY:
            self._forgotten_at = since
            for story_id in [story_id for story_id, at in self._at.items() if at < since]:
                self._leave(story_id)

    def by_hour(self, until: datetime) -> Counter[datetime]:
        """How many stories began in each clock hour up to `until`."""
        return Counter({hour: count for hour, count in self._by_hour.items() if hour <= until})

    def between(self, start: datetime, end: datetime) -> list[datetime]:
        """When stories began after `start`, up to `end`."""
        return [at for at in self._at.values() if start < at <= end]

    def _begin(self, story_id: int, at: datetime) -> None:
        before = self._leave(story_id)
        at = at if before is None else min(before, at)
        self._at[story_id] = at
        self._by_hour[_hour(at)] += 1

    def _leave(self, story_id: int) -> datetime | None:
        at = self._at.pop(story_id, None)
        if at is not None:
            self._by_hour[_hour(at)] -= 1
        return at


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
