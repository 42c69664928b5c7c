from __future__ import annotations

import pytest

from monitor.core.text.script import Ending, ending_of, is_hangul, is_hanja, is_latin


@pytest.mark.parametrize(
    ("letter", "script"),
    [
        ("가", "hangul"),
        ("힣", "hangul"),
        ("中", "hanja"),
        ("㐀", "hanja"),
        ("a", "latin"),
        ("7", "latin"),
        ("é", "latin"),
    ],
)
def test_each_letter_has_one_script(letter: str, script: str) -> None:
    assert [is_hangul(letter), is_hanja(letter), is_latin(letter)] == [
        script == "hangul",
        script == "hanja",
        script == "latin",
    ]


@pytest.mark.parametrize("letter", ["", " ", "·", "-", "か", "“"])
def test_signs_kana_and_nothing_are_of_no_script(letter: str) -> None:
    assert [is_hangul(letter), is_hanja(letter), is_latin(letter)] == [False, False, False]


@pytest.mark.parametrize(
    ("word", "ending"),
    [
        ("메타", Ending.VOWEL),
        ("구글", Ending.RIEUL),
        ("삼성", Ending.CONSONANT),
        ("ai", Ending.EITHER),
        ("h20", Ending.EITHER),
        ("中", Ending.EITHER),
    ],
)
def test_a_word_ends_as_its_last_letter_does(word: str, ending: Ending) -> None:
    assert ending_of(word[-1]) is ending
