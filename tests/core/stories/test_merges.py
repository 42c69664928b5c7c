"""Two stories that turn out to be one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.stories.frequencies import Frequencies
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.model import GroupArticle, Joined
from monitor.core.stories.reference import ReferenceGrouper
from monitor.nlp.starter import starter
from tests.core.stories.made import dense_streams, make_article, streams

TITLES = (
    "딥시크 새 모델 무료 배포",
    "딥시크 R3 벤치마크 1위 차지",
    "딥시크 새 모델 R3 무료 배포…벤치마크 1위",
)


def final(grouper: Grouper, stream: list[GroupArticle]) -> dict[str, str]:
    """The story of every article at the end of a stream."""
    stories: dict[str, str] = {}
    for article in stream:
        placement = grouper.add(article)
        stories[article.id] = placement.story
        for name, story in stories.items():
            if story in placement.absorbed:
                stories[name] = placement.story
    return stories


def test_an_article_like_two_stories_makes_them_one_and_the_older_name_stays() -> None:
    grouper = Grouper(starter())
    placed = [grouper.add(make_article(number, title, hours=number)) for number, title in enumerate(TITLES, start=1)]

    assert [(one.story, one.absorbed) for one in placed] == [("1", ()), ("2", ()), ("1", ("2",))]
    later = grouper.add(make_article(4, TITLES[1], hours=4))
    assert (later.story, later.absorbed) == ("1", ())


def test_the_second_nearest_story_is_named() -> None:
    grouper = Grouper(starter())
    reasons = [grouper.add(make_article(number, title)).reason for number, title in enumerate(TITLES, start=1)]

    joined = reasons[2]
    assert isinstance(joined, Joined)
    assert {joined.nearest, joined.other} == {"1", "2"}
    assert joined.similarity > joined.other_similarity > 0.3


def test_a_title_that_tells_of_two_happenings_does_not_make_them_one() -> None:
    grouper = Grouper(starter())
    titles = (
        "딥시크 추론 모델 R3 공개",
        "엔비디아 주가 17% 급락",
        "딥시크 추론 모델 R3 공개에 엔비디아 주가 17% 급락",
    )
    placed = [grouper.add(make_article(number, title)) for number, title in enumerate(titles, start=1)]

    assert [(one.story, one.absorbed) for one in placed] == [("1", ()), ("2", ()), ("1", ())]


def test_the_name_of_the_tenth_is_younger_than_that_of_the_ninth() -> None:
    grouper = Grouper(starter())
    for number, title in zip((9, 10), TITLES, strict=False):
        grouper.add(make_article(number, title))

    assert grouper.add(make_article(11, TITLES[2])).absorbed == ("10",)


def test_merges_of_another_grouper_can_be_taken_over_more_than_once() -> None:
    grouper = Grouper(starter())
    for number, title in enumerate(TITLES[:2], start=1):
        grouper.restore(make_article(number, title), str(number))
    for _ in range(2):
        grouper.merge("2", "1")
    grouper.merge("77", "66")

    assert grouper.add(make_article(4, TITLES[1])).story == "1"


def test_members_of_a_merged_story_leave_the_window_in_their_order() -> None:
    grouper = Grouper(starter(), most_members=3)
    stream = [make_article(number, TITLES[number % 3], hours=number) for number in range(12)]

    assert set(final(grouper, stream).values()) == {"0"}
    assert len(grouper) == 3


@settings(max_examples=60, deadline=None)
@given(st.one_of(streams(), dense_streams()))
def test_the_twins_merge_alike(stream: list[GroupArticle]) -> None:
    fast, slow = Grouper(starter()), ReferenceGrouper(starter())
    for article in stream:
        slow.add(article)

    assert final(fast, stream) == slow.stories


@settings(max_examples=40, deadline=None)
@given(st.one_of(streams(), dense_streams()), st.floats(0, 1))
def test_a_restart_after_merges_changes_nothing(stream: list[GroupArticle], part: float) -> None:
    before = Grouper(starter())
    checkpoint = before.frequencies.dump()
    middle = int(part * len(stream))
    stories = final(before, stream[:middle])

    after = Grouper(Frequencies.load(checkpoint))
    for article in stream[:middle]:
        after.restore(article, stories[article.id])

    assert [after.add(article) for article in stream[middle:]] == [before.add(article) for article in stream[middle:]]
