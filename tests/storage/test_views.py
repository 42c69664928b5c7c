"""What the pages ask for: the right stories in the right order, in few statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.alerting import Reason, State
from monitor.core.article import Match, Span
from monitor.core.spikes.model import DAY, Judgement, Turn, TurnKind
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.pipeline.records import AlertDraft, Attempt, DeliveryDraft, Lane
from tests.postgres import ON_SQLITE
from tests.storage.samples import MINUTE, article, feed, match, trace

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.storage.storage import SqlWork


def put(
    work: SqlWork,
    number: int,
    story: int,
    at: datetime,
    *watchlists: str,
    kind: Kind = Kind.COPY,
    published_at: datetime | None = None,
    source: str = "예시일보",
) -> int:
    """An article in a story, a hit for each watchlist; its number."""
    made = replace(article(str(number), f"{number}번 기사"), published_at=published_at, source=source)
    article_id, _ = work.articles.add(made, at)
    reason = Opened() if story == article_id else Joined(kind, Why.NEW_FACTS, str(story), 0.5, new=("새",))
    work.stories.place(article_id, Placement(str(story), reason))
    work.articles.add_hits(article_id, [match(name) for name in watchlists], at)
    return article_id


def test_stories_come_by_their_newest_hit_and_are_counted(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now, "가")
    put(work, 2, 2, now + MINUTE, "나")
    put(work, 3, 1, now + 2 * MINUTE, "가", "나", kind=Kind.UPDATE)
    put(work, 4, 4, now + 3 * MINUTE)
    put(work, 5, 5, now + DAY, "가")

    page = work.views.stories(now, now + DAY)
    assert [story.id for story in page.stories] == [1, 2]
    assert (page.total, page.by_watchlist) == (2, {"가": 1, "나": 2})
    only = work.views.stories(now, now + DAY, watchlist="가")
    assert ([story.id for story in only.stories], only.total) == ([1], 1)
    assert work.views.stories(now, now + DAY, watchlist="다").total == 0
    rest = work.views.stories(now, now + DAY, limit=1, skip=1)
    assert ([story.id for story in rest.stories], rest.total) == ([2], 2)


def test_a_story_knows_its_first_reporter_copies_updates_and_hits(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now, source="늦은일보")
    put(work, 2, 1, now + MINUTE, "가", published_at=now - MINUTE, source="빠른일보")
    put(work, 3, 1, now + 2 * MINUTE, kind=Kind.UPDATE, published_at=now + DAY)
    work.articles.revise(3, article("3", "고친 제목"), now + 3 * MINUTE)

    story = work.views.story(1)
    assert story is not None
    assert story.first.article.source == "빠른일보"
    assert story.lead.id == 2
    assert story.outlets == ("늦은일보", "빠른일보", "예시일보")
    assert (story.copies, story.updates, story.watchlists) == (1, 1, ("가",))
    assert [member.kind for member in story.members] == ["opened", "copy", "update"]
    assert story.members[2].earlier_titles == ("3번 기사",)
    assert story.members[2].new == ("새",)
    assert story.members[2].at == now + 2 * MINUTE
    assert story.members[1].spans == match().spans
    assert story.hit_at == now + MINUTE
    assert work.views.story(2) is None


def test_a_story_that_hits_nothing_shows_its_first_article(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now)
    put(work, 2, 1, now + MINUTE)
    story = work.views.story(1)
    assert story is not None
    assert (story.lead.id, story.hit_at, story.told) == (1, now + MINUTE, ())


def test_a_doubtless_hit_leads_before_a_doubtful_one(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now, "가")
    put(work, 2, 1, now + MINUTE)
    work.articles.add_hits(2, [Match("가", (Span("title", 0, 1),))], now)
    story = work.views.story(1)
    assert story is not None
    assert story.lead.id == 2


def test_what_was_told_of_a_story_but_no_test(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now, "가")
    lanes = (DeliveryDraft("mail", "a@example.com", now), DeliveryDraft("desk", "", now))
    work.outbox.add_alert(AlertDraft("1", Reason.FIRST_REPORT, "가", (1,), (), lanes, 1, why="까닭"), now)
    work.outbox.add_alert(AlertDraft("2", Reason.TEST, "가", story_id=1), now)
    story = work.views.story(1)
    assert story is not None
    (told,) = story.told
    assert (told.reason, told.why, told.channels) == ("first report", "까닭", ("desk", "mail"))


@ON_SQLITE
def test_a_page_of_stories_takes_few_statements(work: SqlWork, connection: Connection, now: datetime) -> None:
    for number in range(1, 61):
        put(work, number, 1 + number // 2 * 2 if number > 1 else 1, now + number * MINUTE, "가")
    seen = trace(connection)
    assert len(work.views.stories(now, now + DAY, limit=30).stories) == 30
    assert len(seen) <= 10


def test_hits_in_time_and_counts(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now, "가")
    put(work, 2, 1, now + MINUTE, "가", "나", source="다른일보")
    assert [(one.story_id, one.source) for one in work.views.hit_times("가", now)] == [
        (1, "예시일보"),
        (1, "다른일보"),
    ]
    assert len(work.views.hit_times("가", now + MINUTE)) == 1
    assert work.views.counts(now) == {"가": (1, 2), "나": (1, 1)}
    assert work.views.counts(now + DAY) == {}


def test_turns_of_a_watchlist_newest_first(work: SqlWork, now: datetime) -> None:
    judged = Judgement(3 * timedelta(hours=1), 14, 2.0, 0.0001)
    for back, name in ((3, "가"), (2, "가"), (1, "나")):
        number = work.rates.begin(Turn(TurnKind.SPIKE, name, now - back * DAY, judged))
        assert number is not None
        work.rates.end(number, now)
    assert [turn.began_at for turn in work.views.turns("가", now - 9 * DAY)] == [now - 2 * DAY, now - 3 * DAY]
    assert len(work.views.turns("가", now - 2 * DAY)) == 1


def test_deliveries_tell_what_they_are_about(work: SqlWork, now: datetime) -> None:
    put(work, 1, 1, now, "가")
    put(work, 2, 1, now, "가")
    dead = DeliveryDraft("desk", "", now, State.DEAD, "404")
    work.outbox.add_alert(AlertDraft("1", Reason.FIRST_REPORT, "가", (1, 2), (), (dead,), 1), now)
    notice = DeliveryDraft("mail", "a@example.com", now)
    work.outbox.add_alert(AlertDraft("2", Reason.NOTICE, notes=("피드가 멈춤",), deliveries=(notice,)), now)
    leased = work.outbox.lease_next(Lane("mail", "a@example.com"), now, MINUTE, 10)
    assert leased is not None
    work.outbox.finish(leased, Attempt(now, 0.25, "failed", "busy"), State.PENDING, "busy", now + MINUTE)

    newest, first = work.views.deliveries()
    assert (newest.title, newest.alert_reason, newest.story_id) == ("피드가 멈춤", "notice", None)
    assert [(one.outcome, one.detail) for one in newest.tries] == [("failed", "busy")]
    assert (first.title, first.watchlist, first.state, first.story_id) == ("1번 기사", "가", "dead", 1)
    assert [one.id for one in work.views.deliveries(state="dead")] == [first.id]
    assert [one.id for one in work.views.deliveries(channel="mail")] == [newest.id]
    assert [one.id for one in work.views.deliveries(before_id=newest.id)] == [first.id]
    assert len(work.views.deliveries(limit=1)) == 1


def test_totals_and_the_pulse_grow(work: SqlWork, now: datetime) -> None:
    before, totals = work.views.pulse(), work.views.totals()
    assert (totals.articles, totals.hits, totals.alerts) == (0, 0, 0)
    assert totals.schema.isdigit()
    work.feeds.sync([feed()], now)
    put(work, 1, 1, now, "가")
    after = work.views.pulse()
    assert after.hit > before.hit
    assert after.delivery == before.delivery
    assert work.views.totals().hits == 1
