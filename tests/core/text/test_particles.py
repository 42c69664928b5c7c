from __future__ import annotations

import pytest

from monitor.core.text.particles import is_chain
from monitor.core.text.script import ending_of
from monitor.core.text.words import words


def reads(word: str, run: str) -> bool:
    return is_chain(ending_of(word[-1]), run)


@pytest.mark.parametrize(
    "run", words("는 가 를 와 나 랑 든 야 라도 란 다 라고 라는 라며 라면 였다 였던 여서 며 지만 로")
)
def test_after_a_vowel_these_are_particles(run: str) -> None:
    assert reads("메타", run)
    assert reads("ai", run)


@pytest.mark.parametrize(
    "run",
    [
        *words("은 이 을 과 이나 이랑 이든 이라도 이란 이다 이라고 이라는 이라며"),
        *words("이었다 이어서 이며 이고 이자 으로"),
    ],
)
def test_after_a_consonant_these_are_particles(run: str) -> None:
    assert reads("인텔" if not run.startswith("으로") else "삼성", run)
    assert reads("h20", run)


@pytest.mark.parametrize(
    "run",
    words(
        "의 에 도 만 에서 서 에게 에게서 께 께서 한테 까지 부터 보다 처럼 만큼 마다 조차 마저 밖에 대로 뿐 같이 하고 "
        "엔 에선 에겐 인 인데 인지도 일 일까 일수록 임을 입니다 이다 이라고"
    ),
)
def test_after_any_letter_these_are_particles(run: str) -> None:
    assert reads("메타", run)
    assert reads("구글", run)
    assert reads("삼성", run)


@pytest.mark.parametrize(
    ("word", "run"),
    [
        ("중국", "에서는"),
        ("중국", "에서부터의"),
        ("메타", "로부터의"),
        ("구글", "로서는"),
        ("구글", "로의"),
        ("삼성", "으로써"),
        ("삼성", "만으로는"),
        ("삼성", "까지가"),
        ("삼성", "에게만이라도"),
        ("삼성", "에서였다"),
        ("삼성", "뿐이었다"),
        ("삼성", "과의"),
        ("메타", "와의"),
    ],
)
def test_chains_are_read_particle_by_particle(word: str, run: str) -> None:
    assert reads(word, run)


@pytest.mark.parametrize(
    ("word", "run"),
    [
        ("인텔", "는"),
        ("인텔", "가"),
        ("인텔", "를"),
        ("인텔", "으로"),
        ("메타", "은"),
        ("메타", "을"),
        ("메타", "이"),
        ("메타", "으로"),
        ("삼성", "로"),
        ("삼성", "와"),
        ("구글", "와"),
    ],
)
def test_particles_that_disagree_with_the_final_consonant_are_none(word: str, run: str) -> None:
    assert not reads(word, run)


@pytest.mark.parametrize(
    ("word", "run"),
    [
        ("인텔", "리전스"),
        ("메타", "버스"),
        ("토스", "트"),
        ("삼성", "전자"),
        ("강남", "대로가"),
        ("지니", "고"),
        ("중국", "에서에서에서에서에서"),
        ("중국", "만만만만만만"),
    ],
)
def test_other_words_are_not_particles(word: str, run: str) -> None:
    assert not reads(word, run)
