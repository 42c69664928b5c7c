from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text.sentences import Layout, cut_off_at, sentences


@pytest.mark.parametrize(
    ("letters", "parts"),
    [
        ("칩을 샀다. 값이 3.5배다! 왜?", ["칩을 샀다.", "값이 3.5배다!", "왜?"]),
        ("그는 '끝났다.' 하고 말했다.", ["그는 '끝났다.'", "하고 말했다."]),
        ("끝났다.그래도 간다", ["끝났다.", "그래도 간다"]),
        ("첫 줄\n둘째 줄", ["첫 줄", "둘째 줄"]),
        ("공급망… 다시 흔들... 대책은", ["공급망… 다시 흔들... 대책은"]),
        ("u.s. 정부가 막았다", ["u.s. 정부가 막았다"]),
        ("好。다음", ["好。", "다음"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_sentences_end_at_full_stops_and_lines(letters: str, parts: list[str]) -> None:
    assert [letters[start:end] for start, end in sentences(letters)] == parts


def test_offsets_know_their_sentence() -> None:
    letters = "수출을 막았다. 통제는 없다."
    layout = Layout(letters)
    assert [layout.sentence_at(letters.index(word)) for word in ("수출", "막", "통제", "없")] == [1, 1, 2, 2]


def test_offsets_know_their_space_separated_word() -> None:
    layout = Layout("수출을 전면 통제")
    assert [layout.eojeol_at(offset) for offset in (0, 2, 4, 5, 7, 8)] == [0, 0, 1, 1, 2, 2]


@given(st.text(alphabet=" \n\t.!?。\"')a다요가", max_size=25), st.integers(0, 6))
def test_a_layout_says_of_each_letter_what_the_sentences_say(letters: str, words: int) -> None:
    layout = Layout(letters)
    for start, end in sentences(letters):
        for offset in range(start, end):
            if letters[offset] != " ":
                assert layout.sentence_around(offset) == (start, end)
                following = letters[offset + 1 : end].split(" ")[: words + 1]
                reached = letters[offset + 1 : layout.reach(offset + 1, words)]
                assert reached.rstrip() == " ".join(following).rstrip()


@pytest.mark.parametrize(
    ("letters", "cut"),
    [
        ("클라우드에 최적화된 애플", "애플"),
        ("클라우드에 최적화된 애플...", "애플"),
        ("클라우드에 최적화된 애플 […]", "애플"),
        ("클라우드에 최적화된 애플…  ", "애플"),
    ],
)
def test_a_text_without_a_final_stop_was_cut_off_behind_its_last_letter(letters: str, cut: str) -> None:
    assert cut_off_at(letters, 0, len(letters)) == letters.index(cut) + len(cut)


@pytest.mark.parametrize("letters", ["다 밝혔다.", "정말일까?", '"좋다."', "(사진=본사)", "", "   "])
def test_a_text_that_ends_as_a_sentence_does_was_not_cut(letters: str) -> None:
    assert cut_off_at(letters, 0, len(letters)) is None


def test_only_the_asked_place_is_looked_at() -> None:
    assert cut_off_at("앞의 애플\n뒤는 끝.", 0, 5) == 5
