"""A word near wrong hits is suggested only if it takes no right one away."""

from __future__ import annotations

from monitor.core.article import Article
from monitor.core.matching.model import Kind, Term
from monitor.pipeline.records import Verdict
from monitor.pipeline.suggest.model import Asked, Sort, Suggestion
from monitor.pipeline.suggest.wrong import MOST_KEPT, WrongSurvey

TERM = Term("라인", ("라인",), Kind.ORGANISATION)
WRONG = ("반도체 생산 라인을 증설", "자동차 생산 라인이 멈췄다")
RIGHT = ("라인의 새 메신저", "메신저 라인이 공개")


def surveyed(
    wrong: tuple[str, ...] = WRONG, right: tuple[str, ...] = RIGHT, others: tuple[str, ...] = ()
) -> list[Suggestion]:
    survey = WrongSurvey(Asked({}, {"라인": TERM}, frozenset({"라인"})))
    for titles, verdict in ((wrong, Verdict.WRONG), (right, Verdict.RIGHT), (others, None)):
        for title in titles:
            survey.look(Article(title, "", title), "라인", verdict)
    return list(survey.suggestions())


def test_a_word_of_the_wrong_hits_alone_is_suggested_with_what_it_does() -> None:
    (found,) = surveyed(others=("라인 소식",) * 100 + ("라인 생산",))
    assert (found.sort, found.term, found.text) == (Sort.CONTEXT, "라인", "생산")
    assert (found.articles, found.of, found.against) == (2, 2, 1)
    assert found.examples == WRONG


def test_one_wrong_hit_is_not_enough() -> None:
    assert surveyed(wrong=WRONG[:1]) == []
    assert surveyed(wrong=("첫 라인", "다른 라인이다")) == []


def test_a_word_of_a_right_hit_is_never_suggested() -> None:
    assert surveyed(right=("라인의 생산",)) == []
    # 생산량 begins with it, and a context word is read as a stem.
    assert surveyed(right=("라인의 생산량",)) == []


def test_a_word_that_takes_many_others_away_is_not_suggested() -> None:
    assert surveyed(others=("라인 소식", "라인 생산")) == []


def test_a_word_that_stands_too_far_away_rids_nobody_of_anything() -> None:
    survey = WrongSurvey(Asked({}, {"라인": TERM}, frozenset({"라인"})))
    for number in range(2):
        text = "첫 문장이다. 라인이 멈췄다. 다음 문장이다. 그리고 공장 얘기다."
        survey.look(Article(str(number), "", "소식", text), "라인", Verdict.WRONG)
    assert "공장" not in [one.text for one in survey.suggestions()]


def test_of_articles_that_nobody_marked_only_so_many_are_kept() -> None:
    others = ("라인 소식",) * MOST_KEPT + ("라인 생산",) * 50
    (found,) = surveyed(others=others)
    assert found.against == 0
