from __future__ import annotations

import pytest

from monitor.core.text.boundary import Left, Right, left_of, right_of, tail_of


@pytest.mark.parametrize(
    ("letters", "word", "left"),
    [
        ("라인 야후", "라인", Left.OPEN),
        ("새 라인", "라인", Left.OPEN),
        ("'라인'", "라인", Left.OPEN),
        ("온라인 강의", "라인", Left.INSIDE),
        ("드라마 촬영", "라마", Left.INSIDE),
        ("이중국적 논란", "중국", Left.INSIDE),
        ("中딥시크 공개", "딥시크", Left.HANJA),
        ("sk하이닉스", "하이닉스", Left.SCRIPT),
        ("2차전지", "차전지", Left.SCRIPT),
        ("오픈ai", "ai", Left.SCRIPT),
        ("army 훈련", "arm", Left.OPEN),
        ("kaist 연구", "ai", Left.INSIDE),
        ("3arm", "arm", Left.INSIDE),
        ("새 c-arm 장비", "arm", Left.INSIDE),
        ("sk-lg 합의", "lg", Left.OPEN),
        ("對美 수출", "美", Left.INSIDE),
        ("대美 수출", "美", Left.SCRIPT),
        ("오늘.net 발표", ".net", Left.OPEN),
        ("大반도체", "반도체", Left.HANJA),
    ],
)
def test_the_left_boundary(letters: str, word: str, left: Left) -> None:
    assert left_of(letters, letters.index(word)) is left


@pytest.mark.parametrize("prefix", "대친반탈주범")
def test_places_may_follow_a_prefix_that_stands_alone(prefix: str) -> None:
    assert left_of(f"새 {prefix}중국 정책", 3, place=True) is Left.PREFIX
    assert left_of(f"{prefix}중국", 1, place=True) is Left.PREFIX
    assert left_of(f"{prefix}중국", 1) is Left.INSIDE
    assert left_of(f"가{prefix}중국", 2, place=True) is Left.INSIDE


@pytest.mark.parametrize(
    ("letters", "word", "right"),
    [
        ("인텔", "인텔", Right.END),
        ("인텔 지분", "인텔", Right.END),
        ("인텔, 지분", "인텔", Right.END),
        ("인텔18a", "인텔", Right.SCRIPT),
        ("인텔은 웃고", "인텔", Right.PARTICLE),
        ("인텔는 웃고", "인텔", Right.COMPOUND),
        ("인텔리전스", "인텔", Right.COMPOUND),
        ("메타버스", "메타", Right.COMPOUND),
        ("중국산 배터리", "중국", Right.SUFFIX),
        ("arm은", "arm", Right.PARTICLE),
        ("arm이", "arm", Right.PARTICLE),
        ("arm칩", "arm", Right.COMPOUND),
        ("army", "arm", Right.INSIDE),
        ("arm9", "arm", Right.INSIDE),
        ("카카오t", "카카오", Right.COMPOUND),
        ("김한결pd", "김한결", Right.SUFFIX),
        ("yahoo!japan", "yahoo!", Right.SCRIPT),
        ("한빛證", "한빛", Right.SCRIPT),
        ("中딥시크", "中", Right.SCRIPT),
        ("美는", "美", Right.SCRIPT),
        ("美産", "美", Right.SUFFIX),
        ("美産業", "美", Right.COMPOUND),
        ("美國", "美", Right.COMPOUND),
        ("中a", "中", Right.COMPOUND),
    ],
)
def test_the_right_boundary(letters: str, word: str, right: Right) -> None:
    assert right_of(letters, letters.index(word) + len(word), "concept") is right


def test_the_tail_is_the_whole_hangul_run() -> None:
    assert tail_of("인텔리전스 센터", 2) == "리전스"
    assert tail_of("인텔 센터", 2) == ""
