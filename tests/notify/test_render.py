from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.alerting import Reason
from monitor.core.article import Precision
from monitor.core.matching.engine import WEAK_CUT, WEAK_LONE
from monitor.notify.channels import to_console
from monitor.notify.render import TITLE_LIMIT, render
from monitor.notify.rendering import plain
from monitor.notify.slackblocks import to_slack
from monitor.notify.templating import write_built_in
from monitor.notify.views import Kind
from tests.notify.samples import PUBLISHED, TITLE, article, content, hit, report

if TYPE_CHECKING:
    from monitor.notify.rendering import Rendering

SEOUL = ZoneInfo("Asia/Seoul")


def korean(of: object) -> Rendering:
    return render(of, "ko", SEOUL)  # type: ignore[arg-type] # an AlertContent


def lines(message: Rendering) -> list[str]:
    """What plain text shows, without addresses and empty lines."""
    written = write_built_in(Kind.TEXT, message).split("\n")
    return [line for line in written if line and not line.startswith("http")]


def test_a_first_report_reads_well_on_a_phone() -> None:
    message = korean(report())
    assert message.title == "[DeepSeek] 中딥시크, 새 추론 모델 공개"
    assert lines(message) == [
        "中딥시크, 새 추론 모델 공개",
        "가나다신문 | 10-06(화) 14:30",
        "중국의 인공지능 기업 딥시크가 새 추론 모델을 내놓았다. 학습 비용은 예전의 절반이라고 한다.",
        "감시 목록: DeepSeek",
    ]


def test_english_alerts_use_english_words() -> None:
    message = render(content(hit(weak="ambiguous name"), reason=Reason.UPDATED), "en", ZoneInfo("UTC"))
    assert message.title == "[DeepSeek] (updated) 中딥시크, 새 추론 모델 공개"
    assert lines(message)[1] == "(updated) 가나다신문 | 10-06(Tue) 05:30"
    assert lines(message)[3] == "Watchlists: DeepSeek (weak match: ambiguous name)"


def test_matched_words_are_marked_in_title_and_snippet() -> None:
    (part,) = korean(report()).parts
    assert [s.text for s in part.title if s.mark] == ["딥시크"]
    assert part.url
    assert [s.text for s in part.quote if s.mark] == ["딥시크"]


def test_one_article_for_two_watchlists_is_told_once() -> None:
    message = korean(content(hit("DeepSeek"), hit("추론 모델", word="추론 모델", weak="한 번만 나옴")))
    assert message.title == "[DeepSeek, 추론 모델] 中딥시크, 새 추론 모델 공개"
    assert len(message.parts) == 1
    assert lines(message)[-1] == "감시 목록: DeepSeek, 추론 모델 (약한 일치: 한 번만 나옴)"


@pytest.mark.parametrize(
    ("weak", "said"),
    [(WEAK_CUT, "잘린 글의 끝에 걸림"), (WEAK_LONE, "짧은 이름이 한 번만 나오고, 더 긴 낱말의 일부일 수 있음")],
)
def test_each_reason_of_doubt_is_told_in_korean(weak: str, said: str) -> None:
    assert lines(korean(content(hit(weak=weak))))[-1] == f"감시 목록: DeepSeek (약한 일치: {said})"


def test_several_articles_are_all_told() -> None:
    message = korean(content(hit(), hit(of=article("둘째 딥시크 기사")), hit(of=article("셋째 딥시크 기사"))))
    assert message.title == "[DeepSeek] 中딥시크, 새 추론 모델 공개 외 2건"
    assert [plain(part.title) for part in message.parts] == [TITLE, "둘째 딥시크 기사", "셋째 딥시크 기사"]
    assert [line.partition(" — ")[0] for line in lines(message)[-2:]] == ["• 둘째 딥시크 기사", "• 셋째 딥시크 기사"]


def test_an_alert_says_how_many_other_outlets_carry_the_story() -> None:
    told = replace(content(hit()), outlets=4)
    assert lines(korean(told))[1] == "가나다신문 외 3개 매체 | 10-06(화) 14:30"
    alone = replace(content(hit()), outlets=1)
    assert lines(korean(alone))[1] == "가나다신문 | 10-06(화) 14:30"


def test_an_alert_without_hits_still_has_its_title() -> None:
    assert korean(content()).parts == ()


def test_an_article_without_address_shows_no_link() -> None:
    message = korean(report(url=""))
    assert "http" not in write_built_in(Kind.TEXT, message)
    assert all("<a" not in write_built_in(kind, message) for kind in (Kind.HTML, Kind.MAIL_HTML))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://a b", "https:///x", "http://[x"])
def test_an_address_that_is_not_plain_http_is_never_linked(url: str) -> None:
    message = korean(report(url=url))
    assert not any(part.url for part in message.parts)


def test_a_day_without_time_shows_no_time() -> None:
    assert lines(korean(report(published_precision=Precision.DAY)))[1] == "가나다신문 | 10-06(화)"


def test_what_is_not_known_is_left_out() -> None:
    bare = report(published_at=None, source="", feeds=(), summary="")
    assert lines(korean(bare)) == [TITLE, "감시 목록: DeepSeek"]
    assert lines(korean(report(source="")))[1].startswith("가나다 IT | ")


def test_an_article_without_title_says_so() -> None:
    message = korean(report(title=" \n"))
    assert message.title == "[DeepSeek] (제목 없음)"
    assert lines(message)[0] == "(제목 없음)"


def test_a_summary_counts_by_watchlist_shows_the_newest_ten_and_says_where_the_rest_is() -> None:
    old = [hit(of=article(f"딥시크 {n}", published_at=PUBLISHED - timedelta(minutes=n))) for n in range(12)]
    undated = hit("Nvidia", article("엔비디아 실적", published_at=None), "엔비디아", weak="x")
    message = korean(content(*old, undated, reason=Reason.BASELINE, notes=("피드: 가나다 IT",)))
    assert message.title == "[지난 기사 요약] DeepSeek, Nvidia 13건"
    assert lines(message) == [
        "처음 수집한 피드에 올라와 있었거나, 나온 지 사흘이 넘은 기사입니다. 새 기사는 하나씩 알립니다.",
        "DeepSeek 12건",
        *(f"• 딥시크 {n} — 가나다신문 | 10-06(화) 14:{30 - n}" for n in range(10)),
        "• … 외 2건: monitor hits --watchlist 'DeepSeek'",
        "Nvidia 1건",
        "• 엔비디아 실적 — 가나다신문 (약한 일치)",
        "피드: 가나다 IT",
    ]


def test_a_digest_lists_every_article_by_watchlist() -> None:
    hits = [hit(of=article(f"딥시크 {n}", published_at=PUBLISHED - timedelta(hours=n))) for n in range(9)]
    message = korean(content(*hits, hit("추론", word="추론"), reason=Reason.DIGEST))
    assert message.title == "[모아 보기] 10-06(화) DeepSeek, 추론 10건"
    assert [line for line in lines(message) if not line.startswith("•")] == ["DeepSeek 9건", "추론 1건"]
    assert sum(line.startswith("•") for line in lines(message)) == 10


def test_a_digest_lists_a_story_once_with_its_outlets_and_every_watchlist_it_is_for() -> None:
    first = article("딥시크 새 모델", published_at=PUBLISHED - timedelta(hours=1))
    later = article("딥시크 새 모델 써 보니", source="라마바일보")
    other = article("딥시크 실적", published_at=PUBLISHED - timedelta(hours=2))
    hits = [hit(of=first), hit("추론", of=first), hit(of=later), hit(of=other)]
    told = [replace(one, story_id=story) for one, story in zip(hits, (5, 5, 5, 6), strict=True)]
    message = korean(content(*told, reason=Reason.DIGEST))
    assert message.title == "[모아 보기] 10-06(화) DeepSeek, 추론 3건"
    assert lines(message) == [
        "DeepSeek 3건",
        "• 딥시크 새 모델 써 보니 — 라마바일보 외 1개 매체 | 10-06(화) 14:30 · DeepSeek, 추론",
        "• 딥시크 실적 — 가나다신문 | 10-06(화) 12:30",
    ]


def test_a_story_in_a_digest_is_doubtful_only_if_all_of_it_is() -> None:
    told = [replace(hit(of=article(f"딥시크 {n}"), weak=weak), story_id=3) for n, weak in enumerate(("x", ""))]
    assert "약한 일치" not in lines(korean(content(*told, reason=Reason.DIGEST)))[1]
    assert "약한 일치" in lines(korean(content(told[0], reason=Reason.DIGEST)))[1]


def test_a_notice_is_its_notes() -> None:
    message = korean(content(reason=Reason.NOTICE, notes=("피드가 실패했습니다", "다시 시도합니다")))
    assert message.title == "[알림] 피드가 실패했습니다"
    assert lines(message) == ["피드가 실패했습니다", "다시 시도합니다"]
    assert korean(content(reason=Reason.NOTICE)).title == "[알림]"


def test_a_spike_is_one_sentence_and_its_stories() -> None:
    message = korean(content(hit(), reason=Reason.SPIKE, notes=("DeepSeek: 3시간에 14건, 보통 2건",)))
    assert message.title == "[급증] DeepSeek: 3시간에 14건, 보통 2건"
    shown = lines(message)
    assert shown[0].startswith("• ")
    assert shown[-1] == "DeepSeek: 3시간에 14건, 보통 2건"
    assert korean(content(hit(), reason=Reason.SPIKE)).title == "[급증] DeepSeek"


def test_a_test_says_that_the_channel_works() -> None:
    assert lines(korean(content(reason=Reason.TEST))) == ["이 글이 보이면 채널이 제대로 연결된 것입니다."]


def test_a_report_whose_hits_are_gone_still_has_a_title() -> None:
    message = korean(replace(content(), watchlist="DeepSeek"))
    assert message.title == "[DeepSeek]"
    assert korean(content(reason=Reason.DIGEST)).title == "[모아 보기] 10-06(화) 0건"
    assert korean(content(reason=Reason.BRIEFING)).title == "[브리핑] 10-06(화) 0건"


def test_titles_stay_short_whatever_the_names() -> None:
    long = article("가" * 250)
    names = [hit(f"감시 목록 {n} 이름이 길다", long, "가") for n in range(9)]
    title = korean(content(*names)).title
    assert len(title) <= TITLE_LIMIT
    assert title.startswith("[감시 목록 0 이름이 길다 외 8개] 가가가")
    two = content(*names, hit(of=article("나머지")))
    assert korean(two).title.endswith("외 1건")


def test_line_breaks_and_controls_never_reach_a_title() -> None:
    message = korean(report("첫 줄\r\nBcc: a@b.kr\x00\u202e딥시크"))
    assert message.title == "[DeepSeek] 첫 줄 Bcc: a@b.kr 딥시크"


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=200), summary=st.text(max_size=400), data=st.data())
def test_any_text_and_any_spans_render_on_every_channel(title: str, summary: str, data: st.DataObject) -> None:
    of = article(title, summary)
    view = hit(of=of, word=" never ")
    spans = []
    for name in ("title", "summary"):
        size = len(of.field(name))
        ends = st.tuples(st.integers(0, size), st.integers(0, size)).map(sorted)
        for start, end in data.draw(st.lists(ends, max_size=4)):
            spans.append(type(hit().spans[0])(name, start, end))
    message = korean(content(replace(view, spans=tuple(spans))))
    assert len(message.title) <= TITLE_LIMIT
    assert not set("\r\n\x00") & set("".join(lines(message)) + message.title)
    to_console(message, colour=True).encode()
    for kind in Kind:
        write_built_in(kind, message).encode()
    assert 0 < len(to_slack(message)["blocks"]) <= 50
