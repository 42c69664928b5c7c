"""From a configuration to parts that know each other only by their ports."""

from __future__ import annotations

import os
import random
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from monitor.bootstrap.app import ALMANAC, App, Member, OpenedStorage, SystemClock
from monitor.bootstrap.proof import compile_all, definitions_of, read_config, read_published
from monitor.bootstrap.shells import (
    channel_settings,
    folder_of,
    heartbeat_of,
    hide_secrets,
    open_notifier,
    reader_of,
    reader_settings,
    upgraded_storage,
)
from monitor.config.compile import Compiled, compile_query, feed_specs
from monitor.config.files import files_of, stamp
from monitor.config.load import load
from monitor.config.policy import alert_policy
from monitor.core.errors import StorageError
from monitor.core.schedule import PollPolicy
from monitor.nlp.starter import packed_starter
from monitor.pipeline.adopt import adopt
from monitor.pipeline.deliver import Courier
from monitor.pipeline.poll import Poller
from monitor.pipeline.silence import Queries
from monitor.pipeline.stories import StoryKeeper
from monitor.pipeline.tell import Audience
from monitor.pipeline.watch import Watcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from monitor.config.model import Config
    from monitor.ingest.reader import HttpFeedReader
    from monitor.pipeline.ports import Clock, Notifier, Storage


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
    storage = upgraded_storage(config, base)
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
    hide_secrets(config)
    compiled = compile_all(config)
    storage = upgraded_storage(config, base)
    clock = SystemClock()
    reader = reader_of(config, clock)
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
    hide_secrets(own)
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
        hide_secrets(config)
        clock = SystemClock()
        readers.append(reader_of(config, clock))
        app = _join(config, compiled, storage, readers[0], open_notifier(config, console), clock)
        yield Member(app, own.database.reveal(), folder_of(path), schema, published.version, readers)
    finally:
        for reader in readers:
            await reader.aclose()
        storage.close()


def rejoin(app: App, config: Config, compiled: Compiled, console: TextIO | None = None) -> App:
    """The parts of another configuration over the same database; the reader and the channels stay if theirs did."""
    hide_secrets(config)
    reader = app.reader
    if reader_settings(config) != reader_settings(app.config):
        reader = reader_of(config, app.clock)
    notifier = app.notifier
    if channel_settings(config) != channel_settings(app.config):
        notifier = open_notifier(config, console)
    joined = _join(config, compiled, app.storage, reader, notifier, app.clock)
    # Stories go on; which entries were seen is looked up anew, for a feed may have another address.
    return replace(
        joined, poller=replace(joined.poller, stories=app.poller.stories, tally=app.poller.tally), courier=app.courier
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
        heartbeat_of(config),
        clock,
        zone,
    )
