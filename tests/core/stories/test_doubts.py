from __future__ import annotations

import pytest

from monitor.core.stories.doubts import Doubt, Traits, doubts, left_by, traits_of
from monitor.core.stories.grams import words_of
from monitor.core.stories.headline import read_headline


def traits(title: str, outlet: str = "가나일보") -> Traits:
    headline = read_headline(title)
    return traits_of(headline, words_of(headline.text), outlet)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("하늘반도체, HBM4 양산", "하늘반도체 HBM4 세계 첫 양산", []),
        ("하늘반도체 HBM3E 양산", "하늘반도체 HBM4 양산", [Doubt.SERIALS]),
        ("수출 3월 1일 발표", "수출 4월 1일 발표", [Doubt.CALENDAR]),
        ("[사설] 반도체의 봄", "반도체의 봄", [Doubt.GENRE]),
        ("[포토] 반도체의 봄", "반도체의 봄", []),
        ("[인사] 한빛전자", "[인사] 누리은행", [Doubt.TEMPLATE, Doubt.SAME_OUTLET, Doubt.SERIES]),
        ("[신문 사설](16일)", "[신문 톱뉴스](16일)", [Doubt.GENRE, Doubt.TEMPLATE, Doubt.OTHER_TEMPLATE]),
        ("[오늘의 날씨] 3일", "[주간 날씨] 3일", [Doubt.TEMPLATE, Doubt.SAME_OUTLET, Doubt.OTHER_TEMPLATE]),
        ("[기획연재] 첫 편지", "[기획연재] 둘째 편지", [Doubt.SERIES]),
        ("한빛, 영업익 30억원…5%↑", "한빛, 영업익 80억원…9%↑", [Doubt.QUANTITIES]),
        ("한빛, 영업익 30억원…5%↑", "한빛, 영업익 30억원…9%↑", []),
        ("공장 화재 3명 대피", "공장 화재 5명 대피", []),
        ("누리은행, 앱 장애", "하늘은행, 앱 장애", [Doubt.ACTOR]),
        ("누리은행 1분기 흑자", "하늘은행 1분기 흑자", [Doubt.ACTOR]),
        ("한은, 금리 동결", "한국은행, 금리 동결", []),
        ("한빛전자, 공장 화재", "한빛, 공장 화재", []),
        ("충남 서산에 큰비", "대구에 큰비", [Doubt.REGION]),
        ("대전·충남에 큰비", "충남 서산에 큰비", []),
        ("충청에 큰비", "세종에 큰비", []),
        ("경기 침체에 큰비", "대구에 큰비", []),
        ("경기도에 큰비", "대구에 큰비", [Doubt.REGION]),
    ],
)
def test_what_speaks_against_one_happening(one: str, other: str, found: list[Doubt]) -> None:
    assert doubts(traits(one), traits(other)) == found
    assert sorted(doubts(traits(other), traits(one))) == sorted(found)


def test_patterns_and_columns_of_other_outlets_are_less_doubtful() -> None:
    one, other = traits("[인사] 한빛전자"), traits("[인사] 누리은행", "다라신문")

    assert doubts(one, other) == [Doubt.TEMPLATE]


def test_each_doubt_leaves_less() -> None:
    assert left_by([]) == 1
    assert left_by([Doubt.SERIALS]) < left_by([Doubt.ACTOR]) < 1
    assert all(left_by([doubt, Doubt.GENRE]) < left_by([doubt]) for doubt in Doubt)


def test_equal_traits_are_one_object() -> None:
    assert traits("누리은행, 앱 장애") is traits("누리은행, 앱 마비")
