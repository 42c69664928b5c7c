from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.article import Article, Match, Precision
from monitor.core.matching.version import Definition
from monitor.core.spikes.model import HOUR, Judgement, Turn, TurnKind
from monitor.core.stories.model import Opened, Placement
from monitor.pipeline.records import HitStory
from tests.storage.samples import MINUTE, entry, feed_id_of

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork

JUDGED = Judgement(3 * HOUR, 14, 2.2, 1e-6)


def put(
    work: SqlWork, number: int, seen: datetime, *, published: datetime | None = None, story: int | None = None
) -> int:
    article = Article(f"i{number}", "", f"제목 {number}", published_at=published)
    article_id, _ = work.articles.add(article, seen)
    work.stories.place(article_id, Placement(str(story or article_id), Opened()))
    return article_id


def test_watched_hours_are_remembered_once_and_old_ones_go(work: SqlWork, now: datetime) -> None:
    for hour in (now - 2 * HOUR, now - HOUR, now, now):
        work.rates.beat(hour, now - HOUR)
    assert work.rates.watched(now - HOUR) == (now - HOUR, now)
    assert work.rates.watched(now - 9 * HOUR) == (now - HOUR, now)
    assert work.rates.watched(now) == (now,)


def test_an_article_begins_to_be_news_when_it_was_published_never_after_it_was_seen(
    work: SqlWork, now: datetime
) -> None:
    first = put(work, 1, now, published=now - HOUR)
    second = put(work, 2, now + MINUTE, published=now - 2 * HOUR, story=first)
    third = put(work, 3, now, published=now + HOUR)
    fourth = put(work, 4, now + MINUTE)
    began = [
        (first, first, now - HOUR),
        (second, first, now - 2 * HOUR),
        (third, third, now),
        (fourth, fourth, now + MINUTE),
    ]
    assert list(work.rates.began(0, now)) == began
    assert list(work.rates.began(second, now)) == began[2:]
    assert list(work.rates.began(0, now + MINUTE)) == [began[1], began[3]]


def test_a_date_without_a_time_of_day_is_as_good_as_the_time_it_was_seen(work: SqlWork, now: datetime) -> None:
    for number, days in enumerate((1, 3)):
        dated = Article(f"d{number}", "", "제목", published_at=now - timedelta(days=days))
        article_id, _ = work.articles.add(replace(dated, published_precision=Precision.DAY), now)
        work.stories.place(article_id, Placement(str(article_id), Opened()))
    assert [at for _, _, at in work.rates.began(0, now)] == [now, now - timedelta(days=3)]


def test_hits_of_one_story_are_one(work: SqlWork, now: datetime) -> None:
    first = put(work, 1, now)
    second = put(work, 2, now, published=now - HOUR, story=first)
    other = put(work, 3, now + MINUTE)
    hits = [
        work.articles.add_hits(number, [Match("가", ())], now + number * MINUTE)[0].id
        for number in (first, second, other)
    ]
    work.articles.add_hits(other, [Match("나", ())], now)
    found = work.rates.hit_stories(now)
    assert found[0] == HitStory("가", first, now - HOUR, hits[0], 2, now + second * MINUTE)
    assert {(one.watchlist, one.story_id) for one in found[1:]} == {("가", other), ("나", other)}
    assert [one.story_id for one in work.rates.hit_stories(now + 3 * MINUTE)] == [other]


def test_the_feeds_that_carried_the_hits_come_with_the_most_first(work: SqlWork, now: datetime) -> None:
    feeds = {name: feed_id_of(work, name, now) for name in ("나", "가")}
    for number, names in ((1, ("나",)), (2, ("나", "가"))):
        article_id = put(work, number, now)
        work.articles.add_hits(article_id, [Match("W", ())], now)
        for name in names:
            work.articles.link(feeds[name], {entry(str(number)).key: article_id}, now)
    assert work.rates.carriers("W", now) == ("나", "가")
    assert work.rates.carriers("W", now + MINUTE) == ()
    assert work.rates.carriers("V", now) == ()


def test_a_watchlist_has_one_open_turn_of_a_kind(work: SqlWork, now: datetime) -> None:
    spike = Turn(TurnKind.SPIKE, "가", now, JUDGED)
    number = work.rates.begin(spike)
    assert number is not None
    assert work.rates.begin(replace(spike, began_at=now + MINUTE)) is None
    assert work.rates.begin(replace(spike, kind=TurnKind.LULL)) is not None
    assert work.rates.begin(replace(spike, watchlist="나")) is not None
    assert work.rates.open_turns()[0] == replace(spike, id=number)
    assert [work.rates.end(number, now), work.rates.end(number, now)] == [True, False]
    assert len(work.rates.open_turns()) == 2
    assert work.rates.begin(replace(spike, began_at=now + HOUR)) is not None


def test_the_last_spike_counts_when_it_is_over_too(work: SqlWork, now: datetime) -> None:
    assert work.rates.last_spike_at("가") is None
    number = work.rates.begin(Turn(TurnKind.SPIKE, "가", now, JUDGED))
    assert number is not None
    work.rates.end(number, now)
    work.rates.begin(Turn(TurnKind.LULL, "가", now + HOUR, JUDGED))
    assert work.rates.last_spike_at("가") == now


def test_a_definition_is_in_force_since_it_was_first_seen_or_came_back(work: SqlWork, now: datetime) -> None:
    old, new = Definition("old"), Definition("new")
    steps = [(old, now), (old, now + HOUR), (new, now + 2 * HOUR), (old, now + 3 * HOUR), (old, now + 4 * HOUR)]
    seen = []
    for definition, at in steps:
        work.versions.sync({"가": definition}, at)
        seen.append(work.versions.in_force()["가"])
    since = [now, now, now + 2 * HOUR, now + 3 * HOUR, now + 3 * HOUR]
    assert seen == [(one.version, at) for (one, _), at in zip(steps, since, strict=True)]
    work.versions.sync({"나": old}, now + 5 * HOUR)
    assert set(work.versions.in_force()) == {"가", "나"}
