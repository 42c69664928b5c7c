"""The history as looking back needs it: by numbers, with stories and hits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.article import Match
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from tests.storage.samples import MINUTE, article, entry, feed_id_of

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork


def fill(work: SqlWork, now: datetime, count: int = 4) -> list[int]:
    """Articles, one a minute."""
    return [work.articles.add(article(f"{number}"), now + number * MINUTE)[0] for number in range(count)]


def test_the_bounds_are_the_numbers_of_what_was_seen_since(work: SqlWork, now: datetime) -> None:
    assert work.history.bounds() is None
    numbers = fill(work, now)
    assert work.history.bounds() == (numbers[0], numbers[-1])
    assert work.history.bounds(now + 2 * MINUTE) == (numbers[2], numbers[3])
    assert work.history.bounds(now + timedelta(days=1)) is None


def test_articles_between_two_numbers_come_with_their_feeds_stories_and_hits(work: SqlWork, now: datetime) -> None:
    feed_id = feed_id_of(work, "전자", now)
    numbers = fill(work, now)
    work.articles.link(feed_id, {entry("k").key: numbers[1]}, now)
    work.stories.place(numbers[0], Placement(str(numbers[0]), Opened()))
    reason = Joined(Kind.UPDATE, Why.NEW_FACTS, str(numbers[0]), 0.5, new=("7억",))
    work.stories.place(numbers[1], Placement(str(numbers[0]), reason))
    work.articles.add_hits(numbers[1], [Match("나", ()), Match("가", (), "짧다")], now)
    first, second = work.history.between(numbers[0], numbers[1])
    assert (first.seen.id, first.story_id, first.hits, first.new) == (numbers[0], numbers[0], {}, ())
    assert (second.story_id, second.hits, second.new) == (numbers[0], {"나": "", "가": "짧다"}, ("7억",))
    assert (second.seen.article.feeds, second.seen.first_seen_at) == (("전자",), now + MINUTE)
    assert work.history.watchlists() == ("가", "나")


def test_one_that_was_never_placed_has_no_story_and_older_ones_are_left_out(work: SqlWork, now: datetime) -> None:
    numbers = fill(work, now)
    found = work.history.between(numbers[0], numbers[-1] + 100, now + 2 * MINUTE)
    assert [(one.seen.id, one.story_id, one.new) for one in found] == [(number, None, ()) for number in numbers[2:]]
    assert work.history.between(999, 1000) == ()
    assert work.history.watchlists() == ()
