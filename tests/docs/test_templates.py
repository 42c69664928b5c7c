"""docs/templates.md says what a template sees, and its example writes an alert."""

from __future__ import annotations

from dataclasses import fields
from zoneinfo import ZoneInfo

from monitor.core.alerting import Reason
from monitor.notify.prove import template_faults
from monitor.notify.render import render
from monitor.notify.slackblocks import to_slack
from monitor.notify.templating import SUFFIX, Scribe, TemplateFile
from monitor.notify.views import AlertView, Kind, PartView
from tests.docs.markdown import ROOT, codes, fences, first_codes, part, read
from tests.notify.samples import article, content, hit, report

PAGE = ROOT / "docs" / "templates.md"
TEXT = read(PAGE)


def test_every_name_that_a_template_sees_has_a_row_and_no_other_has_one() -> None:
    alert = part(TEXT, "`alert`:").partition("Each of")[0]
    assert sorted(first_codes(alert)) == sorted(field.name for field in fields(AlertView))
    assert sorted(first_codes(part(TEXT, "Each of `alert.parts`"))) == sorted(
        field.name for field in fields(PartView)
    )


def test_every_kind_of_template_has_a_row() -> None:
    assert {f"{kind}{SUFFIX}" for kind in Kind} <= set(codes(part(TEXT, "A file in that folder")))


def test_the_example_is_good_and_writes_what_the_page_promises() -> None:
    (example,) = (fence.text for fence in fences(PAGE) if fence.language == "jinja")
    file = TemplateFile("short.slack.j2", "templates/short.slack.j2", example)
    assert list(template_faults((file,), ("short",))) == []
    scribe = Scribe((file,), "short")
    told = render(report(), "ko", ZoneInfo("Asia/Seoul"))
    (block,) = to_slack(told, scribe)["blocks"]
    assert block["text"]["text"] == (
        "<https://news.example.kr/view?no=12&amp;page=1|中딥시크, 새 추론 모델 공개> — 가나다신문 | 10-06(화) 14:30"
    )
    digest = content(hit(), hit(of=article("딥시크 둘"), weak="x"), reason=Reason.DIGEST)
    (block,) = to_slack(render(digest, "ko", ZoneInfo("Asia/Seoul")), scribe)["blocks"]
    heading, first, second = block["text"]["text"].split("\n")
    assert heading == "*DeepSeek 2건*"
    assert first.startswith("<https://")
    assert second.endswith("(약한 일치)")
    assert scribe.faults() == ()
