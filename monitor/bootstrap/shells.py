"""Each shell as a configuration asks for it: the database, the reader of feeds, the channels, the heartbeat."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from monitor.bootstrap.app import SystemClock
from monitor.bootstrap.proof import templates_of
from monitor.config.compile import feed_specs
from monitor.notify.redact import hide_headers, hide_password

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from monitor.config.model import Config
    from monitor.ingest.reader import HttpFeedReader, ReaderSettings
    from monitor.notify.sender import AppriseNotifier, NotifierSettings
    from monitor.pipeline.ports import Clock, Heartbeat
    from monitor.storage.storage import SqlStorage

log = logging.getLogger(__name__)

DEFAULT_USER_AGENT: Final = f"korean-news-monitor/{version('korean-news-monitor')} (feed reader)"


def folder_of(path: Path) -> Path:
    """Where relative paths in a configuration start."""
    return path.absolute().parent


def upgraded_storage(config: Config, base: Path) -> SqlStorage:
    """The database of a configuration, its tables brought up to date.

    Raises:
        StorageError: it cannot be used.
    """
    from monitor.storage import migrate
    from monitor.storage.engine import open_engine
    from monitor.storage.storage import SqlStorage

    engine = open_engine(config.database.reveal(), base)
    before, after = migrate.upgrade(engine)
    if before != after:
        log.info("database upgraded from %s to %s", before or "nothing", after)
    return SqlStorage(engine)


def hide_secrets(config: Config) -> None:
    """Keep out of every log what is secret beside the channels, which see to themselves."""
    for secret in (config.database, config.network.proxy):
        if secret is not None:
            hide_password(secret.reveal())
    for spec in feed_specs(config):
        hide_headers(spec.headers)


@asynccontextmanager
async def open_reader(config: Config) -> AsyncIterator[HttpFeedReader]:
    """Open only the reader of feeds."""
    reader = reader_of(config, SystemClock())
    try:
        yield reader
    finally:
        await reader.aclose()


def reader_of(config: Config, clock: Clock) -> HttpFeedReader:
    """What fetches and parses feeds; whoever asks for it closes it."""
    from monitor.ingest.reader import HttpFeedReader

    hide_secrets(config)
    return HttpFeedReader(reader_settings(config), clock)


def reader_settings(config: Config) -> ReaderSettings:
    """How feeds are fetched; equal settings can share a reader."""
    from monitor.ingest.reader import ReaderSettings

    network = config.network
    return ReaderSettings(
        user_agent=network.user_agent or DEFAULT_USER_AGENT,
        allow_private=network.allow_private,
        proxy=network.proxy.reveal() if network.proxy else "",
    )


def open_notifier(config: Config, console: TextIO | None = None) -> AppriseNotifier:
    """The channels of a configuration; `console` is where `log://` writes, standard output if None."""
    from monitor.notify.sender import AppriseNotifier

    addresses, settings = channel_settings(config)
    return AppriseNotifier(addresses, settings, console=console)


def channel_settings(config: Config) -> tuple[dict[str, str], NotifierSettings]:
    """The secret address of each channel by name, and what all of them share; equal ones can share a notifier."""
    from monitor.notify.sender import NotifierSettings
    from monitor.storage.engine import folder_of

    addresses = {name: channel.address.reveal() for name, channel in config.channels.items()}
    choices = tuple((name, one.template) for name, one in config.channels.items() if one.template is not None)
    base = Path(config.origin.file).absolute().parent
    return addresses, NotifierSettings(
        language=config.language,
        timezone=config.timezone,
        templates=templates_of(config),
        choices=choices,
        buttons=tuple(name for name, one in config.channels.items() if one.button),
        dashboard=(config.dashboard and config.dashboard.address) or "",
        tokens=str(folder_of(config.database.reveal(), base) / "tokens"),
    )


def heartbeat_of(config: Config) -> Heartbeat | None:
    """What tells a watcher elsewhere that the daemon lives; None if none is named."""
    from monitor.notify.heartbeat import HttpHeartbeat

    wanted = config.heartbeat
    if wanted is None or wanted.url is None:
        return None
    return HttpHeartbeat(wanted.url.reveal(), wanted.every.total_seconds())
