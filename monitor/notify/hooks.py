"""Webhooks of Korean messengers that Apprise does not know: JANDI, Dooray and LINE WORKS.

Their addresses are used as the messenger shows them (https), or with the messenger's name as the scheme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests

from monitor.notify.addresses import ChannelAddressError
from monitor.notify.redact import masked
from monitor.notify.rendering import below_title
from monitor.notify.templating import BUILT_IN, Scribe
from monitor.notify.views import Kind, defused
from monitor.notify.wire import TAKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.notify.rendering import Rendering

_BOT: Final = "korean-news-monitor"
_COLOUR: Final = "#2F6FDE"


def _jandi(title: str, text: str) -> dict[str, Any]:
    return {"body": title, "connectColor": _COLOUR, "connectInfo": [{"description": text}]}


def _dooray(title: str, text: str) -> dict[str, Any]:
    return {"botName": _BOT, "text": title, "attachments": [{"text": text, "color": _COLOUR}]}


def _line_works(title: str, text: str) -> dict[str, Any]:
    return {"title": title, "body": {"text": text}}


@dataclass(frozen=True, slots=True)
class Messenger:
    """A messenger with webhooks: where they live, what their body looks like and how long it may be."""

    scheme: str
    domain: str
    body: Callable[[str, str], dict[str, Any]]
    longest: int
    accept: str = "application/json"


MESSENGERS: Final = (
    Messenger("jandi", "jandi.com", _jandi, 5000, "application/vnd.tosslab.jandi-v2+json"),
    Messenger("dooray", "dooray.com", _dooray, 5000),
    Messenger("lineworks", "worksmobile.com", _line_works, 2000),
)


def open_hook(url: str, connect_s: float, read_s: float, scribe: Scribe = BUILT_IN) -> HookChannel | None:
    """The channel of a messenger's webhook, or None if the address is none of theirs.

    Raises:
        ChannelAddressError: the messenger is known, but the address is not whole.
    """
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    host = rest.partition("/")[0].lower()
    for messenger in MESSENGERS:
        native = scheme == "https" and f".{host}".endswith(f".{messenger.domain}")
        if scheme == messenger.scheme or native:
            if "." not in host or not urlsplit(f"https://{rest}").path.strip("/"):
                problem = (
                    f"the address of service {messenger.scheme!r} is incomplete; paste the whole webhook address"
                )
                raise ChannelAddressError(problem)
            return HookChannel(messenger, f"https://{rest}", connect_s, read_s, scribe)
    return None


@dataclass(frozen=True, slots=True)
class HookChannel:
    """One webhook of a messenger. It has one recipient: the room it was made for."""

    _messenger: Messenger
    _url: str = field(repr=False)
    _connect_s: float
    _read_s: float
    _scribe: Scribe = BUILT_IN

    @property
    def recipients(self) -> tuple[str, ...]:
        """The room of the webhook."""
        return ("",)

    @property
    def description(self) -> str:
        """The address for people."""
        return masked(self._url, self._url)

    def deliver(self, recipient: str, rendering: Rendering) -> bool:  # noqa: ARG002 - one kind of channel among others
        """Send; whether the messenger took it."""
        safe = defused(below_title(rendering))
        longest = self._messenger.longest
        text = self._scribe.write(Kind.TEXT, safe, lambda text: len(text) <= longest, longest)
        response = requests.post(
            self._url,
            json=self._messenger.body(safe.title, text or safe.title),
            headers={"Accept": self._messenger.accept},
            timeout=(self._connect_s, self._read_s),
            allow_redirects=False,
        )
        return response.status_code in TAKEN and not _says_failure(response)


def _says_failure(response: requests.Response) -> bool:
    """Dooray answers 200 to what it refuses, and says so in the body."""
    try:
        answer = response.json()
    except ValueError:
        return False
    header = answer.get("header") if isinstance(answer, dict) else None
    return isinstance(header, dict) and header.get("isSuccessful") is False
