"""Articles for the tests of stories, and streams of them made from a few happenings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from monitor.core.stories.model import GroupArticle

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

HAPPENINGS = (
    "한빛전자 해저 케이블 공장 화재 3명 대피 소방당국 진화 완료 생산 중단 손실 추산",
    "누리은행 모바일 앱 장애 이체 지연 고객 불만 금융당국 점검 착수 보상 방안 발표",
    "바다소프트 신형 로봇 청소기 공개 국내 출시 7월 가격 89만원 예약 판매 시작",
    "바다소프트 신형 로봇 청소기 배터리 결함 리콜 1만2000대 무상 교체 안내문 발송",
    "정부 반도체 세액공제 연장 법안 발의 국회 상임위 통과 업계 환영 논평",
    "미래항공 위성 발사 성공 궤도 진입 교신 확인 연구진 환호 2차 발사 예고",
)
MARKS = ("", "[속보] ", "[단독] ", "[포토] ", "[사설] ", "[인사] ", "[기획연재] ", "[특징주] ")
OUTLETS = ("가나일보", "다라신문", "마바경제")


def make_article(number: int, title: str, *, hours: float = 0, lead: str = "", outlet: str = "") -> GroupArticle:
    return GroupArticle(str(number), title, NOON + timedelta(hours=hours), lead, outlet)


def numbered(articles: Sequence[GroupArticle]) -> list[GroupArticle]:
    return [replace(article, id=f"n{number}") for number, article in enumerate(articles)]


@st.composite
def articles(draw: st.DrawFn) -> GroupArticle:
    """An article that tells one of a few happenings in some of its words, within five days."""
    words = draw(st.sampled_from(HAPPENINGS)).split()
    chosen = draw(st.lists(st.sampled_from(words), max_size=6))
    title = draw(st.sampled_from(MARKS)) + " ".join(chosen) + draw(st.sampled_from(("", "(종합)", " 4월", " 5월")))
    lead = " ".join(draw(st.lists(st.sampled_from(words), max_size=9)))
    return GroupArticle(
        "",
        title,
        NOON + timedelta(minutes=draw(st.integers(0, 5 * 24 * 60))),
        lead,
        draw(st.sampled_from(OUTLETS)),
        draw(st.sampled_from(("", "", "https://news.example/1", "https://news.example/2"))),
    )


def streams(most: int = 40) -> st.SearchStrategy[list[GroupArticle]]:
    """Articles in the order in which they come: mostly in time order, some of them late."""
    return st.lists(articles(), min_size=1, max_size=most).map(_nearly_in_order)


def _nearly_in_order(unordered: list[GroupArticle]) -> list[GroupArticle]:
    late = [article for place, article in enumerate(unordered) if place % 7 == 0]
    rest = sorted((a for place, a in enumerate(unordered) if place % 7), key=lambda article: article.published_at)
    return numbered(rest[: len(rest) // 2] + late + rest[len(rest) // 2 :])


@st.composite
def dense_streams(draw: st.DrawFn) -> list[GroupArticle]:
    """Many reports of two happenings within a day: stories with more members than are compared."""
    stream = []
    for number in range(draw(st.integers(10, 30))):
        words = draw(st.sampled_from(HAPPENINGS[2:4])).split()
        title = draw(st.lists(st.sampled_from(words), min_size=2, max_size=5))
        lead = draw(st.lists(st.sampled_from(words), max_size=5))
        stream.append(make_article(number, " ".join(title), hours=number, lead=" ".join(lead)))
    return stream
