"""Names are nouns that stand in the hits of a watchlist and seldom elsewhere."""

from __future__ import annotations

from monitor.core.article import Article
from monitor.core.matching.model import Term
from monitor.pipeline.suggest.model import Asked, Sort, Suggestion
from monitor.pipeline.suggest.names import MOST_NAMES, NameSurvey

ASKED = Asked(
    {"가뭄": frozenset({"가뭄"}), "다른": frozenset()},
    {"가뭄": Term("가뭄", ("가뭄",))},
    spellings=frozenset({"가뭄", "춘천"}),
    names=frozenset({"속초"}),
)
OTHERS = [f"{number}번째 다른 소식" for number in range(300)]


def surveyed(*titles: str, stories: tuple[int, ...] = ()) -> list[Suggestion]:
    survey = NameSurvey(ASKED)
    for number, title in enumerate([*titles, *OTHERS]):
        story = stories[number] if number < len(stories) else number
        survey.look(Article(str(number), "", title), story, ["가뭄"] if "가뭄" in title else [])
    return list(survey.suggestions())


def texts(*titles: str, stories: tuple[int, ...] = ()) -> list[str]:
    return [one.text for one in surveyed(*titles, stories=stories)]


MET = ("강릉의 가뭄", "강릉은 가뭄", "가뭄 든 강릉")


def test_a_noun_that_stands_in_several_stories_with_several_particles_is_a_name() -> None:
    (found,) = surveyed(*MET, "강릉 축제")
    assert (found.sort, found.term, found.text, found.watchlist) == (Sort.NAME, "", "강릉", "가뭄")
    assert (found.articles, found.of, found.against) == (3, 3, 1)
    assert found.examples == MET[:2]


def test_one_story_told_often_makes_no_name() -> None:
    assert texts(*MET, stories=(1, 1, 2)) == []


def test_a_word_that_is_always_written_alike_is_none_unless_it_is_latin_with_a_capital() -> None:
    assert texts("극심 가뭄", "극심 가뭄에", "극심 가뭄의") == []
    assert texts("SM 가뭄", "SM 가뭄에", "SM 가뭄의") == ["SM"]
    assert texts("sm 가뭄", "sm 가뭄에", "sm 가뭄의") == []


def test_what_has_a_term_already_is_none() -> None:
    for known in ("춘천", "속초"):
        assert texts(f"{known}의 가뭄", f"{known}은 가뭄", f"가뭄 든 {known}") == []
    assert texts("큰가뭄의 가뭄", "큰가뭄은 가뭄", "가뭄 든 큰가뭄") == []


def test_what_becomes_a_verb_is_none() -> None:
    assert texts("지원의 가뭄", "지원은 가뭄", "가뭄 지원", "지원했다는 소식") == []


def test_what_is_as_common_elsewhere_tells_nothing() -> None:
    assert texts(*MET, *["강릉 축제"] * 100) == []


def test_what_is_rare_in_the_hits_is_not_often_in_them() -> None:
    assert "강릉" not in texts(*MET, *[f"가뭄 {number}일째" for number in range(200)])


def test_only_the_most_telling_names_are_shown() -> None:
    titles = [f"가뭄 {' '.join(f'N{chr(65 + number)}' for number in range(8))}"] * 4
    assert len(texts(*titles)) == MOST_NAMES
