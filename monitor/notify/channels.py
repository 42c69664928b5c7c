"""Channels: an address becomes one way to each of its recipients. Everything here blocks; see `sender`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO

from monitor.notify.addresses import LOG_SCHEME, ChannelAddressError, parse, scheme_of, ways
from monitor.notify.cards import discord_body, teams_card
from monitor.notify.hooks import open_hook
from monitor.notify.library import NotifyEmail, NotifyFormat, NotifySlack, Parsed, PGPMode, SlackMode, instance
from monitor.notify.mail import send_mail
from monitor.notify.redact import SECRETS, masked, secrets_of
from monitor.notify.rendering import below_title, with_title
from monitor.notify.slack import SlackChannel
from monitor.notify.templating import BUILT_IN, Scribe, write_built_in
from monitor.notify.text import cut
from monitor.notify.views import IN_COLOUR, IN_TEXT, Kind, defused
from monitor.notify.webhook import open_webhook

if TYPE_CHECKING:
    from monitor.notify.library import NotifyBase
    from monitor.notify.rendering import Rendering

_SLACK_OWN: Final = (SlackMode.WEBHOOK, SlackMode.WEBHOOK_GOV, SlackMode.BOT)
_VERBATIM: Final = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"})
"""Schemes read by programs or as mail, where no mention or masked link can be forged."""

_LONGEST: Final = {"workflows": 4000}
"""Characters, where a service takes more than Apprise says: a card of Teams holds 28 kB, Hangul takes six each."""

_CARDS: Final = {"workflows": Kind.HTML, "discord": Kind.TEXT}
"""Services to which we give cards, and the kind of template that takes the place of the card."""

RENEWING: Final = frozenset({"kakaotalk"})
"""Schemes of services that give a new token for the one in the address, which then stops working."""


class Channel(Protocol):
    """A destination with its recipients."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Their names, `("",)` if there is only one."""
        ...

    @property
    def description(self) -> str:
        """The address for people, without secrets."""
        ...

    def deliver(self, recipient: str, rendering: Rendering) -> bool:
        """Send, blocking; whether the service took it."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a blocking send waits for the network, in seconds."""

    connect_s: float = 10.0
    read_s: float = 18.0


def open_channel(
    url: str,
    limits: Limits,
    *,
    scribe: Scribe = BUILT_IN,
    tokens: str = "",
    slack_base: str = "",
    console: TextIO | None = None,
    button: bool = False,
) -> Channel:
    """The channel of an address, which writes by `scribe`. `slack_base` replaces the address of Slack's servers.

    `tokens` is the folder for tokens that a service renews, "" to keep them in memory. `button`: one below each alert
    on Slack.

    Raises:
        ChannelAddressError: unknown service, incomplete address or a recipient that is none.
    """
    SECRETS.add(secrets_of(url))  # before the library sees the address, for it logs what it cannot read
    if scheme_of(url) == LOG_SCHEME:
        return ConsoleChannel(console)
    if (hook := open_hook(url, limits.connect_s, limits.read_s, scribe)) is not None:
        return hook
    if (webhook := open_webhook(url, limits.connect_s, limits.read_s)) is not None:
        return webhook
    parsed = parse(url)
    by_name = ways(parsed)
    SECRETS.allow(by_name)
    plugin = instance(parsed)
    if isinstance(plugin, NotifySlack) and plugin.mode in _SLACK_OWN:
        return SlackChannel(plugin, by_name, limits.connect_s, limits.read_s, slack_base, scribe, button)
    return AppriseChannel(parsed, by_name, limits, scribe, tokens)


# --- kinds of channels ---


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """A service that Apprise knows, in the richest form that keeps a title literal.

    `_tokens` is the folder for tokens that a service renews, "" to keep them in memory.
    """

    _parsed: Parsed = field(repr=False)
    _ways: dict[str, Parsed] = field(repr=False)
    _limits: Limits
    _scribe: Scribe = BUILT_IN
    _tokens: str = ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self._ways)

    @property
    def description(self) -> str:
        """The address for people."""
        plugin: Any = instance(self._parsed)
        return masked(str(plugin.url(privacy=True)), str(plugin.url()))

    def deliver(self, recipient: str, rendering: Rendering) -> bool:
        """Send by a fresh instance: nothing is shared with a send that still hangs."""
        with_tokens = bool(self._tokens) and self._parsed["schema"] in RENEWING
        if with_tokens:
            private_folder(self._tokens)
        plugin: Any = instance(self._ways[recipient], self._tokens if with_tokens else "")
        if plugin is None:
            raise ChannelAddressError("the address is not usable any more")
        _hide_tokens(plugin)
        try:
            return self._send(plugin, rendering)
        finally:
            _hide_tokens(plugin)

    def _send(self, plugin: Any, rendering: Rendering) -> bool:
        plugin.socket_connect_timeout = self._limits.connect_s
        plugin.socket_read_timeout = self._limits.read_s
        if isinstance(plugin, NotifyEmail) and plugin.pgp_mode == PGPMode.NONE:
            return send_mail(plugin, rendering, self._scribe, self._limits.read_s, datetime.now(UTC))
        if _has_card(plugin, self._scribe):
            return _send_card(plugin, rendering)
        title, body, body_format = _written(plugin, rendering, self._scribe)
        return bool(plugin.notify(body=body, title=title, body_format=body_format))


def _has_card(plugin: Any, scribe: Scribe) -> bool:
    """Whether a service shows cards, and neither its address nor a template of the user's asks for something else."""
    kind = _CARDS.get(plugin.schema)
    return (
        kind is not None and scribe.file_of(kind) is None and not plugin.template and not getattr(plugin, "ping", ())
    )


def _send_card(plugin: Any, rendering: Rendering) -> bool:
    """Let Apprise post, but what we built."""
    made = teams_card(rendering) if plugin.schema == "workflows" else discord_body(rendering)
    plugin.template, plugin.gen_payload = True, lambda **_: made
    return bool(plugin.notify(body=cut(rendering.title, 40), body_format=NotifyFormat.TEXT))


def private_folder(path: str) -> None:
    """Make a folder that nobody else may look into."""
    folder = Path(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _hide_tokens(plugin: Any) -> None:
    """Keep tokens that a service gave us out of every log: they stand in no address."""
    if plugin.schema in RENEWING:
        SECRETS.add(token for key in ("access_token", "refresh_token") if (token := plugin.store.get(key)))


def _written(plugin: NotifyBase, rendering: Rendering, scribe: Scribe) -> tuple[str, str, NotifyFormat]:
    """Title, body and its format. Rich text is handed over as HTML, which Apprise escapes into Markdown itself."""
    rich = plugin._formats()[0] is not NotifyFormat.TEXT  # noqa: SLF001 - there is no public way to ask
    body_format = NotifyFormat.HTML if rich else NotifyFormat.TEXT
    grows = 2 if plugin._formats()[0] is NotifyFormat.MARKDOWN else 1  # noqa: SLF001 - the same; escapes lengthen it
    if plugin.schema in _LONGEST:  # not always: some services compute theirs and refuse another
        plugin.body_maxlen = _LONGEST[plugin.schema]
    limit = max(int(plugin.body_maxlen) // grows - 2, 40)
    room = max(int(plugin.title_maxlen), 0)
    if not room:
        rendering = with_title(rendering)
    elif len(rendering.title) <= room and not rich:  # a rich headline is needed for its link
        rendering = below_title(rendering)
    if plugin.schema not in _VERBATIM:
        rendering = defused(rendering)
    title = cut(rendering.title, room)
    if plugin.overflow_amalgamate_title:  # title and body share one limit
        limit = max(limit - len(title) - 2, 40)
    kind = Kind.HTML if rich else Kind.TEXT
    return title, scribe.write(kind, rendering, lambda text: len(text) <= limit, limit), body_format


def to_console(rendering: Rendering, *, colour: bool) -> str:
    """The title and the parts, with matched words in bold if `colour`."""
    text = write_built_in(Kind.TEXT, with_title(rendering), IN_COLOUR if colour else IN_TEXT)
    return "\n  ".join(line for line in text.split("\n") if line) + "\n"


@dataclass(frozen=True, slots=True)
class ConsoleChannel:
    """`log://`: writes to standard output, in colour only if that is a terminal."""

    _console: TextIO | None = None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whoever reads the console."""
        return ("",)

    @property
    def description(self) -> str:
        """The address for people."""
        return f"{LOG_SCHEME}://"

    def deliver(self, recipient: str, rendering: Rendering) -> bool:  # noqa: ARG002 - one kind of channel among others
        """Write; a console always takes it."""
        console = self._console or sys.stdout
        console.write(to_console(rendering, colour=console.isatty() and not os.environ.get("NO_COLOR")) + "\n")
        console.flush()
        return True
