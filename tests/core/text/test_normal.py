from __future__ import annotations

import unicodedata

import pytest

from monitor.core.text.normal import fold, normalise


def original_of(text: str, wanted: str) -> str:
    normal = normalise(text)
    start = normal.letters.index(wanted)
    first, last = normal.span(start, start + len(wanted))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("한ㆍ미ㆍ일 회담", "한·미·일 회담"),
        ("한‧미•일∙중⋅러･북・남", "한·미·일·중·러·북·남"),
        ("‘따옴표’와 “큰따옴표” — 줄표–들", "'따옴표'와 \"큰따옴표\" - 줄표-들"),
        ("보이지\u200b않는\u2060글\ufeff자\u00ad들\ufe0f", "보이지않는글자들"),
        ("\uf9e1씨 집안", "李씨 집안"),
        ("㈜한빛전자", "(주)한빛전자"),
        ("ＡＩ ＣＨＩＰ", "ai chip"),
        ("Straße", "strasse"),
        ("5㎏ 로봇", "5kg 로봇"),
        ("대(對)중국 수출", "대중국 수출"),
        ("공급망… 다시 흔들", "공급망… 다시 흔들"),
        ("탭\t과  두 칸\xa0과\r줄", "탭 과 두 칸 과 줄"),
        ("윗줄\u2028아랫줄", "윗줄\n아랫줄"),
        ("짝 잃은 \ud800 글자", "짝 잃은 � 글자"),
        ("", ""),
    ],
)
def test_letters_that_readers_take_for_one_another_become_one(text: str, letters: str) -> None:
    assert normalise(text).letters == letters


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("E&amp;amp;S", "e&s"),
        ("A&amp;B", "a&b"),
        ("&#54620;&#xAE00;", "한글"),
        ("R&D와 M&A", "r&d와 m&a"),
        ("AT&LT 표기", "at&lt 표기"),
        ("&lt;b&gt;굵게&lt;/b&gt;", "<b>굵게</b>"),
        ("&amp;&amp;nbsp;칩", "& 칩"),
    ],
)
def test_entities_are_unescaped_until_none_is_left(text: str, letters: str) -> None:
    assert normalise(text).letters == letters


def test_unescaping_gives_up_on_text_that_is_escaped_for_ever() -> None:
    assert normalise("&" + "amp;" * 40).letters.startswith("&amp;")


def test_decomposed_hangul_from_macos_is_composed() -> None:
    text = unicodedata.normalize("NFD", "딥시크가 공개한 모델")
    assert normalise(text).letters == "딥시크가 공개한 모델"
    assert unicodedata.normalize("NFC", original_of(text, "딥시크")) == "딥시크"


@pytest.mark.parametrize(
    ("text", "wanted", "there"),
    [
        ("속보: E&amp;amp;S 합병", "e&s", "E&amp;amp;S"),
        ("신형 ㈜한빛 공시", "(주)한빛", "㈜한빛"),
        ("오늘 대(對)중국 규제", "대중국", "대(對)중국"),
        ("새  ＡＩ 칩", "ai", "ＡＩ"),
        ("보\u200b이\u200b지 않는", "보이지", "보\u200b이\u200b지"),
        ("\u200b앞머리", "앞", "앞"),
        ("결과는 5㎏", "kg", "㎏"),
        ("그냥 글", "글", "글"),
    ],
)
def test_a_place_in_the_letters_leads_back_to_the_original(text: str, wanted: str, there: str) -> None:
    assert original_of(text, wanted) == there


def test_a_gloss_inside_a_word_is_moved_to_the_end_and_still_found() -> None:
    text = "왕린(王麟)은 가오쉰(高迅)을 만났다"
    normal = normalise(text)
    assert normal.letters == "왕린은 가오쉰을 만났다\n王麟\n高迅"
    assert normal.length == len("왕린은 가오쉰을 만났다")
    assert original_of(text, "王麟") == "王麟"
    assert original_of(text, "高迅") == "高迅"
    assert original_of(text, "왕린은") == "왕린(王麟)은"
    assert original_of(text, "을 만났다") == "을 만났다"


def test_a_gloss_that_is_not_inside_a_word_stays() -> None:
    assert normalise("대중(對中) 규제").letters == "대중(對中) 규제"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("그냥 글자", "글자"), ("&amp; 뒤의 글자", "글자"), ("5㎏짜리 글자", "㎏"), ("왕(王)의 글자", "글자")],
)
def test_a_place_in_the_original_is_located_in_the_letters(text: str, wanted: str) -> None:
    normal = normalise(text)
    start = text.index(wanted)
    first, last = normal.locate(start, start + len(wanted))
    assert normal.letters[first:last] == fold(wanted)


def test_locating_what_was_deleted_gives_the_letter_after_it() -> None:
    normal = normalise("앞\u200b뒤")
    assert normal.locate(1, 2) == (1, 2)


def test_folding_a_spelling_leaves_out_space_and_glosses() -> None:
    assert fold("  왕린(王麟)씨 ") == "왕린씨"
