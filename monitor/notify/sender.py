"""The notifier: renders an alert and sends it in a thread of its own, within a deadline of its own.

Apprise shares a small pool between all sends, so that a dozen hanging services hold up the healthy ones, and a
pool would keep the program from ending. One daemon thread a send costs little and harms nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TextIO
from zoneinfo import ZoneInfo

from monitor.core.errors import DeliveryError
from monitor.notify.addresses import ChannelAddressError
from monitor.notify.channels import Channel, Limits, open_channel
from monitor.notify.redact import SECRETS, protect_logs
from monitor.notify.render import render, story_url
from monitor.notify.templating import Scribe, TemplateFile
from monitor.notify.wire import Wire, judge, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.notify.rendering import Rendering
    from monitor.notify.wording import Language
    from monitor.pipeline.records import AlertContent, Lane

_ABANDONED: Final = 3  # hanging threads a lane may leave behind before it has to wait for them


@dataclass(frozen=True, slots=True)
class NotifierSettings:
    """How alerts are written, and how long a send may take before we stop waiting for it, in seconds.

    `templates` are the user's; `choices` says which set of them a channel uses, as (channel, name). `tokens` is the
    folder for tokens that services renew, "" to keep them in memory. `buttons` are the channels of Slack with a
    button below each alert. `dashboard` is the address by which people reach the dashboard, "" if they do not.
    """

    deadline_s: float = 20.0
    language: Language = "ko"
    timezone: str = "Asia/Seoul"
    templates: tuple[TemplateFile, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    tokens: str = ""
    buttons: tuple[str, ...] = ()
    dashboard: str = ""


class AppriseNotifier:
    """`monitor.pipeline.ports.Notifier` over Apprise, with own senders for Slack and the console.

    `channels` are addresses by name and stay secret. `slack_base` replaces the address of Slack's servers;
    `console` is where `log://` writes, standard output if None. A channel whose address cannot be used refuses
    every send for good instead of failing here: the others must go on.
    """

    def __init__(
        self,
        channels: Mapping[str, str],
        settings: NotifierSettings | None = None,
        *,
        slack_base: str = "",
        console: TextIO | None = None,
    ) -> None:
        protect_logs()
        self._settings = settings or NotifierSettings()
        self._zone = ZoneInfo(self._settings.timezone)
        limits = Limits(self._settings.deadline_s * 0.5, self._settings.deadline_s * 0.9)
        self._channels: dict[str, Channel] = {}
        self._broken: dict[str, str] = {}
        choices = dict(self._settings.choices)
        self._scribes = {name: Scribe(self._settings.templates, choices.get(name, "")) for name in channels}
        for name, url in channels.items():
            try:
                self._channels[name] = open_channel(
                    url,
                    limits,
                    scribe=self._scribes[name],
                    tokens=self._settings.tokens,
                    slack_base=slack_base,
                    console=console,
                    button=name in self._settings.buttons,
                )
            except ChannelAddressError as error:
                self._broken[name] = str(error)
        self._running: dict[Lane, list[threading.Thread]] = {}

    def recipients(self, channel: str) -> tuple[str, ...]:
        """The recipients of a channel: `("",)` if it has only one, `()` if there is no such channel."""
        if channel in self._broken:
            return ("",)
        return self._channels[channel].recipients if channel in self._channels else ()

    def describe(self, channel: str) -> str:
        """The address for people, without secrets; "" if there is no such channel."""
        if channel in self._broken:
            return self._broken[channel]
        return self._channels[channel].description if channel in self._channels else ""

    def faults(self) -> tuple[str, ...]:
        """What the operator should know of, though everything was sent; each is given once."""
        return tuple(fault for scribe in self._scribes.values() for fault in scribe.faults())

    async def send(self, lane: Lane, content: AlertContent) -> str:
        """Send, within the deadline. The answer is a short text for the record, without secrets.

        Raises:
            DeliveryError: it was not, or perhaps not, delivered.
        """
        channel = self._channel(lane)
        outcome = await self._in_own_thread(lane, channel, content)
        if outcome is not None:
            raise outcome
        return f"sent to {lane.recipient}" if lane.recipient else "sent"

    def _channel(self, lane: Lane) -> Channel:
        if lane.channel in self._broken:
            raise DeliveryError(self._broken[lane.channel], permanent=True)
        channel = self._channels.get(lane.channel)
        if channel is None:
            raise DeliveryError("there is no such channel any more", permanent=True)
        if lane.recipient not in channel.recipients:
            raise DeliveryError("the channel has no such recipient any more", permanent=True)
        return channel

    async def _in_own_thread(self, lane: Lane, channel: Channel, content: AlertContent) -> DeliveryError | None:
        running = [thread for thread in self._running.get(lane, ()) if thread.is_alive()]
        if len(running) >= _ABANDONED:
            raise DeliveryError("earlier tries still hang", permanent=False)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[DeliveryError | None] = loop.create_future()

        def write() -> Rendering:
            rendering = render(content, self._settings.language, self._zone)
            return replace(rendering, story_url=story_url(content, self._settings.dashboard))

        def work() -> None:
            outcome = _attempt(channel, lane.recipient, write)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, done, outcome)

        thread = threading.Thread(target=work, name=f"send-{lane.channel}", daemon=True)
        self._running[lane] = [*running, thread]
        thread.start()
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                return await done
        except TimeoutError as error:
            reason = f"no answer within {self._settings.deadline_s:g} s"
            raise DeliveryError(reason, permanent=False, ambiguous=True) from error


def _settle(done: asyncio.Future[DeliveryError | None], outcome: DeliveryError | None) -> None:
    if not done.done():
        done.set_result(outcome)


def _attempt(channel: Channel, recipient: str, write: Callable[[], Rendering]) -> DeliveryError | None:
    """One blocking try; what went wrong, or None. Whatever a service's code raises is a failed delivery."""
    wire = Wire()
    with watch(wire):
        try:
            if channel.deliver(recipient, write()):
                return None
            otherwise = "the service's own code refused"
        except DeliveryError as error:
            return error
        except socket.gaierror:
            otherwise = "name not found, look at the host in its address"
        except Exception as error:  # noqa: BLE001 - hundreds of services, each with its own faults
            otherwise = f"failed with {type(error).__name__}"
    verdict = judge(wire, otherwise)
    return DeliveryError(
        SECRETS.clean(verdict.reason),
        permanent=verdict.permanent,
        ambiguous=verdict.ambiguous,
        retry_after_s=verdict.retry_after_s,
    )


def validate(url: str) -> str:
    """What is wrong with a channel's address, without its secrets, or ""."""
    protect_logs()
    try:
        open_channel(url, Limits())
    except ChannelAddressError as error:
        return str(error)
    return ""
