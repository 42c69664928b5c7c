from __future__ import annotations

import pytest

from monitor.core.matching.model import Kind, Term
from tests.core.matching.ask import hits, place

US, CHINA, JAPAN, NORTH, KOREA = (place(name) for name in ("미국", "중국", "일본", "북한", "한국"))


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        (US, "美, 반도체 관세 예고", ["美"]),
        (US, "美정부와 對美 수출", ["美", "美"]),
        (US, "韓美 정상 통화", ["美"]),
        (US, "한美 연합훈련", ["美"]),
        (US, "美産 소고기", ["美"]),
        (US, "美國 상원", ["美國"]),
        (US, "美" * 9, []),
        (US, "美術 전시와 美人", []),
        (US, "팔방美 전시", []),
        (US, "Made in美", ["美"]),
        (CHINA, "中딥시크 공개", ["中"]),
        (CHINA, "中企 지원과 中食 시장", []),
        (CHINA, "수사中 도주", []),
        (CHINA, "대中 수출", ["中"]),
        (CHINA, "반도체의 길 (中)", []),
        (CHINA, "미중(中) 갈등", ["미중", "中"]),
        (US, "방미(訪美) 일정", ["방미", "美"]),
        (CHINA, "중(中) 당국", ["中"]),
        (CHINA, "[中 특파원] 보고", ["中"]),
        (JAPAN, "日 수출 규제, 3日 발표", ["日"]),
        (JAPAN, "日帝 시대", []),
        (KOREA, "韓銀 금리 동결", []),
        (place("인도"), "印尼 수도 이전", []),
        (place("이탈리아"), "伊 총리 방한", ["伊"]),
        (place("이탈리아"), "(伊) 총리", []),
    ],
)
def test_hanja_stand_for_countries_only_in_runs_of_countries(country: Term, text: str, expected: list[str]) -> None:
    assert hits(country, text) == expected


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        (US, "미중 갈등이 깊다", ["미중"]),
        (US, "한미 정상회담", ["한미"]),
        (US, "한미동맹 강화", ["한미"]),
        (US, "한미는 합의했다", ["한미"]),
        (US, "한미약품과 한미반도체 주가", []),
        (US, "대한미국 표기", []),
        (US, "국한미중", []),
        (US, "대미 수출이 늘었다", ["대미"]),
        (US, "시즌의 대미를 장식했다", []),
        (US, "방미한 장관, 방미길, 방미통위", ["방미", "방미"]),
        (JAPAN, "중일 때와 중일전쟁", ["중일"]),
        (JAPAN, "한일전서 이겼다", ["한일"]),
        (US, "북미 시장 공략, 북미 회담", ["북미"]),
        (CHINA, "대중 반도체 수출 통제", ["대중"]),
        (CHINA, "대중의 사랑을 받은 대중문화", []),
        (JAPAN, "한일전 승리", ["한일"]),
        (JAPAN, "한일전자 공시", []),
        (NORTH, "대북 제재", ["대북"]),
        (KOREA, "방미 일정", []),
    ],
)
def test_hangul_short_forms_need_their_company(country: Term, text: str, expected: list[str]) -> None:
    assert hits(country, text) == expected


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        (US, "한·미·일 정상", ["미"]),
        (US, "미·중은 만났다", ["미"]),
        (CHINA, "미ㆍ중 무역전쟁", ["중"]),
        (CHINA, "미-중 갈등", ["중"]),
        (CHINA, "초·중·고 학생", []),
        (CHINA, "미·중학교", []),
        (US, "장미·중국 여행", []),
        (US, "장미·중 분류", []),
    ],
)
def test_lists_of_countries_are_read_syllable_by_syllable(country: Term, text: str, expected: list[str]) -> None:
    assert hits(country, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("미 상무부가 발표", ["미"]),
        ("3미 정부", []),
        ("美 상무부", ["美"]),
        ("장미 정부", []),
        ("미 친구", []),
        ("미 연방법", []),
    ],
)
def test_a_lone_syllable_is_a_country_before_an_office(text: str, expected: list[str]) -> None:
    assert hits(US, text) == expected


def test_a_day_is_no_country() -> None:
    assert hits(JAPAN, "21일 정부가 밝혔다, 21일·미국 시각") == []


def test_only_places_have_short_forms() -> None:
    assert hits(Term("미국", ("미국",)), "美 정부와 한미 회담") == []
    assert hits(place("부산"), "釜山과 美") == []


@pytest.mark.parametrize(
    "text", ["골자로 한 정부조직법", "한 정부 관계자", "회의 중 대통령", "임기 중 정부", "또 한 외교부 당국자"]
)
def test_syllables_that_are_words_of_their_own_are_no_country_before_an_office(text: str) -> None:
    for name in ("한국", "중국"):
        assert hits(Term(name, (name,), kind=Kind.PLACE), text) == []


@pytest.mark.parametrize(("text", "found"), [("美-中 회담", ["美"]), ("中-러 밀착", []), ("(美) 2부", [])])
def test_a_hyphen_after_a_country_is_no_closing_bracket(text: str, found: list[str]) -> None:
    assert hits(US, text) == found
