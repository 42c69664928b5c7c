"""What an edit gains and loses is what the two matchers say, article by article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.alerting.model import AlertPolicy
from monitor.core.article import Article, Match, Precision, Span
from monitor.pipeline.backtest import DOUBTFUL_SHOWN, Comparison, Part, Sides, compare, judge
from monitor.pipeline.records import PastArticle, SeenArticle

NOON = datetime(2025, 1, 27, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = AlertPolicy({"가": ("desk",), "나": ("desk",)}, ZoneInfo("Asia/Seoul"), MINUTE)


@dataclass(frozen=True, slots=True)
class Words:
    """Watchlists by name, each of words of which one must be in the title; one of `weak` makes a doubtful match."""

    words: dict[str, tuple[str, ...]]
    weak: frozenset[str] = frozenset()

    def match(self, article: Article) -> tuple[Match, ...]:
        return tuple(
            Match(name, tuple(map(Span, ["title"] * len(at), at, ends)), "짧다" if self.weak & set(found) else "")
            for name, words in self.words.items()
            if (found := [word for word in words if word in article.title])
            for at in [[article.title.index(word) for word in found]]
            for ends in [[article.title.index(word) + len(word) for word in found]]
        )


def past(number: int, title: str, *, story: int | None = None, **hits: str) -> PastArticle:
    at = NOON + number * MINUTE
    article = Article(f"{number}", f"https://news.example/{number}", title, source="신문", published_at=at)
    return PastArticle(SeenArticle(number, article, at + MINUTE), story, hits)


def compared(before: Words | None, after: Words, *articles: PastArticle, same: str = "") -> Comparison:
    part = judge(articles, Sides(before, after, frozenset(same)))
    return compare([part], ["가", "나"], POLICY, POLICY)


ARTICLES = (past(1, "딥시크 공개"), past(2, "앤스로픽 투자"), past(3, "앤트로픽과 앤스로픽"), past(4, "날씨"))


def test_gained_and_lost_are_those_of_one_side_only_the_newest_first() -> None:
    found = compared(Words({"가": ("딥시크", "앤트로픽")}), Words({"가": ("앤트로픽", "앤스로픽")}), *ARTICLES)
    mine = found.watchlists[0]
    assert (mine.watchlist, mine.before, mine.after) == ("가", 2, 2)
    assert [change.judged.article_id for change in mine.gained] == [2]
    assert [change.judged.article_id for change in mine.lost] == [1]
    assert mine.gained[0].seen.words == ("앤스로픽",)


def test_several_changes_come_newest_first() -> None:
    found = compared(Words({}), Words({"가": ("앤스로픽", "딥시크")}), *ARTICLES)
    assert [change.judged.article_id for change in found.watchlists[0].gained] == [3, 2, 1]


def test_without_an_earlier_configuration_the_stored_hits_are_it() -> None:
    found = compared(None, Words({"가": ("딥시크",)}), past(1, "딥시크 공개"), past(2, "애플 공개", 가="", 나="짧다"))
    assert [len(one.gained) for one in found.watchlists] == [1, 0]
    assert [[change.judged.article_id for change in one.lost] for one in found.watchlists] == [[2], [2]]
    assert found.watchlists[1].lost[0].seen.weak == "짧다"


def test_watchlists_that_mean_the_same_are_matched_once_for_both_sides() -> None:
    found = compared(Words({}), Words({"가": ("딥시크",), "나": ("공개",)}), *ARTICLES, same="가")
    assert [(one.before, one.after) for one in found.watchlists] == [(1, 1), (0, 1)]


def test_articles_that_nothing_matches_are_counted_and_still_part_of_their_stories() -> None:
    part = judge([past(1, "날씨", story=7), past(2, "딥시크")], Sides(None, Words({"가": ("딥시크",)})))
    assert (part.articles, len(part.judged)) == (2, 1)
    assert [story for story, _ in part.members] == [7, 2]


def test_an_article_is_news_when_it_was_published_never_after_it_was_seen() -> None:
    late = past(1, "딥시크")
    ahead = replace(late.seen, article=replace(late.seen.article, published_at=NOON + timedelta(days=400)))
    dated = replace(late.seen, article=replace(late.seen.article, published_precision=Precision.DAY))
    unknown = replace(late.seen, article=replace(late.seen.article, published_at=None))
    for seen, at in (
        (late.seen, NOON + MINUTE),
        *((one, late.seen.first_seen_at) for one in (ahead, dated, unknown)),
    ):
        (judged,) = judge([replace(late, seen=seen)], Sides(None, Words({"가": ("딥시크",)}))).judged
        assert judged.at == at


def test_the_most_doubtful_are_the_weak_ones_and_the_new_ones_of_them_first() -> None:
    words = Words({"가": ("딥시크",)}, frozenset({"딥시크"}))
    known = [past(number, "딥시크 공개", 가="짧다") for number in range(100, 120)]
    found = compared(None, words, past(1, "딥시크 공개"), past(2, "앤스로픽"), *known)
    assert [change.judged.article_id for change in found.doubtful] == [1, *range(119, 110, -1)]
    assert len(found.doubtful) == DOUBTFUL_SHOWN


def test_alerts_a_day_are_of_stories_not_of_hits() -> None:
    articles = [past(1, "딥시크", story=1), past(2, "딥시크 또", story=1), past(3, "딥시크 새 얘기", story=3)]
    found = compared(Words({}), Words({"가": ("딥시크",)}), *articles)
    assert found.told_before.by_day() == {}
    assert found.told_after.by_day() == {NOON.date(): 2}


def test_what_comes_in_any_order_is_compared_alike() -> None:
    sides = Sides(Words({}), Words({"가": ("딥시크", "앤스로픽")}))
    parts = [judge([one], sides) for one in ARTICLES]
    assert compare(parts, ["가"], POLICY, POLICY) == compare(parts[::-1], ["가"], POLICY, POLICY)


def test_there_may_be_no_articles() -> None:
    found = compare([Part(0, (), ())], ["가"], POLICY, POLICY)
    assert (found.watchlists[0].before, found.watchlists[0].after, found.doubtful, found.days) == (0, 0, (), 0)


def test_days_are_those_from_the_oldest_article_to_the_newest_in_the_readers_zone() -> None:
    articles = [past(0, "날씨", story=9), past(12 * 60 - 1, "딥시크", story=1), past(24 * 60, "또 날씨", story=9)]
    assert compared(Words({}), Words({"가": ("딥시크",)}), *articles).days == 2
    assert compared(Words({}), Words({}), *articles[:2]).days == 1
