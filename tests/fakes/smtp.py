"""A mail server on loopback that refuses whom it is told to and remembers what it took."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from email.message import EmailMessage
    from types import TracebackType


class _AnyPort(Controller):
    """Learns its port from the system; the base class asks port 0 whether it answers."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd has no types


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it was taken: envelope and text."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(slots=True)
class SmtpServer:
    """Serves while the `with` block lasts.

    `refusals` maps a recipient to the reply it gets instead of 250, for instance `451 4.3.0 try later`.
    `data_reply` answers the text; "" lets the connection drop instead of answering it.
    """

    refusals: dict[str, str] = field(default_factory=dict)
    data_reply: str = "250 2.0.0 taken"
    mails: list[Mail] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _controller: Any = None

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def channel(self, *to: str, options: str = "") -> str:
        """The address of a mail channel on this server."""
        return f"mailto://127.0.0.1:{self.port}?smtp=127.0.0.1&from=news@example.com&to={','.join(to)}{options}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd's words
        self.asked.append(address)
        if reply := self.refusals.get(address, ""):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's words
        if not self.data_reply:
            server.transport.close()
            await asyncio.sleep(0)
            return "421 closing"
        if self.data_reply.startswith("2"):
            self.mails.append(Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), bytes(envelope.content)))
        return self.data_reply

    def __enter__(self) -> Self:
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0, ready_timeout=10)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
