from __future__ import annotations

import pytest

from monitor.core.stories.headline import LEAD_LETTERS, Genre, expand_hanja, read_headline, read_lead


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("[속보] 한빛전자, 공장 재가동", "한빛전자, 공장 재가동"),
        ("한빛전자, 공장 재가동(종합2보)", "한빛전자, 공장 재가동"),
        ("【단독】 누리은행 앱 장애", "누리은행 앱 장애"),
        ("<현장> 누리은행 앱 장애", "누리은행 앱 장애"),
        ("누리은행 앱 장애 <바다통신>", "누리은행 앱 장애"),
        ("ＨＢＭ４ 양산", "hbm4 양산"),
        ("[알림]", "[알림]"),
        ("…!", ""),
        ("", ""),
    ],
)
def test_tags_are_dropped_unless_they_are_all(title: str, text: str) -> None:
    assert read_headline(title).text == text


def test_marks_are_kept_as_flags() -> None:
    assert read_headline("[속보] 공장 화재").flash
    assert not read_headline("[속보] 공장 화재").round_up
    assert read_headline("공장 화재(종합)").round_up
    assert read_headline("공장 화재 (상보)").round_up
    assert not read_headline("종합병원 화재").round_up


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("한빛전자 공장 화재", Genre.NEWS),
        ("[속보] 한빛전자 공장 화재", Genre.NEWS),
        ("[인사] 한빛전자", Genre.NOTICE),
        ("[부고] 김하늘씨 부친상", Genre.NOTICE),
        ("[포토] 봄이 왔어요", Genre.PICTURE),
        ("[특징주] 한빛전자 급등", Genre.SHARES),
        ("[사설] 세액공제를 말한다", Genre.OPINION),
        ("[내일 날씨] 전국 비", Genre.ROUTINE),
        ("코스닥, 개인 매수에 상승 마감", Genre.ROUTINE),
        ("한빛전자 공장 (개장)", Genre.ROUTINE),
    ],
)
def test_tags_tell_the_kind_of_text(title: str, genre: Genre) -> None:
    assert read_headline(title).genre is genre


def test_a_column_is_known_by_its_tag() -> None:
    assert read_headline("[하루 한 단어] 봄").series == "하루 한 단어"
    assert read_headline("봄이 왔다").series == ""


@pytest.mark.parametrize(
    ("title", "serials"),
    [
        ("하늘반도체 HBM3E·HBM4 공개", (("hbm", "3e"), ("hbm", "4"))),
        ("한빛전자 1분기 실적", (("분기", "1"),)),
        ("GPT-5.1 나왔다", (("gpt", "5.1"),)),
        ("3명 대피, 52억 손실", ()),
    ],
)
def test_telling_numbers_are_found(title: str, serials: tuple[tuple[str, str], ...]) -> None:
    assert read_headline(title).serials == serials


def test_who_acts_stands_before_the_first_comma() -> None:
    assert read_headline("한빛 전자, 공장 재가동").actor == "한빛전자"
    assert read_headline("공장 재가동한 한빛전자와 누리은행의 앞날, 어떻게").actor == ""


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("美상무부 발표", "미국 상무부 발표"),
        ("美·中 회담", "미국·중국 회담"),
        ("美中 회담", "미국 중국 회담"),
        ("與의 반발", "여당의 반발"),
        ("수사中", "수사중"),
        ("대中 수출", "대중국 수출"),
        ("3日 개막", "3일 개막"),
        ("日AI 투자", "일본 ai 투자".replace("ai", "AI")),
        ("한빛전자 株 강세", "한빛전자 주 강세"),
        ("龜 이야기", "龜 이야기"),
        ("한글뿐", "한글뿐"),
    ],
)
def test_short_hanja_are_written_out(short: str, long: str) -> None:
    assert expand_hanja(short) == long


@pytest.mark.parametrize(
    "noise",
    [
        "(강릉=바다통신) 김하늘 기자 = ",
        "[사진=한빛전자 제공] ",
        "사진=한빛전자 ",
        "hana@news.example ",
        "[바다=뉴시스] ",
    ],
)
def test_bylines_and_captions_are_stripped(noise: str) -> None:
    assert read_lead(noise + "공장에서 불이 났다.").split() == ["공장에서", "불이", "났다."]


def test_the_lead_is_short() -> None:
    assert len(read_lead("가나다라 " * 500)) == LEAD_LETTERS
