from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.core.alerting import Reason
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Article
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.pipeline.records import AlertDraft
from monitor.storage.tables import PLACEMENTS
from tests.storage.samples import MINUTE, match

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.storage.storage import SqlWork

COPY = Joined(Kind.COPY, Why.VERBATIM, "1", 0.9, ("새", "반도체"), ("2",), ())


def put(work: SqlWork, number: int, now: datetime, story: int | None = None, outlet: str = "가나다신문") -> int:
    """Store an article; it opens a story, or joins one."""
    published_at = now - number * MINUTE
    article = Article(
        f"i{number}", f"https://x.kr/{number}", f"제목 {number}", source=outlet, published_at=published_at
    )
    article_id, _ = work.articles.add(article, now)
    reason = Opened() if story is None else COPY
    work.stories.place(article_id, Placement(str(story or article_id), reason))
    return article_id


def test_an_article_knows_its_story(work: SqlWork, now: datetime) -> None:
    first = put(work, 1, now)
    second = put(work, 2, now, story=first)
    unplaced, _ = work.articles.add(Article("u", "", "제목"), now)
    assert [work.stories.story_of(number) for number in (first, second, unplaced, 99)] == [first, first, None, None]


def test_placed_articles_come_in_order_with_their_story(work: SqlWork, now: datetime) -> None:
    first = put(work, 1, now)
    second = put(work, 2, now + MINUTE, story=first)
    assert [(one.id, one.story_id, one.first_seen_at) for one in work.stories.placed(0)] == [
        (first, first, now),
        (second, first, now + MINUTE),
    ]
    assert [one.article.title for one in work.stories.placed(first)] == ["제목 2"]


def test_the_oldest_placed_article_of_a_window(work: SqlWork, now: datetime) -> None:
    assert work.stories.oldest(now) is None
    put(work, 1, now)
    second = put(work, 2, now + MINUTE)
    assert work.stories.oldest(now + MINUTE) == second
    assert work.stories.oldest(now + 2 * MINUTE) is None


def test_the_newest_frequencies_before_an_article_are_found_and_what_is_not_needed_goes(work: SqlWork) -> None:
    assert work.stories.frequencies(100) is None
    assert work.stories.frequencies(None) is None
    for number in range(10, 20):
        work.stories.keep_frequencies(number, b"%d" % number, before_id=15)
    assert work.stories.frequencies(None) == (19, b"19")
    assert work.stories.frequencies(15) == (14, b"14")
    assert work.stories.frequencies(14) == (13, b"13")
    assert work.stories.frequencies(13) is None


def test_it_is_known_when_frequencies_were_kept_last(work: SqlWork, now: datetime) -> None:
    assert work.stories.frequencies_kept_at() is None
    for number in (1, 2):
        article_id = put(work, number, now + number * MINUTE)
        work.stories.keep_frequencies(article_id, b"", article_id)
    put(work, 3, now + 3 * MINUTE)
    assert work.stories.frequencies_kept_at() == now + 2 * MINUTE


def test_placed_articles_have_the_texts_by_which_they_were_placed(work: SqlWork, now: datetime) -> None:
    first = Article("a", "https://x.kr/a", "첫 제목", "첫 요약", "본문")
    bare = Article("b", "https://x.kr/b", "제목만", "", "첫 줄")
    for article in (first, bare):
        article_id, _ = work.articles.add(article, now)
        lead = None if article.summary else article.content
        work.stories.place(article_id, Placement(str(article_id), Opened()), lead)
        for text in ("둘째", "셋째"):
            work.articles.revise(article_id, replace(article, title=text, summary=text), now)
        work.fulltexts.add_text(article_id, "쪽 전체의 글")
    placed = [one.article for one in work.stories.placed(0)]
    assert [(one.title, one.summary or one.content) for one in placed] == [
        ("첫 제목", "첫 요약"),
        ("제목만", "첫 줄"),
    ]


def test_an_alert_counts_the_outlets_of_its_story_at_the_time_of_sending(work: SqlWork, now: datetime) -> None:
    story = put(work, 1, now)
    alert = work.outbox.add_alert(AlertDraft("a", Reason.FIRST_REPORT, "반도체", story_id=story), now)
    other = work.outbox.add_alert(AlertDraft("b", Reason.DIGEST), now)
    assert alert is not None
    assert other is not None
    assert work.outbox.content(alert).outlets == 1
    for number, outlet in enumerate(("나라일보", "나라일보", "다음경제"), start=2):
        put(work, number, now, story, outlet)
    assert work.outbox.content(alert).outlets == 3
    assert work.outbox.content(other).outlets == 0


def test_a_story_row(work: SqlWork, now: datetime) -> None:
    story = put(work, 1, now)
    earlier = put(work, 5, now + MINUTE, story, "나라일보")
    work.articles.add_hits(earlier, [match("반도체"), match("수출")], now)
    work.articles.add_hits(story, [match("반도체")], now)
    assert work.listings.stories() == [
        {
            "id": story,
            "title": "제목 1",
            "articles": ["https://x.kr/1", "https://x.kr/5"],
            "outlets": ["가나다신문", "나라일보"],
            "independent_outlets": 2,
            "first_reporter": "나라일보",
            "first_published_at": (now - 4 * MINUTE).isoformat(),
            "copies": 1,
            "updates": 0,
            "new_angles": 0,
            "watchlists": ["반도체", "수출"],
            "first_seen_at": now.isoformat(),
            "last_seen_at": (now + MINUTE).isoformat(),
        }
    ]
    assert [row["story_id"] for row in work.listings.hits()] == [story] * 3


@pytest.mark.parametrize(
    ("narrow", "titles"),
    [
        ({}, ["제목 1", "제목 2"]),
        ({"limit": 1}, ["제목 1"]),
        ({"watchlist": "반도체"}, ["제목 2"]),
        ({"watchlist": "없음"}, []),
        ({"since": timedelta(minutes=2)}, ["제목 1"]),
    ],
)
def test_stories_come_with_the_newest_article_first_and_can_be_narrowed(
    work: SqlWork, now: datetime, narrow: dict[str, object], titles: list[str]
) -> None:
    first = put(work, 1, now)
    second = put(work, 2, now + MINUTE)
    put(work, 3, now + 3 * MINUTE, first)
    work.articles.add_hits(second, [match("반도체")], now)
    since = narrow.get("since")
    wanted = narrow | ({"since": now + since} if isinstance(since, timedelta) else {})
    assert [row["title"] for row in work.listings.stories(**wanted)] == titles  # type: ignore[arg-type]


def test_merged_stories_are_one_in_every_listing(work: SqlWork, now: datetime) -> None:
    oldest, middle, youngest = (put(work, number, now) for number in (1, 2, 3))
    joined = put(work, 4, now + MINUTE, story=youngest)
    work.articles.add_hits(joined, [match("반도체")], now)
    alert = work.outbox.add_alert(AlertDraft("a", Reason.FIRST_REPORT, "반도체", story_id=youngest), now)
    silence = work.silences.add(Matchers(story_id=youngest), "", now, now + MINUTE)

    work.stories.merge(youngest, middle, joined)
    work.stories.merge(middle, oldest, joined)

    assert [(row["id"], len(list(row["articles"]))) for row in work.listings.stories()] == [(oldest, 4)]  # type: ignore[call-overload]
    assert [row["story_id"] for row in work.listings.hits()] == [oldest]
    assert [(row["id"], row["story_id"]) for row in work.listings.alerts()] == [(alert, oldest)]
    assert [(one.id, one.matchers.story_id) for one in work.silences.live(now)] == [(silence, oldest)]
    assert [work.stories.current(number) for number in (oldest, middle, youngest)] == [oldest] * 3
    assert [work.stories.story_of(number) for number in (middle, youngest, joined)] == [oldest] * 3
    assert set(work.stories.merged(joined - 1)) == {(youngest, oldest), (middle, oldest)}
    assert work.stories.merged(joined) == ()


def test_a_silence_of_a_story_that_was_merged_is_one_of_the_story_it_is_part_of(work: SqlWork, now: datetime) -> None:
    older, younger = (put(work, number, now) for number in (1, 2))
    work.stories.merge(younger, older, younger)
    for story in (younger, 99):
        work.silences.add(Matchers(story_id=story), "", now, now + MINUTE)
    assert [one.matchers.story_id for one in work.silences.live(now)] == [older, 99]


def test_the_second_nearest_story_is_stored(work: SqlWork, now: datetime) -> None:
    first, second = put(work, 1, now), put(work, 2, now)
    third, _ = work.articles.add(Article("c", "", "제목 셋"), now)
    reason = replace(COPY, nearest=str(first), other=str(second), other_similarity=0.2)
    work.stories.place(third, Placement(str(first), reason))
    rows = list(work.stories._connection.execute(select(PLACEMENTS).order_by(PLACEMENTS.c.article_id)))
    assert [(row.other_id, row.other_similarity) for row in rows] == [(None, None)] * 2 + [(second, 0.2)]
