from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import DeliveryError
from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.pipeline.records import Lane
from tests.fakes.smtp import SmtpServer
from tests.notify.samples import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from monitor.pipeline.records import AlertContent


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def mail(server: SmtpServer, *to: str, options: str = "") -> AppriseNotifier:
    return AppriseNotifier({"mail": server.channel(*to, options=options)}, NotifierSettings(deadline_s=5))


async def sent(server: SmtpServer, of: AlertContent, options: str = "") -> EmailMessage:
    await mail(server, "a@x.kr", options=options).send(Lane("mail", ""), of)
    return server.mails[-1].message


async def refused(sender: AppriseNotifier, recipient: str = "") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sender.send(Lane("mail", recipient), report())
    return caught.value


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def test_a_mail_has_text_and_html_with_the_link_in_both(server: SmtpServer) -> None:
    message = await sent(server, report())
    assert message["Subject"] == "[DeepSeek] 中딥시크, 새 추론 모델 공개"
    assert message["From"] == "news@example.com"
    assert message["To"] == "a@x.kr"
    assert body(message, "plain").startswith(
        "中딥시크, 새 추론 모델 공개\nhttps://news.example.kr/view?no=12&page=1\n가나다신문 | 10-06(화) 14:30\n"
    )
    html = body(message, "html")
    assert html.count('href="https://news.example.kr/view?no=12&amp;page=1"') == 2
    assert ">中<b>딥시크</b>, 새" in html


async def test_text_alone_is_sent_if_the_address_says_so(server: SmtpServer) -> None:
    message = await sent(server, report(), "&format=text")
    assert message.get_content_type() == "text/plain"


async def test_fault_08_a_title_of_250_hangul_is_delivered(server: SmtpServer) -> None:
    title = "가나다라마" * 50
    message = await sent(server, report(title))
    assert len(message["Subject"]) == 80
    assert title in body(message, "plain")


async def test_fault_09_line_breaks_in_a_title_make_no_header(server: SmtpServer) -> None:
    message = await sent(server, report("속보\r\nBcc: evil@x.kr\r\n\r\n딥시크"))
    assert message["Bcc"] is None
    assert message["Subject"] == "[DeepSeek] 속보 Bcc: evil@x.kr 딥시크"
    assert server.mails[0].recipients == ("a@x.kr",)
    assert "evil@x.kr" not in server.asked


async def test_fault_37_scripts_in_titles_and_links_are_inert(server: SmtpServer) -> None:
    message = await sent(server, report("<script>x</script>딥시크", url="javascript:alert(1)"))
    assert "<script" not in body(message, "html")
    assert "javascript" not in message.as_string()


async def test_own_headers_and_a_reply_address_are_kept(server: SmtpServer) -> None:
    message = await sent(server, report(), "&reply=desk@x.kr&%2BX-Team=news&%2BSubject=no")
    assert message["Reply-To"] == "desk@x.kr"
    assert message["X-Team"] == "news"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_all("Subject") == ["[DeepSeek] 中딥시크, 새 추론 모델 공개"]


async def test_one_refused_recipient_of_three_costs_the_others_nothing(server: SmtpServer) -> None:
    server.refusals["b@x.kr"] = "451 4.3.0 try later"
    sender = mail(server, "a@x.kr", "b@x.kr", "c@x.kr")
    assert sender.recipients("mail") == ("a@x.kr", "b@x.kr", "c@x.kr")
    assert await sender.send(Lane("mail", "a@x.kr"), report()) == "sent to a@x.kr"
    error = await refused(sender, "b@x.kr")
    assert (error.permanent, error.ambiguous) == (False, False)
    assert error.reason == "SMTP 451 4.3.0 try later"
    await sender.send(Lane("mail", "c@x.kr"), report())
    assert [taken.recipients for taken in server.mails] == [("a@x.kr",), ("c@x.kr",)]
    server.refusals.clear()
    await sender.send(Lane("mail", "b@x.kr"), report())
    assert len(server.mails) == 3


async def test_an_unknown_recipient_is_permanent(server: SmtpServer) -> None:
    server.refusals["a@x.kr"] = "550 5.1.1 no such user"
    error = await refused(mail(server, "a@x.kr"))
    assert (error.permanent, error.reason) == (True, "SMTP 550 5.1.1 no such user")


@pytest.mark.parametrize(("reply", "permanent"), [("452 4.2.2 mailbox full", False), ("554 5.7.1 spam", True)])
async def test_a_refused_text_is_judged(server: SmtpServer, reply: str, permanent: bool) -> None:  # noqa: FBT001 - a parameter
    server.data_reply = reply
    error = await refused(mail(server, "a@x.kr"))
    assert (error.permanent, error.ambiguous) == (permanent, False)


async def test_a_connection_lost_after_the_text_is_ambiguous(server: SmtpServer) -> None:
    server.data_reply = ""
    error = await refused(mail(server, "a@x.kr"))
    assert (error.permanent, error.ambiguous) == (False, True)


async def test_a_server_that_is_away_is_temporary(server: SmtpServer) -> None:
    sender = AppriseNotifier({"mail": "mailto://127.0.0.1:9?smtp=127.0.0.1&from=news@example.com&to=a@x.kr"})
    error = await refused(sender)
    assert (error.permanent, error.ambiguous) == (False, False)
    assert server.mails == []
