from __future__ import annotations

from dataclasses import replace

from monitor.core.stories.accounts import Account, corroborated, first_report, independent_accounts
from monitor.nlp.starter import starter
from tests.core.stories.made import make_article

RELEASE = (
    "바다소프트가 신형 로봇 청소기를 2일 공개했다. 새 제품은 문턱을 넘는 다리와 물걸레를 스스로 빠는 받침대를 갖췄"
    "으며 오는 7월 국내에 먼저 나온다고 회사는 설명했다."
)
OWN = (
    "로봇 청소기를 사려는 사람이라면 여름까지 기다리는 편이 낫겠다. 기자가 하루 써 보니 문턱은 잘 넘었지만 소음이 컸"
    "다. 경쟁사 제품과 나란히 세워 놓고 흡입력을 견줘 보았다."
)


def test_the_first_reporter_is_the_earliest_by_publication() -> None:
    late = make_article(1, "나중", hours=2, outlet="가나일보")
    early = make_article(2, "먼저", hours=1, outlet="다라신문")

    assert first_report([late, early]).outlet == "다라신문"


def test_copies_of_one_release_are_one_account() -> None:
    articles = [
        make_article(1, "로봇 청소기 공개", lead=RELEASE, outlet="가나일보"),
        make_article(2, "바다소프트 새 청소기", hours=1, lead=RELEASE + " 끝.", outlet="다라신문"),
        make_article(3, "써 보니 시끄럽네", hours=2, lead=OWN, outlet="마바경제"),
    ]

    assert independent_accounts(articles) == (Account(("가나일보", "다라신문")), Account(("마바경제",)))


def test_copies_of_a_wire_report_are_one_account_under_the_wire() -> None:
    articles = [
        make_article(1, "공장 화재", lead="(강릉=연합뉴스) 김하늘 기자 = 2일 불이 났다.", outlet="가나일보"),
        make_article(2, "공장에 불", hours=1, lead="[강릉=연합뉴스] 공장에서 큰불.", outlet="다라신문"),
    ]

    assert independent_accounts(articles) == (Account(("가나일보", "다라신문"), "연합뉴스"),)


def test_one_outlet_counts_once_and_unnamed_ones_apart() -> None:
    articles = [
        make_article(1, "공장 화재", outlet="가나일보"),
        make_article(2, "진화 완료", hours=1, outlet="가나일보"),
        make_article(3, "손실 추산", hours=2),
        make_article(4, "재가동 미정", hours=3),
    ]

    assert len(independent_accounts(articles)) == 3
    assert independent_accounts([]) == ()


def test_accounts_that_a_third_joins_become_one() -> None:
    articles = [
        make_article(1, "로봇 청소기 공개", lead=RELEASE, outlet="가나일보"),
        make_article(2, "써 보니 시끄럽네", hours=1, lead=OWN, outlet="다라신문"),
        make_article(3, "보도자료", hours=2, lead=RELEASE, outlet="다라신문"),
    ]

    assert independent_accounts(articles) == (Account(("가나일보", "다라신문")),)


def test_news_is_what_two_outlets_have_and_nobody_was_told() -> None:
    told = ["한빛전자 공장 화재로 3명 대피"]
    articles = [
        make_article(1, "한빛전자 화재, 피해액 52억원…스프링클러 불량", hours=1, outlet="가나일보"),
        make_article(2, "한빛전자 공장 스프링클러는 꺼져 있었다…52억원 손실", hours=2, outlet="다라신문"),
        make_article(3, "한빛전자 공장 화재에 주민들 탄식", hours=3, outlet="마바경제"),
    ]

    assert set(corroborated(told, articles, starter())) == {"52억", "스프링클러"}


def test_one_outlet_alone_corroborates_nothing() -> None:
    article = make_article(1, "한빛전자 화재 피해액 52억원", outlet="가나일보")

    assert corroborated([], [article, replace(article, id="2")], starter()) == ()
