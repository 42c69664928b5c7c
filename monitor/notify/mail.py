"""Mail by our own hand, so that readers of plain text get the links too: Apprise makes text by dropping them."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from typing import TYPE_CHECKING, Any, Final

from monitor.notify.library import NotifyFormat, connect_smtp
from monitor.notify.views import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.notify.rendering import Rendering
    from monitor.notify.templating import Scribe

_LONGEST_BYTES: Final = 100_000  # Gmail clips what is longer than 102 kB


def send_mail(plugin: Any, rendering: Rendering, scribe: Scribe, timeout_s: float, now: datetime) -> bool:
    """Send to the recipients of `plugin`, Apprise's view of a mail address; whether all of them were accepted.

    The server may take `timeout_s` for each answer.

    Raises:
        OSError: the server could not be reached, or the connection broke.
        smtplib.SMTPException: the server refused us.
    """
    controller = connect_smtp(
        host=plugin.smtp_host,
        port=plugin.port,
        secure_mode=plugin.secure_mode,
        user=plugin.user,
        password=plugin.password,
        verify_certificate=plugin.verify_certificate,
        socket_connect_timeout=timeout_s,
    )
    with controller as smtp:
        taken = [
            smtp.sendmail(
                plugin.from_addr[1], [address], _mail(plugin, (name or "", address), rendering, scribe, now)
            )
            for name, address in plugin.targets
        ]
    return all(taken)


def _mail(plugin: Any, to: tuple[str, str], rendering: Rendering, scribe: Scribe, now: datetime) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = rendering.title
    mail["From"] = formataddr((str(plugin.from_addr[0] or ""), plugin.from_addr[1]))
    mail["To"] = formataddr(to)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=plugin.from_addr[1].rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # so that holiday replies stay away
    if plugin.reply_to:
        mail["Reply-To"] = ", ".join(sorted(plugin.reply_to))
    for header, value in plugin.headers.items():
        if header not in mail:
            mail[header] = value
    text = scribe.write(Kind.MAIL_TEXT, rendering, _fits, _LONGEST_BYTES)
    mail.set_content((text or rendering.title) + "\n", cte="base64")
    if plugin.resolve_format(NotifyFormat.HTML) is NotifyFormat.HTML:
        written = scribe.write(Kind.MAIL_HTML, rendering, _fits, _LONGEST_BYTES)
        mail.add_alternative(written + "\n", subtype="html", cte="base64")
    return mail.as_bytes()


def _fits(text: str) -> bool:
    return len(text.encode()) <= _LONGEST_BYTES
