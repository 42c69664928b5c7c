"""What stands beside a term, behind it, and how surely it is found."""

from __future__ import annotations

from dataclasses import replace

from monitor.core.article import Article
from monitor.core.matching.engine import WEAK_CUT, compile_matcher
from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.query.nodes import TermRef
from monitor.core.text.normal import fold
from monitor.pipeline.suggest.model import Asked, Sort, Suggestion
from monitor.pipeline.suggest.terms import LEAST_CONTINUED, LEAST_WEAK, TermSurvey

TERMS = {
    "Anthropic": Term("Anthropic", ("Anthropic",), Kind.ORGANISATION),
    "애플": Term("애플", ("애플",), Kind.ORGANISATION, Mode.FAMILY),
    "강원": Term("강원", ("강원",), Kind.PLACE),
    "오픈AI": Term("오픈AI", ("오픈AI",), Kind.ORGANISATION),
}


def surveyed(*titles: str, summary: str = "", taken: tuple[str, ...] = ()) -> list[Suggestion]:
    matcher = compile_matcher(TERMS, [Watchlist(name, TermRef(name)) for name in TERMS])
    survey = TermSurvey(Asked({}, TERMS, frozenset(map(fold, taken))))
    for number, title in enumerate(titles):
        article = Article(str(number), "", title, summary)
        for match in matcher.match(article):
            survey.look(article, match)
    return list(survey.suggestions())


def test_a_spelling_that_stands_beside_a_known_one_in_several_articles_is_suggested() -> None:
    (found,) = surveyed(
        "앤스로픽(Anthropic) 투자", "앤스로픽(Anthropic)의 새 모델", "앤트로픽(Anthropic) 소식", "Anthropic 소식"
    )
    assert (found.sort, found.term, found.text, found.beside) == (Sort.SPELLING, "Anthropic", "앤스로픽", "Anthropic")
    assert (found.articles, found.of) == (2, 4)
    assert found.examples == ("앤스로픽(Anthropic) 투자", "앤스로픽(Anthropic)의 새 모델")


def test_a_spelling_that_some_term_has_is_not_nor_the_same_one_in_other_letters() -> None:
    titles = ["앤스로픽(Anthropic) 투자"] * 3
    assert surveyed(*titles, taken=("앤스로픽",)) == []
    found = surveyed(*["오픈AI(Open Ai) 소식"] * 3, *["오픈AI(OPENAI) 소식"] * 2)
    assert [one.text for one in found if one.sort is Sort.SPELLING] in (["Open Ai"], ["Open Ai", "OPENAI"])


def test_an_explanation_in_brackets_is_too_long_for_a_spelling() -> None:
    assert surveyed(*["Anthropic(샌프란시스코에 있는 아주 커다란 인공지능 개발 회사 가운데 하나) 소식"] * 3) == []


def test_longer_words_in_whose_articles_the_term_never_stands_by_itself_are_to_be_excluded() -> None:
    titles = ["새 애플리케이션을 출시", "애플리케이션의 시대", "모바일 애플리케이션 안내"]
    (found,) = surveyed(*titles, "애플의 실적", "애플워치 출시")
    assert (found.sort, found.term, found.text) == (Sort.CONTINUATION, "애플", "애플리케이션")
    assert (found.articles, found.of, found.against) == (LEAST_CONTINUED, 5, 0)


def test_a_longer_word_beside_which_the_term_stands_often_belongs_to_it() -> None:
    assert surveyed(*["애플워치 내놓은 애플"] * 5) == []
    assert surveyed("애플워치 출시", "애플워치 출시") == []


def test_a_term_that_only_ever_hits_weakly_is_named_with_the_words_it_may_be_a_part_of() -> None:
    titles = ["강원도 산불", "겨울의 강원도", "강원만의 여행"]
    found = surveyed(*titles)
    assert [(one.sort, one.text) for one in found] == [(Sort.WEAK, "강원도"), (Sort.WEAK, "강원만")]
    assert (found[0].articles, found[0].of) == (2, LEAST_WEAK)
    assert surveyed(*titles, "강원 지역의 산불") == []
    assert surveyed(*titles[:2]) == []


def test_one_that_only_ever_touches_the_end_of_cut_off_texts_has_no_word_to_exclude() -> None:
    matcher = compile_matcher(TERMS, [Watchlist("애플", TermRef("애플"))])
    survey = TermSurvey(Asked({}, TERMS))
    article = Article("1", "", "새 소식", "모바일에 가장 잘 맞게 최적화된 애플")
    (match,) = matcher.match(article)
    for _ in range(LEAST_WEAK):
        survey.look(article, replace(match, weak=WEAK_CUT))
    (found,) = [one for one in survey.suggestions() if one.sort is Sort.WEAK]
    assert (found.text, found.articles) == ("", LEAST_WEAK)
