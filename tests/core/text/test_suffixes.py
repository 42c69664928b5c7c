from __future__ import annotations

import pytest

from monitor.core.text.script import Ending
from monitor.core.text.suffixes import SUFFIXES, Tail, classify_tail, may_end_a_name
from monitor.core.text.words import words


@pytest.mark.parametrize("suffix", words("씨 측 쪽 행 적 등 들 지역 내 산 그룹"))
@pytest.mark.parametrize("kind", SUFFIXES)
def test_these_suffixes_are_safe_after_every_kind(suffix: str, kind: str) -> None:
    assert classify_tail(Ending.CONSONANT, suffix, kind) == Tail.SUFFIX


@pytest.mark.parametrize(
    ("kind", "suffixes"),
    [
        ("place", "산 발 행 계 식 권 군 어 내 향"),
        ("organisation", "측 쪽 그룹 발 향 닷컴"),
        ("person", "씨 측 님 기자 대표"),
    ],
)
def test_these_suffixes_are_safe_after_their_kind(kind: str, suffixes: str) -> None:
    for suffix in words(suffixes):
        assert classify_tail(Ending.VOWEL, suffix, kind) == Tail.SUFFIX


@pytest.mark.parametrize("suffix", words("표 식 형 주 만"))
def test_the_last_syllable_of_a_name_is_no_suffix_of_a_person(suffix: str) -> None:
    assert classify_tail(Ending.CONSONANT, suffix, "person") == Tail.COMPOUND


@pytest.mark.parametrize("run", words("산은 측이 등에서 들의 그룹에 지역까지 내에서 산들이 측들"))
def test_particles_may_follow_a_suffix(run: str) -> None:
    assert classify_tail(Ending.VOWEL, run, "concept") == Tail.SUFFIX


@pytest.mark.parametrize("run", words("산업 측량 등록 내각은 들판 주가 전자 산들바람"))
def test_a_suffix_that_is_the_head_of_another_word_is_a_compound(run: str) -> None:
    assert classify_tail(Ending.CONSONANT, run, "concept") == Tail.COMPOUND


def test_particles_come_before_suffixes() -> None:
    assert classify_tail(Ending.CONSONANT, "인", "place") == Tail.PARTICLE
    assert classify_tail(Ending.CONSONANT, "인들을", "place") == Tail.SUFFIX
    assert classify_tail(Ending.CONSONANT, "만의", "place") == Tail.PARTICLE


@pytest.mark.parametrize("run", words("만 만이 만은 만을 만의 만도 일이 임을"))
def test_the_last_syllable_of_a_name_may_have_particles_of_its_own(run: str) -> None:
    assert classify_tail(Ending.VOWEL, run, "person") == Tail.COMPOUND
    assert classify_tail(Ending.CONSONANT, run, "person", short=False) == classify_tail(
        Ending.CONSONANT, run, "organisation"
    )


@pytest.mark.parametrize("run", words("만큼 만큼은 일까 일지도 이 은 의 에게"))
def test_particles_that_begin_like_the_end_of_a_name_are_particles(run: str) -> None:
    assert classify_tail(Ending.CONSONANT, run, "person") == Tail.PARTICLE


@pytest.mark.parametrize("run", words("도 만 인 일 만이 인은 인들 인들의 만의"))
def test_some_tails_may_end_a_longer_name(run: str) -> None:
    assert may_end_a_name(run)


@pytest.mark.parametrize("run", ["", *words("이 가 은 는 을 를 의 에 에서 에서도 까지 라며 인데 인가 일까 도시 들")])
def test_other_tails_leave_no_doubt(run: str) -> None:
    assert not may_end_a_name(run)
