from __future__ import annotations

import pytest

from monitor.core.text.boilerplate import normalise_body
from monitor.core.text.normal import normalise


def left(text: str) -> str:
    """What is left of a body."""
    return normalise_body(text).letters.replace("\x1f", "").strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("새 칩을 공개했다.\n무단 전재 및 재배포 금지", "새 칩을 공개했다."),
        ("새 칩을 공개했다. 무단전재-재배포 금지", "새 칩을 공개했다."),
        ("새 칩을 공개했다. 무단복제 및 배포를 금지합니다.", "새 칩을 공개했다."),
        ("공개했다.\n<저작권자(c) 한빛뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>", "공개했다."),
        ("공개했다.\n<저작권자 ⓒ 한빛뉴스 무단전재 및 재배포 금지>", "공개했다."),
        ("공개했다. [ⓒ 한빛경제, 무단전재 및 재배포 금지]", "공개했다."),
        ("공개했다.\nCopyright © 한빛미디어. All rights reserved.", "공개했다."),
        ("공개했다.\n© 한빛뉴스", "공개했다."),
        ("공개했다.\nAI 학습 및 활용 금지", "공개했다."),
        ("공개했다.\nAI 학습 이용 불허", "공개했다."),
        ("공개했다. ▶제보는 카카오톡 okjebo", "공개했다. ▶"),
        ("공개했다.\n제보: 카톡 '한빛제보' 검색, 채널 추가", "공개했다."),
        ("공개했다.\n한결 기자 gyeol@hanbit.example.kr", "공개했다."),
        ("공개했다. 한결 기자(gyeol@ai.example.kr)", "공개했다."),
        ("문의는 help@naver.example.com 으로", "문의는  으로"),
    ],
)
def test_boilerplate_goes(text: str, expected: str) -> None:
    assert left(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "국회가 ai 학습 및 활용 금지 법안을 냈다.",
        "방송사는 무단 전재를 금지한 조항을 들어 소송을 냈다.",
        "무단 복제 금지 법안이 통과됐다.",
        "경찰은 제보를 받고 카카오톡 대화를 확보했다.",
        "제보는 카카오톡으로 들어왔다.",
        "저작권자 단체가 ai 회사를 고소했다.",
        "학습 데이터 공개를 요구했다.",
        "@딥시크 를 언급한 글",
    ],
)
def test_news_about_such_things_stays(text: str) -> None:
    assert left(text) == text


def test_nothing_moves() -> None:
    text = "공개했다 &amp; 한결 기자 a@b.kr 딥시크"
    quiet, plain = normalise_body(text), normalise(text)
    assert len(quiet.letters) == len(plain.letters)
    place = quiet.letters.index("딥시크")
    assert quiet.span(place, place + 3) == plain.span(place, place + 3) == (len(text) - 3, len(text))


def test_time_grows_no_faster_than_the_text() -> None:
    assert left("@" * 20_000) == "@" * 20_000
    assert left("무단 " * 20_000).startswith("무단")
    assert left("(© " * 10_000)
    assert left("a." * 20_000 + "@")
