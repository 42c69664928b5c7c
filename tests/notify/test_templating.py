"""Templates of the user's: what they may do, and that none of it costs an alert."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from monitor.core.alerting import Reason
from monitor.notify.channels import to_console
from monitor.notify.prove import kind_of, of_set, template_faults
from monitor.notify.render import render
from monitor.notify.rendering import Rendering, below_title, with_title
from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.notify.templating import BUILT_IN, Scribe, TemplateFile, write_built_in
from monitor.notify.views import Kind
from monitor.pipeline.records import Lane
from tests.fakes.webhook import WebhookServer
from tests.notify.samples import article, content, hit, report

URL = "https://news.example.kr/view?no=12&page=1"


def korean(of: object) -> Rendering:
    return render(of, "ko", ZoneInfo("Asia/Seoul"))  # type: ignore[arg-type] # an AlertContent


def file(text: str, name: str = "text.j2") -> TemplateFile:
    return TemplateFile(name, f"templates/{name}", text)


def by(text: str, kind: Kind = Kind.TEXT, of: Rendering | None = None) -> tuple[str, tuple[str, ...]]:
    """What a template makes of an alert, and the faults found."""
    scribe = Scribe((file(text, f"{kind}.j2"),))
    return scribe.write(kind, of or korean(report()), lambda text: len(text) <= 3000, 3000), scribe.faults()


# --- the built-in ones ---


def test_plain_text_has_the_address_below_the_headline() -> None:
    assert write_built_in(Kind.TEXT, korean(report())).splitlines()[:3] == [
        "中딥시크, 새 추론 모델 공개",
        URL,
        "가나다신문 | 10-06(화) 14:30",
    ]


def test_below_a_title_that_says_it_all_the_headline_is_not_said_again() -> None:
    text = write_built_in(Kind.TEXT, below_title(korean(report())))
    assert text.splitlines()[0] == "가나다신문 | 10-06(화) 14:30"
    assert text.splitlines()[-1] == URL
    assert URL not in write_built_in(Kind.TEXT, below_title(korean(report(url=""))))


def test_below_a_title_that_was_cut_the_headline_stays_whole() -> None:
    message = korean(report("딥시크 " + "가나다 " * 40))
    assert below_title(message) == message
    notice = korean(content(reason=Reason.NOTICE, notes=("알림",)))
    assert below_title(notice) == notice


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
    for kind in (Kind.HTML, Kind.MAIL_HTML):
        written = write_built_in(kind, message)
        assert "<script" not in written
        assert "<img" not in written
        assert "&lt;script&gt;alert(1)&lt;/script&gt;<b>딥시크</b>" in written


def test_lines_of_a_list_stand_close() -> None:
    hits = [hit(of=article(f"딥시크 {n}", url="")) for n in range(2)]
    message = korean(content(*hits, reason=Reason.DIGEST))
    assert "\n\n" not in write_built_in(Kind.TEXT, message)
    assert "<br>\n<br>" not in write_built_in(Kind.HTML, message)
    assert "<br>\n<br>" in write_built_in(Kind.HTML, with_title(message))


def test_english_mail_speaks_english() -> None:
    written = write_built_in(Kind.MAIL_HTML, render(report(), "en", ZoneInfo("UTC")))
    assert '<html lang="en">' in written
    assert "Open the article" in written


# --- the user's ---


def test_a_template_of_the_users_takes_the_place_of_the_built_in_one() -> None:
    text, faults = by("{{ alert.title }}{% for part in alert.parts %}|{{ part.title }}|{{ part.about }}{% endfor %}")
    assert text == "[DeepSeek] 中딥시크, 새 추론 모델 공개|中딥시크, 새 추론 모델 공개|가나다신문 | 10-06(화) 14:30"
    assert faults == ()


def test_a_set_falls_back_on_the_template_of_every_channel() -> None:
    files = (file("every"), file("short", "short.text.j2"), file("every html", "html.j2"))
    short, other = Scribe(files, "short"), Scribe(files)

    def write(scribe: Scribe, kind: Kind) -> str:
        return scribe.write(kind, korean(report()), lambda _: True, 100)

    assert [write(short, Kind.TEXT), write(other, Kind.TEXT)] == ["short", "every"]
    assert [write(short, Kind.HTML), write(other, Kind.HTML)] == ["every html"] * 2
    assert write(short, Kind.SLACK) == write(BUILT_IN, Kind.SLACK)


@pytest.mark.parametrize(
    "printing",
    [
        "{{ alert.parts[0].title }}",
        "{% autoescape false %}{{ alert.parts[0].title }}{{ alert.title }}{% endautoescape %}",
        "{{ alert.parts[0].title.plain }}",
        "{{ alert.parts[0].title|upper }}{{ alert.title|lower }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(alert.title) }}",
        "{% set x %}{{ alert.title }}{% endset %}{{ x }}",
        "{{ alert.title ~ alert.parts[0].title }}",
        "{{ ('%s' % alert.title)|string }}",
        "{{ [alert.title]|join }}",
        "{{ alert.title.join(['', '']) ~ alert.title.replace('x', 'y') }}",
    ],
)
@pytest.mark.parametrize("kind", [Kind.HTML, Kind.MAIL_HTML, Kind.SLACK])
def test_however_it_is_printed_a_title_stays_literal(printing: str, kind: Kind) -> None:
    text, faults = by(f"-{printing}", kind, korean(report("<script>&딥시크<!channel>")))
    assert faults == ()
    assert "<script" not in text.lower()
    assert "<!channel" not in text


@pytest.mark.parametrize("name", ["safe", "forceescape", "tojson", "urlize", "xmlattr"])
def test_filters_that_switch_escaping_off_are_not_there(name: str) -> None:
    (fault,) = by(f"\n{{{{ alert.title|{name} }}}}", Kind.HTML)[1]
    assert fault == f"templates/html.j2:2: No filter named '{name}'."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\n{% for x in %}", "templates/text.j2:2: Expected an expression, got 'end of statement block'"),
        ("a\n\n{{ alert.titel }}", "templates/text.j2:3: AlertView has no attribute 'titel'"),
        ("{{ 1 / 0 }}", "templates/text.j2:1: division by zero"),
        ("{% include 'nothing.j2' %}", "templates/text.j2:1: there is no template nothing.j2"),
        ("{{ ''.__class__ }}", "templates/text.j2:1: access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ range(999999999)|list }}", "templates/text.j2:1: Range too big. The sandbox blocks ranges larger than"),
        ("{% set x = alert.parts.append(1) %}", "templates/text.j2:1: "),
        ("  {# nothing #} ", "templates/text.j2: it prints nothing"),
        ("x" * 3001, "templates/text.j2: what it prints is too long, even of the shortest alert"),
    ],
)  # fmt: skip
def test_a_template_that_fails_costs_no_alert_and_its_place_is_told_once(text: str, fault: str) -> None:
    scribe = Scribe((file(text),))
    rendering = korean(report())
    for _ in range(2):
        written = scribe.write(Kind.TEXT, rendering, lambda text: len(text) <= 3000, 3000)
        assert written == write_built_in(Kind.TEXT, rendering)
    (told,) = scribe.faults()
    assert told.startswith(fault)
    assert scribe.faults() == ()


def test_a_fault_in_an_included_file_names_that_file() -> None:
    scribe = Scribe((file("{% include '_part.j2' %}"), file("\n{% broken %}", "_part.j2")))
    scribe.write(Kind.TEXT, korean(report()), lambda _: True, 100)
    assert scribe.faults()[0].startswith("templates/_part.j2:2: ")


def test_what_a_template_prints_is_cut_to_whole_articles() -> None:
    hits = [hit(of=article(f"딥시크 {n} " + "긴 제목 " * 5)) for n in range(60)]
    rendering = korean(content(*hits, reason=Reason.DIGEST))
    scribe = Scribe((file("{% for part in alert.parts %}{{ part.title or part.text }}\n{% endfor %}"),))
    text = scribe.write(Kind.TEXT, rendering, lambda text: len(text) <= 500, 500)
    assert len(text) <= 500
    shown = text.count("긴 제목 긴 제목 긴 제목")
    assert text.endswith(f"… 외 {60 - shown}건은 길이 제한으로 줄였습니다: monitor hits --alert 7")


async def test_a_channel_writes_by_its_set_and_tells_of_its_faults() -> None:
    files = (file("짧게: {{ alert.title }}", "short.text.j2"), file("{{ nothing }}", "bad.text.j2"))
    with WebhookServer() as hook:
        channels = {name: hook.channel(name) for name in ("a", "b", "c")}
        choices = (("a", "short"), ("b", "bad"))
        sender = AppriseNotifier(channels, NotifierSettings(templates=files, choices=choices))
        for name in channels:
            await sender.send(Lane(name, ""), report())
        bodies = [received.json()["message"] for received in hook.requests]
    assert bodies[0] == "짧게: [DeepSeek] 中딥시크, 새 추론 모델 공개"
    assert bodies[1] == bodies[2]
    assert sender.faults() == ("templates/bad.text.j2:1: 'nothing' is undefined",)
    assert sender.faults() == ()


# --- proving them ---


def found(*files: TemplateFile, choices: tuple[str, ...] = ()) -> list[str]:
    return [str(fault) for fault in template_faults(files, choices)]


def test_every_kind_has_a_built_in_template_that_proves_good() -> None:
    for kind in Kind:
        built_in = file(f"{{% include '{kind}.j2' %}}", f"own.{kind}.j2")
        assert found(built_in, choices=("own",)) == []


def test_a_fault_that_only_some_alerts_meet_is_found() -> None:
    text = "x{% for part in alert.parts %}{% if part.form == 'listed' %}\n{{ part.nothing }}{% endif %}{% endfor %}"
    assert found(file(text)) == ["templates/text.j2:2: PartView has no attribute 'nothing'"]
    assert found(file("{% for part in alert.parts %}{{ part.title }}{% endfor %}"))[0].endswith("it prints nothing")


def test_names_that_nothing_uses_are_faults_and_files_to_be_included_are_not() -> None:
    assert "no template has this name" in found(file("x", "slak.j2"))[0]
    assert found(file("x", "short.text.j2")) == ["templates/short.text.j2: no channel has template: short"]
    assert found(file("{{ broken", "_macros.j2")) == []


def test_the_name_of_a_file_says_its_kind_and_set() -> None:
    assert kind_of("mail.html.j2") == (Kind.MAIL_HTML, "")
    assert kind_of("short.mail.html.j2") == (Kind.MAIL_HTML, "short")
    assert kind_of("short.html.j2") == (Kind.HTML, "short")
    assert kind_of("x.j2") == (None, "")
    one = file("x", "short.html.j2")
    assert of_set("short", (one, file("x"))) == (one,)
