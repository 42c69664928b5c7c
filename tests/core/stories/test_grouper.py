from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from monitor.core.stories import reference, window
from monitor.core.stories.frequencies import Frequencies
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.model import GroupArticle, Joined, Kind, Opened, Why
from monitor.core.stories.reference import ReferenceGrouper
from monitor.nlp.starter import starter
from tests.core.stories.made import NOON, dense_streams, make_article, streams

FIRE = "한빛전자 해저케이블 공장 화재…직원 3명 대피"
FIRE_LEAD = "2일 오전 한빛전자 강릉 해저케이블 공장에서 불이 나 직원 3명이 대피했다고 소방당국이 밝혔다."


def stories(*articles: GroupArticle) -> list[str]:
    grouper = Grouper(starter())
    return [grouper.add(article).story for article in articles]


@settings(max_examples=60, deadline=None)
@given(streams())
def test_the_fast_grouper_and_its_slow_twin_place_alike(stream: list[GroupArticle]) -> None:
    fast, slow = Grouper(starter()), ReferenceGrouper(starter())

    assert [fast.add(article).story for article in stream] == [slow.add(article) for article in stream]


@settings(max_examples=60, deadline=None)
@given(dense_streams())
def test_the_twins_agree_when_there_is_more_to_compare_than_may_be(stream: list[GroupArticle]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (window, reference):
            patch.setattr(module, "CANDIDATES", 3)
            patch.setattr(module, "NEWEST_A_FEATURE", 4)
        fast, slow = Grouper(starter()), ReferenceGrouper(starter())

        assert [fast.add(article).story for article in stream] == [slow.add(article) for article in stream]


@settings(max_examples=20, deadline=None)
@given(streams())
def test_the_twins_agree_on_when_articles_came_in(stream: list[GroupArticle]) -> None:
    fast, slow = Grouper(Frequencies()), ReferenceGrouper(Frequencies())
    nows = [NOON + timedelta(hours=3 * place) for place, _ in enumerate(stream)]

    placed = [fast.add(article, now).story for article, now in zip(stream, nows, strict=True)]

    assert placed == [slow.add(article, now) for article, now in zip(stream, nows, strict=True)]


@settings(max_examples=40, deadline=None)
@given(streams())
def test_a_restart_in_the_middle_changes_no_placement(stream: list[GroupArticle]) -> None:
    before = Grouper(starter())
    checkpoint = before.frequencies.dump()
    middle = len(stream) // 2
    placed = [before.add(article) for article in stream]

    after = Grouper(Frequencies.load(checkpoint))
    for article, placement in zip(stream[:middle], placed[:middle], strict=True):
        after.restore(article, placement.story)

    assert [after.add(article) for article in stream[middle:]] == placed[middle:]
    assert len(after) == len(before)


def test_a_restart_needs_only_what_came_after_a_checkpoint_older_than_the_window() -> None:
    stream = [make_article(n, f"{FIRE} {n % 5}차 점검", hours=5 * n, lead=FIRE_LEAD) for n in range(40)]
    before = Grouper(starter())
    placed = []
    dumps = []
    for article in stream:
        dumps.append(before.frequencies.dump())
        placed.append(before.add(article))

    after = Grouper(Frequencies.load(dumps[10]))
    for article, placement in zip(stream[10:30], placed[10:30], strict=True):
        after.restore(article, placement.story)

    assert [after.add(article) for article in stream[30:]] == placed[30:]


def test_reports_of_one_happening_are_one_story_named_by_its_first_article() -> None:
    assert stories(
        make_article(1, FIRE, lead=FIRE_LEAD, outlet="가나일보"),
        make_article(2, "정부, 반도체 세액공제 3년 연장 추진", hours=0.2),
        make_article(3, "[속보] 한빛전자 강릉 공장서 화재…3명 대피", hours=0.5, outlet="다라신문"),
        make_article(4, "韓 해저케이블 공장 불…한빛전자 직원들 대피", hours=1, lead=FIRE_LEAD, outlet="마바경제"),
    ) == ["1", "2", "1", "1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("하늘반도체, HBM3E 12단 양산 시작", "하늘반도체, HBM4 12단 양산 시작"),
        ("한빛전자 1분기 영업이익 흑자 전환", "한빛전자 2분기 영업이익 흑자 전환"),
        ("한빛전자, 2분기 영업익 30억…전년比 5%↓", "누리은행, 2분기 영업익 80억…전년比 9%↓"),
        ("[인사] 한빛전자", "[인사] 누리은행"),
        ("[부고] 김하늘(한빛전자 부장)씨 부친상", "[부고] 이바다(누리은행 과장)씨 모친상"),
        ("[포토] 인사말 하는 김하늘 장관", "[포토] 인사말 하는 이바다 의원"),
        ("[오늘의 날씨] 3월 2일", "[오늘의 날씨] 3월 3일"),
        ("세계의 날씨(3월2일)", "세계의 날씨(3월3일)"),
        ("[주요 신문 사설](3일 조간)", "[주요 신문 톱뉴스](3일 조간)"),
        ("누리은행, 상반기 순이익 2086억원… 전년比 2.3%↑", "하늘은행, 상반기 순이익 1831억원…전년比 4.5%↑"),
        ("한빛페인트 2분기 영업익 140억원…전년比 25%↓", "바다식품 2분기 영업익 224억원…전년比 9%↓"),
        ("수원 등 경기 24곳 폭염주의보", "경기 연천 폭염주의보 발효"),
        ("남부 가끔 구름 많음…낮 최고 31∼35도", "남부 대체로 맑고 무더워…낮 기온 31~35도"),
        ("충남 서산·태안에 호우주의보 해제", "인천·강화에 호우주의보 해제"),
        ("전북 맑고 무더워…낮 최고 31∼35도", "대구·경북 대체로 맑고 무더워…낮 기온 28~35도"),
        ("코스피, 1.2% 오른 2650선 마감", "코스피, 0.4% 내린 2630선 출발"),
        ("[하루 한 단어] 봄", "[하루 한 단어] 여름"),
    ],
)
def test_templates_and_other_numbers_do_not_make_a_story(one: str, other: str) -> None:
    assert stories(make_article(1, one, outlet="가나일보"), make_article(2, other, hours=20, outlet="가나일보")) == [
        "1",
        "2",
    ]


def test_the_same_number_does_not_part_reports() -> None:
    assert stories(
        make_article(1, "하늘반도체, HBM4 양산 시작"), make_article(2, "하늘반도체 HBM4 세계 첫 양산", hours=2)
    ) == ["1", "1"]


def test_standing_first_lines_under_other_titles_do_not_make_a_story() -> None:
    lead = (
        "가나몰은 좋은 물건을 단독 특가로 소개합니다. 이 글은 광고를 담고 있습니다. 문의는 고객센터로 하시면 됩니다."
    )

    assert stories(
        make_article(1, "발이 편한 등산화 반값에", lead=lead),
        make_article(2, "제철 딸기 한 상자 무료 배송", lead=lead),
    ) == ["1", "2"]


def test_a_story_closes_48_hours_after_its_last_article() -> None:
    assert stories(
        make_article(1, FIRE),
        make_article(2, FIRE, hours=30),
        make_article(3, FIRE, hours=70),
        make_article(4, FIRE, hours=119),
    ) == ["1", "1", "1", "4"]


def test_a_late_article_joins_the_open_story() -> None:
    grouper = Grouper(starter())
    first = grouper.add(make_article(1, FIRE, hours=10), NOON + timedelta(hours=10))
    late = grouper.add(make_article(2, FIRE, hours=2), NOON + timedelta(hours=20))

    assert late.story == first.story == "1"


def test_an_article_from_the_future_counts_as_of_now() -> None:
    grouper = Grouper(starter())
    grouper.add(make_article(1, FIRE, hours=900), NOON)

    assert grouper.add(make_article(2, FIRE, hours=1), NOON + timedelta(hours=1)).story == "1"


def test_articles_without_a_readable_title_stay_alone() -> None:
    grouper = Grouper(starter())
    placed = [grouper.add(make_article(n, "…!", lead=FIRE_LEAD)) for n in range(2)]

    assert [placement.story for placement in placed] == ["0", "1"]
    assert all(placement.reason == Opened() for placement in placed)
    assert len(grouper) == 0


def test_an_address_counts_for_nothing_without_a_readable_title() -> None:
    url = "https://news.example/1"
    first, second = replace(make_article(1, FIRE), url=url), replace(make_article(2, "…"), url=url)

    assert stories(first, second) == ["1", "2"]
    assert ReferenceGrouper(starter()).add(second) == "2"


def test_a_newer_article_at_an_address_stays_when_the_older_goes() -> None:
    grouper = Grouper(starter(), most_members=2)
    url = "https://news.example/1"
    for number, title in enumerate((FIRE, "강릉 공장 불 진화", "미래항공 위성 발사")):
        grouper.add(replace(make_article(number, title, hours=number), url=url if number < 2 else ""))

    assert grouper.add(replace(make_article(9, "주민 설명회 열려", hours=3), url=url)).story == "0"


def test_memory_is_bounded_by_letting_the_oldest_go() -> None:
    grouper = Grouper(starter(), most_members=2)
    for n, title in enumerate((FIRE, "누리은행 앱 장애로 이체 지연", "미래항공 위성 발사 성공")):
        grouper.add(make_article(n, title, hours=n))

    assert len(grouper) == 2
    assert grouper.add(make_article(9, FIRE, hours=4)).story == "9"


def test_an_opened_story_names_what_was_nearest() -> None:
    grouper = Grouper(starter())
    grouper.add(make_article(1, "정부, 반도체 세액공제 법안 발의"))

    opened = grouper.add(make_article(2, "반도체 세액공제 두고 갈라진 시민단체 주말 기자회견", hours=24)).reason

    assert isinstance(opened, Opened)
    assert opened.nearest == "1"
    assert 0 <= opened.similarity < 0.25


def joined(second: GroupArticle, first: GroupArticle | None = None) -> Joined:
    grouper = Grouper(starter())
    grouper.add(first or make_article(1, FIRE, lead=FIRE_LEAD, outlet="가나일보"))
    reason = grouper.add(second).reason
    assert isinstance(reason, Joined)
    return reason


def test_joining_says_what_is_shared_and_what_is_new() -> None:
    reason = joined(make_article(2, "한빛전자 공장 화재로 직원 3명 대피…피해액 52억원", hours=1))

    assert reason.kind is Kind.UPDATE
    assert reason.why is Why.NEW_FACTS
    assert reason.nearest == "1"
    assert {"한빛전자", "화재로"} <= set(reason.words)
    assert reason.numbers == ("3명",)
    assert "52억" in reason.new
    assert 0.25 <= reason.similarity <= 1


def test_nearly_the_same_text_is_a_copy() -> None:
    reason = joined(make_article(2, "한빛전자 해저케이블 공장 불…직원 3명 대피", hours=1, lead=FIRE_LEAD))

    assert (reason.kind, reason.why) == (Kind.COPY, Why.VERBATIM)


def test_a_changed_title_at_the_same_address_is_an_update() -> None:
    first = replace(make_article(1, FIRE), url="https://news.example/1")
    second = replace(make_article(2, "강릉 공장 불 진화"), url="https://news.example/1")
    reason = joined(second, first)

    assert (reason.kind, reason.why, reason.similarity) == (Kind.UPDATE, Why.REVISED, 1.0)


def test_a_round_up_is_an_update() -> None:
    reason = joined(make_article(2, "한빛전자 공장 화재로 대피 소동(종합2보)", hours=1))

    assert (reason.kind, reason.why) == (Kind.UPDATE, Why.ROUND_UP)


def test_the_same_told_in_other_words_is_a_new_angle() -> None:
    reason = joined(make_article(2, "한빛전자 해저케이블 화재에 납품 협력업체 발동동", hours=1))

    assert (reason.kind, reason.why) == (Kind.NEW_ANGLE, Why.OTHER_WORDS)
    assert "발동동" in reason.new


def test_a_title_that_adds_hardly_a_word_is_a_copy() -> None:
    reason = joined(make_article(2, "공장 화재 난 한빛전자, 사과", hours=1))

    assert (reason.kind, reason.why) == (Kind.COPY, Why.NOTHING_NEW)


def test_what_is_new_is_measured_against_every_recent_title_of_the_story() -> None:
    grouper = Grouper(starter())
    titles = (FIRE, "한빛전자 공장 화재 피해액 52억원", "한빛전자 공장 화재…피해액 52억원 추산")
    reasons = [grouper.add(make_article(n, title, hours=n)).reason for n, title in enumerate(titles)]

    assert isinstance(reasons[2], Joined)
    assert "52억" not in reasons[2].new


def test_articles_that_share_nothing_with_the_new_one_speak_for_their_story_too() -> None:
    assert stories(
        make_article(1, "한빛전자 해저케이블 공장 화재로 대피"),
        make_article(2, "한빛전자 해저케이블 공장 화재에 협력업체 납품 차질 우려", hours=1),
        make_article(3, "협력업체 납품 차질 우려 커져", hours=2),
    ) == ["1", "1", "1"]


def test_a_big_story_is_judged_by_the_articles_most_like_the_new_one() -> None:
    grouper = Grouper(starter())
    for n in range(12):
        grouper.add(make_article(n, f"한빛전자 공장 화재 현장 {'가나다라마바사아자차카타'[n]}동 상황", hours=n / 10))

    assert grouper.add(make_article(50, "한빛전자 공장 화재 현장 하동 상황", hours=2)).story == "0"


def test_the_window_is_compacted_as_it_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.core.stories.window.COMPACT_AT", 3)
    grouper, twin = Grouper(starter()), ReferenceGrouper(starter())
    stream = [make_article(n, f"{FIRE} {n % 3}차 점검", hours=9 * n) for n in range(30)]

    placed = [grouper.add(article).story for article in stream]

    assert placed == [twin.add(article) for article in stream]
    assert len(grouper) == 6
