"""The composition root: from config.yaml to a program whose parts know each other only by their ports.

Storage, channels and the reader of feeds are imported where they are opened: their libraries take over a second, and
whoever only matches need not wait for them.
"""

from __future__ import annotations

import logging
import os
import random
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO
from zoneinfo import ZoneInfo

from monitor.config.compile import Compiled, compile_config, compile_query, feed_specs
from monitor.config.files import files_of, stamp
from monitor.config.load import load, read, read_text
from monitor.config.policy import alert_policy, is_korean_holiday, policy_problems
from monitor.core.errors import ConfigurationError, Problem, StorageError
from monitor.core.matching.version import definition_of
from monitor.core.schedule import PollPolicy
from monitor.core.spikes.model import Almanac
from monitor.nlp.kiwi import kiwi_verifier
from monitor.nlp.starter import packed_starter
from monitor.notify.redact import hide_headers, hide_password
from monitor.pipeline.adopt import Setup, adopt
from monitor.pipeline.deliver import Courier
from monitor.pipeline.poll import Poller
from monitor.pipeline.records import FullText
from monitor.pipeline.silence import Queries
from monitor.pipeline.stories import StoryKeeper
from monitor.pipeline.tell import Audience
from monitor.pipeline.watch import Watcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from monitor.config.model import Config
    from monitor.core.matching.leaves import Verifier
    from monitor.core.matching.version import Definition
    from monitor.ingest.reader import HttpFeedReader, ReaderSettings
    from monitor.notify.sender import AppriseNotifier, NotifierSettings
    from monitor.notify.templating import TemplateFile
    from monitor.pipeline.ports import Clock, Heartbeat, Notifier, PageReader, Storage
    from monitor.pipeline.records import Published
    from monitor.storage.storage import SqlStorage

log = logging.getLogger(__name__)

DEFAULT_USER_AGENT: Final = f"korean-news-monitor/{version('korean-news-monitor')} (feed reader)"

KOREA: Final = ZoneInfo("Asia/Seoul")
"""Where the news is made; its hours and holidays are those of the publishers, wherever the reader lives."""

ALMANAC: Final = Almanac(KOREA, is_korean_holiday)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time now, aware UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running program."""

    config: Config
    compiled: Compiled
    storage: Storage
    reader: HttpFeedReader
    pages: PageReader
    notifier: Notifier
    poller: Poller
    courier: Courier
    watcher: Watcher
    heartbeat: Heartbeat | None
    clock: Clock
    zone: ZoneInfo
    stamp: tuple[object, ...] = ()
    """Of the files of the configuration, before they were read; () if it came from none."""

    @property
    def setup(self) -> Setup:
        """What of the configuration concerns the database."""
        return Setup(tuple(self.poller.specs.values()), self.watcher.definitions, self.poller.audience)


@dataclass(frozen=True, slots=True)
class Member:
    """What a worker begins with: parts made of the published configuration, and the versions that they stand for."""

    app: App
    database: str
    base: Path
    schema: str
    version: int
    readers: list[HttpFeedReader]

    def retire(self, old: App, new: App) -> None:
        """Another app has taken over; its reader is closed at the end with the others."""
        if new.reader is not old.reader:
            self.readers.append(new.reader)


@dataclass(frozen=True, slots=True)
class OpenedStorage:
    """A migrated database and the zone in which people read its times."""

    storage: Storage
    zone: ZoneInfo


def compile_all(config: Config) -> Compiled:
    """Compile a configuration with the verifier that it asks for.

    Raises:
        ConfigurationError: a query cannot be compiled, or an example proves it wrong.
    """
    return compile_config(config, _verifier() if config.kiwi == "auto" else None)


@cache
def _verifier() -> Verifier | None:
    """The one verifier of this process: its model takes seconds to load."""
    return kiwi_verifier()


def definitions_of(compiled: Compiled) -> dict[str, Definition]:
    """What each watchlist means, by name."""
    return {one.name: definition_of(one, compiled.lexicon.terms) for one in compiled.watchlists}


def check_all(config: Config, known: tuple[Problem, ...] = ()) -> Compiled:
    """Compile a configuration and look at its channels and extras.

    `known` are problems of the file that it is only a part of.

    Raises:
        ConfigurationError: all that is wrong, at once, by its place.
    """
    problems = [*known, *channel_problems(config), *fulltext_problems(config), *template_problems(config)]
    problems += policy_problems(config, whole=not known)
    try:
        compiled = compile_all(config)
    except ConfigurationError as error:
        raise ConfigurationError(in_order((*problems, *error.problems))) from error
    if problems:
        raise ConfigurationError(in_order(problems))
    return compiled


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by their place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.column)))


@asynccontextmanager
async def open_storage(path: Path) -> AsyncIterator[OpenedStorage]:
    """Open only the database that the configuration names.

    Raises:
        ConfigurationError: the configuration has problems.
        StorageError: the database cannot be used.
    """
    async with open_database(load(path, os.environ), folder_of(path)) as opened:
        yield opened


@asynccontextmanager
async def open_database(config: Config, base: Path) -> AsyncIterator[OpenedStorage]:
    """Open only the database of a configuration that was read; a relative path starts at `base`.

    Raises:
        StorageError: the database cannot be used.
    """
    storage = _storage(config, base)
    try:
        yield OpenedStorage(storage, ZoneInfo(config.timezone))
    finally:
        storage.close()


@asynccontextmanager
async def open_app(path: Path, console: TextIO | None = None) -> AsyncIterator[App]:
    """Open everything that the configuration names, its feeds written into the database.

    `console` is where `log://` channels write, standard output if None.

    Raises:
        ConfigurationError: the configuration has problems.
        StorageError: the database cannot be used.
    """
    seen = stamp(files_of(path, os.environ))
    config, _ = read_config(path)
    async with open_config(config, folder_of(path), console) as app:
        yield replace(app, stamp=seen)


@asynccontextmanager
async def open_config(config: Config, base: Path, console: TextIO | None = None) -> AsyncIterator[App]:
    """Open everything for a configuration in memory; relative paths start at `base`."""
    _hide_secrets(config)
    compiled = compile_all(config)
    storage = _storage(config, base)
    clock = SystemClock()
    reader = _reader(config, clock)
    notifier = open_notifier(config, console)
    try:
        app = _join(config, compiled, storage, reader, notifier, clock)
        await storage.write(lambda work: adopt(work, app.setup, clock.now()))
        yield app
    finally:
        await reader.aclose()
        storage.close()


@asynccontextmanager
async def open_member(path: Path, console: TextIO | None = None) -> AsyncIterator[Member]:
    """Open what a worker needs: of `path` only the database is used, all else is the configuration stored there.

    Raises:
        ConfigurationError: one of the two configurations has problems.
        StorageError: the database cannot be used, has another schema, or holds no configuration yet.
    """
    from monitor.storage import migrate
    from monitor.storage.engine import open_engine
    from monitor.storage.storage import SqlStorage

    own = load(path, os.environ)
    _hide_secrets(own)
    engine = open_engine(own.database.reveal(), folder_of(path))
    migrate.check(engine)
    storage = SqlStorage(engine)
    readers: list[HttpFeedReader] = []
    try:
        published = await storage.read(lambda work: work.cluster.published())
        schema, _ = await storage.read(lambda work: work.cluster.versions())
        if published is None:
            raise StorageError(
                "no configuration is published in the database", "start `monitor run --engine distributed` first"
            )
        config, compiled = read_published(published, folder_of(path))
        _hide_secrets(config)
        clock = SystemClock()
        readers.append(_reader(config, clock))
        app = _join(config, compiled, storage, readers[0], open_notifier(config, console), clock)
        yield Member(app, own.database.reveal(), folder_of(path), schema, published.version, readers)
    finally:
        for reader in readers:
            await reader.aclose()
        storage.close()


def read_published(published: Published, base: Path) -> tuple[Config, Compiled]:
    """Prove the configuration of all workers with the environment and the secret files of this host.

    Raises:
        ConfigurationError: all that is wrong with it here.
    """
    reading = read_text(published.text, "config.yaml (from the database)", base, os.environ)
    if reading.config is None:
        raise ConfigurationError(reading.problems)
    return reading.config, check_all(reading.config, reading.problems)


def read_config(path: Path) -> tuple[Config, Compiled]:
    """Read a configuration and prove it in full.

    Raises:
        ConfigurationError: all that is wrong with it.
    """
    reading = read(path, os.environ)
    if reading.config is None:
        raise ConfigurationError(reading.problems)
    return reading.config, check_all(reading.config, reading.problems)


def rejoin(app: App, config: Config, compiled: Compiled, console: TextIO | None = None) -> App:
    """The parts of another configuration over the same database; the reader and the channels stay if theirs did."""
    _hide_secrets(config)
    reader = app.reader
    if _reader_settings(config) != _reader_settings(app.config):
        reader = _reader(config, app.clock)
    notifier = app.notifier
    if _channel_settings(config) != _channel_settings(app.config):
        notifier = open_notifier(config, console)
    joined = _join(config, compiled, app.storage, reader, notifier, app.clock)
    # Stories go on; which entries were seen is looked up anew, for a feed may have another address.
    return replace(
        joined, poller=replace(joined.poller, stories=app.poller.stories, tally=app.poller.tally), courier=app.courier
    )


@asynccontextmanager
async def open_reader(config: Config) -> AsyncIterator[HttpFeedReader]:
    """Open only the reader of feeds."""
    reader = _reader(config, SystemClock())
    try:
        yield reader
    finally:
        await reader.aclose()


def channel_problems(config: Config) -> tuple[Problem, ...]:
    """Channels whose address no service understands; secrets stay out of the text."""
    from monitor.notify.sender import validate

    problems = []
    for name, channel in config.channels.items():
        fault = validate(channel.address.reveal())
        if fault:
            path = ("channels", name, "url" if channel.url_file is None else "url_file")
            problems.append(config.origin.problem(path, fault, "see docs/channels.md for addresses, or use log://"))
    return tuple(problems)


def template_problems(config: Config) -> tuple[Problem, ...]:
    """Templates that cannot be used, by file and line, and channels whose set of templates is not there."""
    if config.templates is None and all(channel.template is None for channel in config.channels.values()):
        return ()
    from monitor.notify.prove import of_set, template_faults

    found = _templates(config)
    names = {choice for channel in config.channels.values() if (choice := channel.template) is not None}
    problems = [
        Problem("templates", fault.what, "mend the template, or remove the file", fault.path, fault.line, 1)
        for fault in template_faults(found, names)
    ]
    for name, channel in config.channels.items():
        if channel.template is not None and not of_set(channel.template, found):
            todo = f"write {channel.template}.slack.j2 or the like into the folder `templates`"
            path = ("channels", name, "template")
            problems.append(config.origin.problem(path, f"there is no template {channel.template}", todo))
    return tuple(problems)


def _templates(config: Config) -> tuple[TemplateFile, ...]:
    from monitor.notify.templating import TemplateFile

    return tuple(TemplateFile(one.name, one.path, one.text) for one in config.template_texts)


def fulltext_problems(config: Config) -> tuple[Problem, ...]:
    """Feeds whose articles' pages are to be read, if the library for it is not installed."""
    from monitor.ingest.fulltext import is_installed

    if is_installed():
        return ()
    todo = "install it: pip install 'korean-news-monitor[fulltext]', or write never"
    return tuple(
        config.origin.problem(("feeds", place, "fulltext"), "the extra [fulltext] is not installed", todo)
        for place, feed in enumerate(config.feeds)
        if feed.fulltext is not FullText.NEVER
    )


def folder_of(path: Path) -> Path:
    """Where relative paths in a configuration start."""
    return path.absolute().parent


def _storage(config: Config, base: Path) -> SqlStorage:
    from monitor.storage import migrate
    from monitor.storage.engine import open_engine
    from monitor.storage.storage import SqlStorage

    engine = open_engine(config.database.reveal(), base)
    before, after = migrate.upgrade(engine)
    if before != after:
        log.info("database upgraded from %s to %s", before or "nothing", after)
    return SqlStorage(engine)


def _hide_secrets(config: Config) -> None:
    """Keep out of every log what is secret beside the channels, which see to themselves."""
    for secret in (config.database, config.network.proxy):
        if secret is not None:
            hide_password(secret.reveal())
    for spec in feed_specs(config):
        hide_headers(spec.headers)


def _reader(config: Config, clock: Clock) -> HttpFeedReader:
    from monitor.ingest.reader import HttpFeedReader

    _hide_secrets(config)
    return HttpFeedReader(_reader_settings(config), clock)


def _reader_settings(config: Config) -> ReaderSettings:
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

    addresses, settings = _channel_settings(config)
    return AppriseNotifier(addresses, settings, console=console)


def _channel_settings(config: Config) -> tuple[dict[str, str], NotifierSettings]:
    from monitor.notify.sender import NotifierSettings
    from monitor.storage.engine import folder_of

    addresses = {name: channel.address.reveal() for name, channel in config.channels.items()}
    choices = tuple((name, one.template) for name, one in config.channels.items() if one.template is not None)
    base = Path(config.origin.file).absolute().parent
    return addresses, NotifierSettings(
        language=config.language,
        timezone=config.timezone,
        templates=_templates(config),
        choices=choices,
        tokens=str(folder_of(config.database.reveal(), base) / "tokens"),
    )


def _join(
    config: Config,
    compiled: Compiled,
    storage: Storage,
    reader: HttpFeedReader,
    notifier: Notifier,
    clock: Clock,
) -> App:
    zone = ZoneInfo(config.timezone)
    recipients = {name: notifier.recipients(name) for name in config.channels}
    queries = Queries(lambda text: compile_query(compiled, text))
    audience = Audience(alert_policy(config, compiled.routes), recipients, config.operator or "", queries)
    definitions = definitions_of(compiled)
    poller = Poller(
        storage=storage,
        reader=reader,
        matcher=compiled.matcher,
        clock=clock,
        specs={spec.name: spec for spec in feed_specs(config)},
        policy=PollPolicy(every=config.every),
        audience=audience,
        random=random.random,
        stories=StoryKeeper(packed_starter()),
        versions={name: one.version for name, one in definitions.items()},
    )
    courier = Courier(storage, notifier, clock, audience, random.random)
    watcher = Watcher(
        storage=storage,
        clock=clock,
        audience=audience,
        almanac=ALMANAC,
        definitions=definitions,
        spikes=frozenset(one.name for one in config.watchlists if one.spikes),
    )
    return App(
        config,
        compiled,
        storage,
        reader,
        reader.fulltext,
        notifier,
        poller,
        courier,
        watcher,
        _heartbeat(config),
        clock,
        zone,
    )


def _heartbeat(config: Config) -> Heartbeat | None:
    from monitor.notify.heartbeat import HttpHeartbeat

    wanted = config.heartbeat
    if wanted is None or wanted.url is None:
        return None
    return HttpHeartbeat(wanted.url.reveal(), wanted.every.total_seconds())
