from __future__ import annotations

from zoneinfo import ZoneInfo

from monitor.core.alerting import Reason
from monitor.notify.render import render
from monitor.notify.slackblocks import to_slack
from tests.notify.samples import article, content, hit, report

SEOUL = ZoneInfo("Asia/Seoul")


def slack(of: object) -> dict[str, object]:
    return to_slack(render(of, "ko", SEOUL))  # type: ignore[arg-type] # an AlertContent


def texts(body: dict[str, object]) -> list[str]:
    found = []
    for block in body["blocks"]:  # type: ignore[attr-defined] # a list of blocks
        (shown,) = block.get("elements") or [block["text"]]
        assert (shown["type"], shown["verbatim"]) == ("mrkdwn", True)
        assert len(shown["text"]) <= 3000
        found.append(str(shown["text"]))
    assert len(found) <= 50
    return found


def test_a_bold_linked_title_the_sentence_with_bold_words_and_the_rest_in_small_print() -> None:
    body = slack(report())
    section, small = texts(body)
    title, quote = section.split("\n")
    assert title == "*<https://news.example.kr/view?no=12&amp;page=1|中딥시크, 새 추론 모델 공개>*"
    assert quote.startswith("중국의 인공지능 기업 \u200b*딥시크*\u200b가 새")
    assert small == "가나다신문 | 10-06(화) 14:30 · 감시 목록: DeepSeek"
    assert [block["type"] for block in body["blocks"]] == ["section", "context"]  # type: ignore[attr-defined] # blocks
    assert body["text"] == "[DeepSeek] 中딥시크, 새 추론 모델 공개"


def test_quotation_marks_are_shown_as_they_are() -> None:
    assert "\"가\" '나' &amp;#39;" in texts(slack(report("\"가\" '나' &#39; 딥시크")))[0]


def test_fault_10_pings_and_links_in_a_title_are_literal() -> None:
    title = "<!channel> @here <https://evil.example|눌러 보세요> & 딥시크 <@U123>"
    body = slack(report(title, summary=f"{title} 소식", url=""))
    whole = str(body["text"]) + "".join(texts(body))
    assert "<" not in whole
    assert "&lt;!channel&gt; @here &lt;https://evil.example|눌러 보세요&gt; &amp; " in whole


def test_an_address_cannot_break_out_of_its_link() -> None:
    text = texts(slack(report(url="https://a.kr/x|거짓>*<!channel>")))[0]
    assert text.startswith("*<https://a.kr/x%7C%EA%B1%B0%EC%A7%93%3E*%3C!channel%3E|")
    assert text.count("<") == 1


def test_what_is_too_long_for_a_section_is_cut() -> None:
    names = tuple(hit(f"감시 목록 {n} &&&&") for n in range(400))
    assert "…" in texts(slack(content(*names)))[-1]
    (lone,) = texts(slack(content(reason=Reason.NOTICE, notes=("&" * 4000,))))
    assert lone.endswith("…")


def test_a_message_holds_50_blocks_with_the_one_for_a_button_and_says_what_is_left_out() -> None:
    shown = texts(slack(content(reason=Reason.NOTICE, notes=tuple(f"피드 {n}: 수집 실패" for n in range(80)))))
    assert shown[-1] == "… 길이 제한으로 줄였습니다"
    assert len(shown) == 49


def test_a_digest_of_200_articles_fits_one_message() -> None:
    hits = [hit(of=article(f"딥시크 {n} " + "제목 " * 10)) for n in range(200)]
    shown = texts(slack(content(*hits, reason=Reason.DIGEST)))
    assert sum(text.count("• ") for text in shown) == 200
