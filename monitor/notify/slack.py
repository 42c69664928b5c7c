"""Slack by our own hand, for rich text: Apprise's blocks can be told to ping everyone by a title."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import requests

from monitor.core.errors import DeliveryError
from monitor.notify.library import SlackMode
from monitor.notify.redact import SECRETS, masked
from monitor.notify.slackblocks import to_slack
from monitor.notify.templating import BUILT_IN, Scribe

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.notify.library import NotifySlack
    from monitor.notify.rendering import Rendering

_API: Final = "https://slack.com"
_HOOKS: Final = "https://hooks.slack.com"
_GOV_HOOKS: Final = "https://hooks.slack-gov.com"
_BOT_TEMPORARY: Final = frozenset({
    "fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "service_unavailable",
    "message_limit_exceeded", "team_added_to_org",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """A Slack webhook or bot. `base` replaces the address of Slack's servers if it is not ""."""

    _plugin: NotifySlack = field(repr=False)
    _ways: dict[str, dict[str, Any]] = field(repr=False)
    _connect_s: float
    _read_s: float
    _base: str = ""
    _scribe: Scribe = BUILT_IN
    _button: bool = False

    @property
    def recipients(self) -> tuple[str, ...]:
        """Names of rooms and people, `("",)` for the room of the webhook."""
        return tuple(self._ways)

    @property
    def description(self) -> str:
        """The address for people."""
        url: Callable[..., str] = self._plugin.url
        return masked(url(privacy=True), url())

    def deliver(self, recipient: str, rendering: Rendering) -> bool:
        """Send blocks; whether Slack said ok.

        Raises:
            DeliveryError: a bot was refused with Slack's own reason.
        """
        body = to_slack(rendering, self._scribe, button=self._button)
        room = _room(self._ways[recipient])
        if room:
            body["channel"] = room
        if self._plugin.user:
            body["username"] = self._plugin.user
        bot = self._plugin.mode is SlackMode.BOT
        response = requests.post(
            self._bot_address() if bot else self._hook_address(),
            json=body,
            headers={"Authorization": f"Bearer {self._plugin.access_token}"} if bot else {},
            timeout=(self._connect_s, self._read_s),
            verify=self._plugin.verify_certificate,
            allow_redirects=False,
        )
        if response.status_code != requests.codes.ok:
            return False
        return _bot_took(response) if bot else True

    def _bot_address(self) -> str:
        return f"{self._base or _API}/api/chat.postMessage"

    def _hook_address(self) -> str:
        plugin = self._plugin
        servers = _GOV_HOOKS if plugin.mode is SlackMode.WEBHOOK_GOV else _HOOKS
        return f"{self._base or servers}/services/{plugin.token_a}/{plugin.token_b}/{plugin.token_c}"


def _room(way: dict[str, Any]) -> str:
    """The room as Slack wants it: `#name`, `@person` or, written `+C024…`, an id."""
    rooms = way.get("targets") or [""]
    room = str(rooms[0]).strip()
    if room.startswith("+"):
        return room[1:]
    return room if not room or room[0] in "#@" else f"#{room}"


def _bot_took(response: requests.Response) -> bool:
    try:
        answer = response.json()
    except ValueError:
        return False
    if answer.get("ok"):
        return True
    error = SECRETS.clean(str(answer.get("error", "unknown"))[:60])
    raise DeliveryError(f"Slack: {error}", permanent=error not in _BOT_TEMPORARY)
