from __future__ import annotations

import pytest

from monitor.pipeline.suggest.nouns import nouns_of, parted, verbal_part


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("앤스로픽에서는", ("앤스로픽", "에서는")),
        ("OpenAI가", ("OpenAI", "가")),
        ("발표했다", ("발표했다", "")),
        ("SK하이닉스도", ("SK하이닉스", "도")),
        ("인도", ("인도", "")),
    ],
)
def test_a_word_is_parted_from_its_particles(word: str, parts: tuple[str, str]) -> None:
    assert parted(word) == parts


def test_what_must_be_in_the_stem_stays_in_it() -> None:
    assert parted("애플리케이션을", 3) == ("애플리케이션", "을")


def test_words_of_one_letter_and_what_follows_a_number_are_no_names() -> None:
    assert list(nouns_of("시총 5조달러, 애플의 새 GPU(신형)")) == [
        ("시총", ""),
        ("애플", "의"),
        ("GPU", ""),
        ("신형", ""),
    ]


def test_what_becomes_a_verb_is_told_from_what_does_not() -> None:
    assert [verbal_part(word) for word in ("협상했다", "부과되는", "협상", "하다")] == ["협상", "부과", "", ""]
