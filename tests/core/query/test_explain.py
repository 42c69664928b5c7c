"""Every node says what it asks for, in both languages."""

from __future__ import annotations

import pytest

from monitor.core.query.explain import Language, explain, sentence
from monitor.core.query.lexer import FIELDS
from monitor.core.query.parser import parse

QUERY = '(수출 NEAR/2 (통제* OR "금지 조치")) OR (@DeepSeek -title:=광고 a ONEAR/1 /b\\/c/)'


def test_a_query_is_explained_in_korean() -> None:
    assert explain(parse(QUERY), "ko").splitlines() == [
        "다음 가운데 하나 이상을 만족한다:",
        "  한 문장 안에서 2어절 이내에 다음 둘이 함께 나온다(순서 무관):",
        "    낱말이 나온다(조사가 붙어도 됨): 수출",
        "    다음 가운데 하나 이상을 만족한다:",
        "      이 글자로 시작하는 낱말이 나온다(뒤에 무엇이 붙어도 됨): 통제",
        '      구절이 이어서 나온다: "금지 조치"',
        "  다음을 모두 만족한다:",
        "    용어의 표기 가운데 하나가 나온다: DeepSeek",
        "    다음을 만족하지 않는다:",
        "      제목에서만 찾는다:",
        "        글자가 어디에든 그대로 나온다(낱말 경계를 보지 않음): 광고",
        "    한 문장 안에서 1어절 이내에 다음 둘이 이 순서로 나온다:",
        "      낱말이 나온다(조사가 붙어도 됨): a",
        "      정규 표현식(RE2)에 맞는 글이 나온다: /b\\/c/",
    ]


def test_a_query_is_explained_in_english() -> None:
    assert explain(parse(QUERY), "en").splitlines() == [
        "At least one of these is true:",
        "  These two stand in one sentence, at most 2 words apart, in any order:",
        "    The word appears (particles may follow it): 수출",
        "    At least one of these is true:",
        "      A word appears that begins with these letters: 통제",
        '      These words appear next to each other: "금지 조치"',
        "  All of these are true:",
        "    One of the spellings of this term appears: DeepSeek",
        "    This is not true:",
        "      Only in the title:",
        "        These letters appear anywhere, inside words too: 광고",
        "    These two stand in one sentence, at most 1 words apart, in this order:",
        "      The word appears (particles may follow it): a",
        "      The text matches the regular expression (RE2): /b\\/c/",
    ]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_field_has_its_sentence(field: str, language: Language) -> None:
    assert len(explain(parse(f"{field}:a"), language).splitlines()) == 2


def test_braces_in_a_query_are_plain_letters() -> None:
    assert explain(parse("=a{n}{text}"), "en") == "These letters appear anywhere, inside words too: a{n}{text}"


def test_one_node_is_explained_without_its_children() -> None:
    assert sentence(parse("수출 OR 통제"), "ko") == "다음 가운데 하나 이상을 만족한다:"
    assert sentence(parse("수출 OR 통제"), "en") == "At least one of these is true:"
