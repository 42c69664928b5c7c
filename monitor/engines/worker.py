"""A worker: does what a scheduler gives out, with the configuration that the database holds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final, NoReturn

from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker as JobWorker

from monitor.bootstrap import read_published, rejoin
from monitor.core.errors import ConfigurationError, MonitorError, StorageError
from monitor.engines.embedded import GRACE
from monitor.engines.queue import DELIVER, HEARTBEAT_S, POLL, VANISHED_S
from monitor.pipeline import share, sweep
from monitor.pipeline.records import Lane

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from procrastinate import App as Queue

    from monitor.bootstrap import Member

log = logging.getLogger(__name__)

AGAIN_S: Final = 1.0
FETCH_S: Final = 2.0
"""How often it is asked for work of which no word came."""


class Worker:
    """Polls and delivers until it is told to stop, or may not go on."""

    def __init__(self, member: Member, queue: Queue) -> None:
        self._member = member
        self._app = member.app
        self._version = member.version
        self._queue = queue
        self._stepping = asyncio.Lock()
        self._refusal: MonitorError | None = None
        self._jobs: JobWorker | None = None
        self._trouble = ""
        queue.task(name=POLL)(self._poll)
        queue.task(name=DELIVER)(self._deliver)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then nothing new is begun, and what is under way has its grace.

        Raises:
            StorageError: the database was upgraded; this program must not write into it.
            ConfigurationError: the configuration of all workers cannot be used here.
        """
        while not stop.is_set() and self._refusal is None:
            jobs = self._jobs = JobWorker(
                self._queue,
                concurrency=sweep.SIDE_BY_SIDE,
                delete_jobs="always",
                install_signal_handlers=False,
                fetch_job_polling_interval=FETCH_S,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=VANISHED_S,
                shutdown_graceful_timeout=GRACE.total_seconds(),
            )
            stopping = asyncio.create_task(_stop_with(stop, jobs), name="stop working")
            try:
                await jobs.run()  # type: ignore[no-untyped-call]
                self._trouble = ""
            except ConnectorException as error:
                self._say_once(f"the queue does not answer: {error.__cause__ or error}")
            finally:
                stopping.cancel()
            if self._refusal is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), AGAIN_S)
        await self._app.courier.stop(GRACE)
        if self._refusal is not None:
            raise self._refusal

    async def _poll(self, feed_id: int, name: str, token: str) -> None:
        await self._guarded(self._poll_claimed(feed_id, name, token), f"feed {name}")

    async def _poll_claimed(self, feed_id: int, name: str, token: str) -> None:
        poller = self._app.poller
        try:
            await self._keep_step()
            poller = self._app.poller
            claim = await share.take_up(poller, feed_id, name, token)
            if claim is None:
                log.info("feed %s: its poll was given to another", name)
                return
            summary = await sweep.poll_claimed(poller, claim)
            await share.put_down(poller, name, token)
        except (asyncio.CancelledError, ConfigurationError):
            await share.give_back(poller, {feed_id: (name, token)})
            raise
        if summary.articles_new or summary.hits_new:
            log.info("feed %s: %d new articles, %d hits", name, summary.articles_new, summary.hits_new)

    async def _deliver(self, channel: str, recipient: str) -> None:
        await self._guarded(self._deliver_lane(Lane(channel, recipient)), f"deliveries to {channel}")

    async def _deliver_lane(self, lane: Lane) -> None:
        await self._keep_step()
        await self._app.courier.deliver(lane)

    async def _guarded(self, work: Awaitable[None], what: str) -> None:
        """A storage that cannot be used ends this job only: its lease runs out, and it is given out again."""
        try:
            await work
        except StorageError as error:
            log.error("%s: %s", what, error)  # noqa: TRY400 - the text says all
        except ConfigurationError:
            log.debug("%s is left to others", what)

    async def _keep_step(self) -> None:
        """Match and send with the configuration that is in force now.

        Raises:
            StorageError: the database was upgraded.
            ConfigurationError: the configuration in force cannot be used here.
        """
        async with self._stepping:
            schema, version = await self._app.storage.read(lambda work: work.cluster.versions())
            if schema != self._member.schema:
                self._refuse(
                    StorageError(
                        f"the database was upgraded from {self._member.schema} to {schema}",
                        "start the worker of that version",
                    )
                )
            if version != self._version:
                await self._take_over()

    async def _take_over(self) -> None:
        published = await self._app.storage.read(lambda work: work.cluster.published())
        if published is None:
            return
        try:
            config, compiled = await asyncio.to_thread(read_published, published, self._member.base)
        except ConfigurationError as error:
            self._refuse(error)
        new = rejoin(self._app, config, compiled)
        new.courier.notifier, new.courier.audience = new.notifier, new.poller.audience
        self._member.retire(self._app, new)
        self._app, self._version = new, published.version
        log.info("configuration %d taken over: %d watchlists", published.version, len(compiled.watchlists))

    def _refuse(self, error: MonitorError) -> NoReturn:
        """Begin nothing more, and end with this error."""
        self._refusal = self._refusal or error
        if self._jobs is not None:
            self._jobs.stop()  # type: ignore[no-untyped-call]
        raise error

    def _say_once(self, trouble: str) -> None:
        if self._trouble != trouble:
            self._trouble = trouble
            log.error("%s; trying again every %d s", trouble, AGAIN_S)


async def _stop_with(stop: asyncio.Event, jobs: JobWorker) -> None:
    await stop.wait()
    jobs.stop()  # type: ignore[no-untyped-call]
