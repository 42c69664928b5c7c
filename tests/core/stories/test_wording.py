from __future__ import annotations

import pytest

from monitor.core.stories.doubts import Doubt, doubts
from monitor.core.stories.model import Kind, Why
from monitor.core.stories.wording import doubt_words, kind_words, why_words
from tests.core.stories.test_doubts import traits


def test_every_word_is_said_in_both_languages() -> None:
    for kind in Kind:
        assert kind_words(kind, "ko") != kind_words(kind, "en")
    for why in Why:
        assert why_words(why, "ko") != why_words(why, "en") == why.value
    for doubt in Doubt:
        one = traits("누리은행, 앱 장애")
        assert doubt_words(doubt, one, one, "ko") != doubt_words(doubt, one, one, "en")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("누리은행, 앱 장애", "하늘은행, 앱 장애", "앞세운 이름이 다름 (누리은행 / 하늘은행)"),
        ("하늘반도체 HBM3E 양산", "하늘반도체 HBM4 양산", "번호나 판이 다름 (hbm3e / hbm4)"),
        ("한빛전자 수주 3월", "한빛전자 수주 4월", "날이나 달, 해가 다름 (3월 / 4월)"),
        ("한빛, 영업익 30억…5%↑", "한빛, 영업익 80억…9%↑", "수치가 모두 다름 (30억 5% / 80억 9%)"),
        ("[기획연재] 편지", "[기획연재] 답장", "같은 연재의 다른 글 (기획연재 / 기획연재)"),
        ("대구에 비", "인천에 비", "지역이 다름"),
    ],
)
def test_what_differs_is_named(one: str, other: str, said: str) -> None:
    mine, its = traits(one), traits(other)
    (doubt,) = doubts(mine, its)
    assert doubt_words(doubt, mine, its, "ko") == said
