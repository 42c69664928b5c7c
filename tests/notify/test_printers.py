from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alerting import Reason
from monitor.notify.printers import below_title, fit, plain, to_console, to_html, to_slack, to_text
from monitor.notify.render import render
from monitor.notify.rendering import Rendering, Segment, articles_in
from tests.notify.samples import article, content, hit, report

SEOUL = ZoneInfo("Asia/Seoul")
URL = "https://news.example.kr/view?no=12&page=1"


def korean(of: object) -> Rendering:
    return render(of, "ko", SEOUL)  # type: ignore[arg-type] # an AlertContent


def paragraphs(count: int, length: int = 20) -> Rendering:
    """Articles of one line each."""
    told = tuple(((Segment(f"{n} " + "가" * length, opens=1),),) for n in range(count))
    return Rendering("제목", told, "… {count} 줄임")


def test_plain_text_has_the_address_below_the_headline() -> None:
    assert to_text(korean(report()).paragraphs).splitlines()[:3] == [
        "中딥시크, 새 추론 모델 공개",
        URL,
        "가나다신문 | 10-06(화) 14:30",
    ]


def test_below_a_title_that_says_it_all_the_headline_is_not_said_again() -> None:
    text = to_text(below_title(korean(report())))
    assert text.splitlines()[0] == "가나다신문 | 10-06(화) 14:30"
    assert text.splitlines()[-1] == URL
    assert URL not in to_text(below_title(korean(report(url=""))))


def test_below_a_title_that_was_cut_the_headline_stays_whole() -> None:
    message = korean(report("딥시크 " + "가나다 " * 40))
    assert below_title(message) == message.paragraphs
    notice = korean(content(reason=Reason.NOTICE, notes=("알림",)))
    assert below_title(notice) == notice.paragraphs


def test_the_console_marks_words_only_in_colour() -> None:
    message = korean(report())
    assert to_console(message, colour=False) == (
        "[DeepSeek] 中딥시크, 새 추론 모델 공개\n"
        f"  {URL}\n"
        "  가나다신문 | 10-06(화) 14:30\n"
        "  중국의 인공지능 기업 딥시크가 새 추론 모델을 내놓았다. 학습 비용은 예전의 절반이라고 한다.\n"
        "  감시 목록: DeepSeek\n"
    )
    assert to_console(message, colour=True).startswith("[DeepSeek] 中\x1b[1m딥시크\x1b[0m, 새 추론")
    notice = korean(content(reason=Reason.NOTICE, notes=("피드 실패",)))
    assert to_console(notice, colour=True) == "\x1b[1m[알림] 피드 실패\x1b[0m\n  피드 실패\n"


def test_a_script_in_a_title_or_link_is_inert_in_html() -> None:
    message = korean(report("<script>alert(1)</script>딥시크", url='https://a.kr/"><img src=x>'))
    written = to_html(message.paragraphs)
    assert "<script" not in written
    assert "<img" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<b>딥시크</b>" in written


def test_slack_shows_a_bold_linked_title_and_bold_words() -> None:
    body = to_slack(korean(report()))
    (block,) = body["blocks"]
    first, about, quote, names = block["text"]["text"].split("\n")
    assert first == "*<https://news.example.kr/view?no=12&amp;page=1|中딥시크, 새 추론 모델 공개>*"
    assert about == "가나다신문 | 10-06(화) 14:30"
    assert quote.startswith("중국의 인공지능 기업 \u200b*딥시크*\u200b가 새")
    assert names == "감시 목록: DeepSeek"
    assert body["text"] == "[DeepSeek] 中딥시크, 새 추론 모델 공개"
    assert block["text"]["verbatim"] is True


def test_fault_10_pings_and_links_in_a_title_are_literal_in_slack() -> None:
    title = "<!channel> @here <https://evil.example|눌러 보세요> & 딥시크 <@U123>"
    body = to_slack(korean(report(title, summary=f"{title} 소식", url="")))
    whole = body["text"] + body["blocks"][0]["text"]["text"]
    assert "<" not in whole
    assert "&lt;!channel&gt; @here &lt;https://evil.example|눌러 보세요&gt; &amp; " in whole


def test_an_address_cannot_break_out_of_its_link_in_slack() -> None:
    text = to_slack(korean(report(url="https://a.kr/x|거짓>*<!channel>")))["blocks"][0]["text"]["text"]
    assert text.startswith("*<https://a.kr/x%7C%EA%B1%B0%EC%A7%93%3E*%3C!channel%3E|")
    assert text.count("<") == 1


def test_slack_sections_hold_3000_characters() -> None:
    names = tuple(hit(f"감시 목록 {n} &&&&") for n in range(400))
    sections = to_slack(korean(content(*names)))["blocks"]
    assert all(len(block["text"]["text"]) <= 3000 for block in sections)
    assert sections[0]["text"]["text"].endswith("\n…")
    lone = to_slack(korean(content(reason=Reason.NOTICE, notes=("&" * 4000,))))["blocks"]
    assert len(lone[0]["text"]["text"]) <= 3000


def test_a_slack_message_holds_50_sections_and_says_what_is_left_out() -> None:
    notes = tuple(f"피드 {n}: 수집 실패" for n in range(80))
    blocks = to_slack(korean(content(reason=Reason.NOTICE, notes=notes)))["blocks"]
    assert len(blocks) == 50
    assert blocks[-1]["text"]["text"] == "… 길이 제한으로 줄였습니다"


@pytest.mark.parametrize("reason", [Reason.DIGEST, Reason.FIRST_REPORT])
def test_what_was_left_out_is_counted_in_articles_and_says_where_it_is(reason: Reason) -> None:
    hits = [hit(f"감시 {n % 7}", article(f"딥시크 {n} " + "제목 " * 10, url="")) for n in range(300)]
    rendering = korean(content(*hits, reason=reason))
    for text in (
        fit(rendering, to_text, 2000),
        fit(rendering, to_html, 4000),
        "\n".join(block["text"]["text"] for block in to_slack(rendering)["blocks"]),
    ):
        shown = len(re.findall(r"\d+ 제목 제목", text))
        left = re.search(r"… 외 (\d+)건은 길이 제한으로 줄였습니다: monitor hits --alert 7$", text)
        assert shown + (int(left[1]) if left else 0) == 300


def test_what_a_summary_does_not_list_counts_among_what_was_left_out() -> None:
    hits = [hit(f"감시 {n % 2}", article(f"딥시크 {n}", url="")) for n in range(40)]
    rendering = korean(content(*hits, reason=Reason.BASELINE))
    assert articles_in(rendering.paragraphs) == 40
    assert "외 10건: monitor hits --watchlist '감시 0'" in to_text(rendering.paragraphs)


def test_a_digest_of_200_articles_fits_one_slack_message() -> None:
    hits = [hit(of=article(f"딥시크 {n} " + "제목 " * 10)) for n in range(200)]
    blocks = to_slack(korean(content(*hits, reason=Reason.DIGEST)))["blocks"]
    assert len(blocks) < 50
    assert sum(block["text"]["text"].count("• ") for block in blocks) == 200


def test_lines_of_a_list_stand_close_in_text() -> None:
    hits = [hit(of=article(f"딥시크 {n}", url="")) for n in range(2)]
    text = to_text(korean(content(*hits, reason=Reason.DIGEST)).paragraphs)
    assert "\n\n" not in text


def test_what_fits_is_left_alone() -> None:
    assert fit(paragraphs(3), to_text, 1000) == to_text(paragraphs(3).paragraphs)


def test_what_does_not_fit_loses_whole_paragraphs_and_says_so() -> None:
    for limit in range(45, 300, 7):
        text = fit(paragraphs(30), to_text, limit)
        assert len(text) <= limit
        kept = text.count("가" * 20)
        assert text.endswith(f"… {30 - kept} 줄임")
        assert len(to_text((*paragraphs(30).paragraphs[: kept + 1], ((Segment("… 19 줄임"),),)))) > limit


def test_one_long_paragraph_is_cut_at_a_word() -> None:
    message = Rendering("제목", (((Segment("가나다 " * 500),), (Segment("끝"),)),))
    for limit in (5, 40, 100, 1000):
        for write in (to_text, to_html):
            text = fit(message, write, limit)
            assert len(text) <= limit
            assert "…" in text


def test_marked_words_after_the_cut_are_left_out() -> None:
    line = (Segment("가나다 " * 50), Segment("딥시크", mark=True), Segment(" 끝"))
    assert "딥시크" not in fit(Rendering("제목", ((line,),)), to_html, 60)


def test_one_long_paragraph_before_others_is_cut_and_the_others_are_counted() -> None:
    message = Rendering("제목", (((Segment("가나다 " * 500),),), *paragraphs(4).paragraphs), "… {count} 줄임")
    text = fit(message, to_text, 100)
    assert len(text) <= 100
    assert text.startswith("가나다 가나다")
    assert text.endswith("…\n\n… 4 줄임")


def test_an_address_too_long_for_the_channel_gives_way_to_the_text() -> None:
    headline = Segment("딥시크 소식", strong=True, url="https://a.kr/" + "x" * 500)
    assert fit(Rendering("제목", (((headline,),),)), to_html, 100) == "딥시크 소식"


def test_marks_do_not_nest_in_headlines() -> None:
    message = korean(report())
    assert plain(message.paragraphs[0][0]) in to_slack(replace(message, label=""))["blocks"][0]["text"]["text"]
