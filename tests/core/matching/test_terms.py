from __future__ import annotations

import pytest

from monitor.core.matching.errors import BadExpressionError
from monitor.core.matching.model import Kind, Mode, Term
from monitor.core.matching.occurrence import Verdict
from tests.core.matching.ask import article, hits, verdicts


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("인텔", "인텔이 새 공장을 짓는다", ["인텔"]),
        ("인텔", "美인텔, 새 공장", ["인텔"]),
        ("인텔", "비즈니스 인텔리전스 도구", []),
        ("메타", "메타버스 열풍이 식었다", []),
        ("메타", "메타는 모델을 공개했다", ["메타"]),
        ("토스", "토스트 가게", []),
        ("라인", "온라인 쇼핑과 라인업", []),
        ("라마", "새 드라마 라마", ["라마"]),
        ("딥시크", "中딥시크 새 모델", ["딥시크"]),
        ("하이닉스", "SK하이닉스 실적", ["하이닉스"]),
        ("반도체", "AI반도체 수요", ["반도체"]),
        ("ARM", "ARMY 팬과 C-arm 장비", []),
        ("ARM", "Arm이 설계한 칩", ["Arm"]),
        ("AI", "KAIST와 FAIR의 연구", []),
        ("AI", "‘AI’가 바꾼 일터", ["AI"]),
        ("수출 통제", "반도체 수출통제와 수출 통제", ["수출통제", "수출 통제"]),
        ("수출통제", "새 수출 통제를 발표", ["수출 통제"]),
        ("오픈AI", "오픈 AI와 오픈AI", ["오픈 AI", "오픈AI"]),
        ("김신", "김 신임 사장, 김신 교수", ["김신"]),
        ("중국", "대(對)중국 수출, 이중국적자", []),
        ("E&S", "SK E&amp;amp;S 합병", ["E&amp;amp;S"]),
        ("중국", "중국ㆍ미국 회담", ["중국"]),
        ("엔비디아", "엔비디아주가 급등", []),
    ],
)
def test_exact_terms_follow_the_boundaries(term: str, text: str, expected: list[str]) -> None:
    assert hits(term, text) == expected


def test_a_place_may_follow_a_prefix() -> None:
    assert hits(Term("중국", ("중국",), Kind.PLACE), "대(對)중국 수출과 이중국적") == ["중국"]


@pytest.mark.parametrize("text", ["이영표 위원", "이영주 교수", "이영만 후보"])
def test_the_last_syllable_of_a_longer_name_is_not_taken_for_a_suffix(text: str) -> None:
    assert hits(Term("이영", ("이영",), Kind.PERSON), text) == []


def test_a_person_may_have_a_title() -> None:
    assert hits(Term("이영", ("이영",), Kind.PERSON), "이영씨와 이영 기자") == ["이영", "이영"]


def test_family_mode_takes_longer_words_except_excluded_ones() -> None:
    apple = Term("애플", ("애플",), Kind.ORGANISATION, Mode.FAMILY, exclude=("애플리케이션", "파인애플"))
    assert hits(apple, "애플워치와 애플 리케이션, 파인애플, 애플스토어") == ["애플", "애플"]
    assert verdicts(apple, "애플리케이션을 애플스럽게") == [Verdict.REJECTED_EXCLUDED, Verdict.COMPOUND]


def test_an_excluded_word_that_holds_the_spelling_covers_it_however_it_is_spaced() -> None:
    flu = Term("AI", ("AI",), exclude=("고병원성 AI", "조류독감"))
    assert verdicts(flu, "고병원성 AI, 고병원성AI 확진") == [Verdict.REJECTED_EXCLUDED] * 2
    assert hits(flu, "AI 칩 경쟁") == ["AI"]


def test_an_excluded_context_word_in_the_same_sentence_rejects() -> None:
    flu = Term("AI", ("AI",), exclude=("조류독감",))
    assert verdicts(flu, "조류독감을 부르는 AI 확산") == [Verdict.REJECTED_CONTEXT]


def test_the_title_and_the_first_sentence_are_context_of_everything() -> None:
    flu = Term("AI", ("AI",), exclude=("조류",))
    assert hits(flu, article("AI 비상", "조류인플루엔자가 번진다. 방역 강화.")) == []
    assert hits(flu, article("방역 비상", "조류인플루엔자가 번진다. 다음 문장. AI 막는다.")) == []
    assert hits(flu, article("AI 칩", "칩이 뜬다. 조류도 난다. 끝.")) == ["AI"]
    assert hits(flu, article("AI 칩", "", "칩이 뜬다. 조류도 AI 본다.")) == ["AI"]


def test_a_word_is_no_context_of_itself() -> None:
    assert hits(Term("한강", ("한강",), exclude=("강",), require=("한강",)), "한강") == []
    assert hits(Term("한강", ("한강",), exclude=("한",)), "한강 다리, 한 번") == []
    assert hits(Term("한강", ("한강", "강"), require=("강 ",)), "강 하나") == []


def test_a_required_word_must_stand_near() -> None:
    india = Term("인도", ("인도",), Kind.PLACE, require=("뉴델리", "총리", "강"))
    assert hits(india, "인도 총리가 방한했다") == ["인도"]
    assert verdicts(india, "인도에 쌓인 눈, 강남 거리") == [Verdict.REJECTED_ALONE]


def test_capitals_count_if_asked() -> None:
    line = Term("LINE", ("LINE", "라인 Line"), Kind.PRODUCT, case_sensitive=True)
    assert hits(line, "LINE 메신저, line 하나, 라인 Line") == ["LINE", "라인 Line"]
    assert verdicts(line, "line과 INLINE") == [Verdict.REJECTED_CASE, Verdict.REJECTED_LEFT]


def test_two_capitalisations_of_one_spelling_both_count() -> None:
    assert hits(Term("Meta", ("Meta", "META"), case_sensitive=True), "META와 Meta, meta") == ["META", "Meta"]


def test_overlapping_spellings_give_the_longest_span_once() -> None:
    assert hits(Term("한빛", ("한빛", "한빛 전자")), "한빛 전자 공시") == ["한빛 전자"]


@pytest.mark.parametrize(
    "term", [Term("빈", ("\u200b",)), Term("빈", ("칩",), exclude=("",)), Term("빈", ("칩",), require=("!",))]
)
def test_a_spelling_without_letters_is_refused(term: Term) -> None:
    with pytest.raises(BadExpressionError) as raised:
        hits(term, "칩")
    assert raised.value.why == "it has no letters"
