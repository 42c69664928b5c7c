from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.alerting import Reason
from monitor.notify.fit import fit
from monitor.notify.render import render
from monitor.notify.rendering import Form, Line, Part, Rendering, Segment, articles_in, with_title
from monitor.notify.slackblocks import to_slack
from monitor.notify.templating import BUILT_IN, write_built_in
from monitor.notify.views import Kind
from tests.notify.samples import article, content, hit

SEOUL = ZoneInfo("Asia/Seoul")


def korean(of: object) -> Rendering:
    return render(of, "ko", SEOUL)  # type: ignore[arg-type] # an AlertContent


def written(rendering: Rendering, kind: Kind, limit: int) -> str:
    return BUILT_IN.write(kind, rendering, lambda text: len(text) <= limit, limit)


def line(text: str) -> Line:
    return (Segment(text),)


def articles(count: int, length: int = 20) -> Rendering:
    """Articles of one line each."""
    told = tuple(Part(Form.STORY, title=line(f"{n} " + "가" * length), opens=1) for n in range(count))
    return Rendering("제목", told, "… {count} 줄임")


@pytest.mark.parametrize("reason", [Reason.DIGEST, Reason.FIRST_REPORT, Reason.BASELINE])
def test_what_was_left_out_is_counted_in_articles_and_says_where_it_is(reason: Reason) -> None:
    count = 300 if reason is not Reason.BASELINE else 70
    hits = [hit(f"감시 {n % 7}", article(f"딥시크 {n} " + "제목 " * 10, url="")) for n in range(count)]
    rendering = korean(content(*hits, reason=reason))
    for text in (
        written(rendering, Kind.TEXT, 2000),
        written(rendering, Kind.HTML, 4000),
        "\n".join(str(block) for block in to_slack(rendering)["blocks"]),
    ):
        shown = len(re.findall(r"\d+ 제목 제목", text))
        left = re.search(r"… 외 (\d+)건은 길이 제한으로 줄였습니다: monitor hits --alert 7", text)
        assert shown + (int(left[1]) if left else 0) == count


def test_what_a_summary_does_not_list_counts_among_what_was_left_out() -> None:
    hits = [hit(f"감시 {n % 2}", article(f"딥시크 {n}", url="")) for n in range(40)]
    rendering = korean(content(*hits, reason=Reason.BASELINE))
    assert articles_in(rendering.parts) == 40
    assert "외 10건: monitor hits --watchlist '감시 0'" in write_built_in(Kind.TEXT, rendering)


def test_what_fits_is_left_alone() -> None:
    assert written(articles(3), Kind.TEXT, 1000) == write_built_in(Kind.TEXT, articles(3))
    assert written(Rendering("제목"), Kind.TEXT, 0) == ""


def test_what_does_not_fit_loses_whole_articles_and_says_so() -> None:
    for limit in range(45, 300, 7):
        text = written(articles(30), Kind.TEXT, limit)
        assert len(text) <= limit
        kept = text.count("가" * 20)
        assert text.endswith(f"… {30 - kept} 줄임")
        assert len(text) + len("\n\n30 " + "가" * 20) > limit


def test_one_long_part_is_cut_at_a_word() -> None:
    message = Rendering("제목", (Part(Form.STORY, title=line("가나다 " * 500), watchlists="끝"),))
    for limit in (5, 40, 100, 1000):
        for kind in (Kind.TEXT, Kind.HTML):
            text = written(message, kind, limit)
            assert len(text) <= limit
            assert "…" in text


def test_marked_words_after_the_cut_are_left_out() -> None:
    title = (Segment("가나다 " * 50), Segment("딥시크", mark=True), Segment(" 끝"))
    assert "딥시크" not in written(Rendering("제목", (Part(Form.STORY, title=title),)), Kind.HTML, 60)


def test_what_is_least_needed_goes_first() -> None:
    part = Part(
        Form.STORY,
        title=line("딥시크 소식"),
        url="https://a.kr/1",
        at="오늘",
        quote=line("가" * 20),
        watchlists="나" * 20,
    )
    seen = [written(Rendering("제목", (part,)), Kind.TEXT, limit) for limit in (60, 47, 25)]
    assert [("나" in text, "가" in text, "오늘" in text, "https" in text) for text in seen] == [
        (False, True, True, True),
        (False, True, True, True),
        (False, False, True, True),
    ]


def test_one_long_part_before_others_is_cut_and_the_others_are_counted() -> None:
    long = Part(Form.PROSE, text=line("가나다 " * 500))
    text = written(Rendering("제목", (long, *articles(4).parts), "… {count} 줄임"), Kind.TEXT, 100)
    assert len(text) <= 100
    assert text.startswith("가나다 가나다")
    assert text.endswith("…\n\n… 4 줄임")


def test_an_address_too_long_for_the_channel_gives_way_to_the_text() -> None:
    part = Part(Form.STORY, title=line("딥시크 소식"), url="https://a.kr/" + "x" * 500)
    assert written(Rendering("제목", (part,)), Kind.HTML, 100) == "딥시크 소식"


def test_what_never_fits_is_given_back_for_the_caller_to_judge() -> None:
    assert fit(articles(2), lambda _: "x" * 50, lambda text: len(text) < 10, 10) == "x" * 50


# --- short services ---

TITLES = (
    "딥시크, 새 추론 모델 공개… 학습 비용 절반으로 줄였다며 국내 반도체 업계도 촉각",
    "中 딥시크 새 모델에 삼성전자·SK하이닉스 주가 동반 하락, 증권가 “단기 충격에 그칠 것”",
    "과기정통부 “딥시크 새 모델 국내 이용자 정보 처리 실태 점검”… 개인정보위와 합동 조사 착수",
)


def several(count: int, url: str, reason: Reason = Reason.FIRST_REPORT) -> Rendering:
    hits = [
        hit("딥시크", article(title, url=f"{url}{n}", identity=str(n))) for n, title in enumerate(TITLES[:count], 1)
    ]
    return with_title(korean(content(*hits, reason=reason)))


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("length", [40, 90, 120, 150])
def test_a_short_service_gets_the_title_once_its_link_and_how_many_more(count: int, length: int) -> None:
    url = "https://news.example.kr/".ljust(length, "x")
    text = written(several(count, url), Kind.TEXT, 200)
    assert len(text) <= 200
    assert text.startswith("[딥시크] 딥시크, 새")
    assert text.count("딥시크, 새") == 1
    assert f"{url}1" in text.splitlines()
    assert f"외 {count - 1}건" in text


@pytest.mark.parametrize("reason", [Reason.DIGEST, Reason.BASELINE, Reason.SPIKE, Reason.UPDATED])
def test_a_short_service_gets_the_link_of_a_list_too(reason: Reason) -> None:
    text = written(several(3, "https://news.example.kr/article/", reason), Kind.TEXT, 140)
    assert len(text) <= 140
    assert re.search(r"https://news\.example\.kr/article/\d$", text, re.MULTILINE)
    assert "외 2건" in text


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 3), st.integers(24, 150), st.integers(60, 400), st.sampled_from(Reason))
def test_a_link_is_lost_only_where_it_has_no_room(count: int, length: int, limit: int, reason: Reason) -> None:
    url = "https://news.example.kr/".ljust(length, "x")
    rendering = several(count, url, reason)
    text = written(rendering, Kind.TEXT, limit)
    assert len(text) <= limit
    has_link = any(part.url for part in rendering.parts)
    assert url in text or not has_link or length + 45 > limit


def test_the_label_gives_way_to_the_link() -> None:
    url = "https://news.example.kr/".ljust(160, "x")
    hits = [
        hit("국내 인공지능 반도체 공급망과 수출 통제", article(title, url=url, identity=title)) for title in TITLES
    ]
    text = written(with_title(korean(content(*hits, reason=Reason.UPDATED))), Kind.TEXT, 198)
    assert url in text.splitlines()
    assert text.endswith("외 2건")
    assert len(text) <= 198
