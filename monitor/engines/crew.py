"""Giving out what is due to workers on any number of hosts."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from monitor.bootstrap import folder_of
from monitor.core.errors import StorageError
from monitor.engines.queue import DELIVER, POLL, VANISHED_S, clear_queue_errors, open_queue
from monitor.pipeline import share
from monitor.pipeline.sweep import SIDE_BY_SIDE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from procrastinate import App as Queue

    from monitor.bootstrap import App
    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import Clock, Storage, Work
    from monitor.pipeline.records import Lane

log = logging.getLogger(__name__)

POST: Final = "scheduler"
POST_FOR: Final = timedelta(seconds=10)
"""A scheduler that is not heard of for so long is replaced by another."""

RENEW_S: Final = 3.0
LOOK_S: Final = 5.0
"""How often it is looked for workers that have vanished."""

_WORKERS: Final = (
    "SELECT count(*) AS workers FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => %(vanished_s)s)"
)


@asynccontextmanager
async def open_crew(app: App, path: Path) -> AsyncIterator[Crew]:
    """The workers of the database that an app is opened on, with the configuration at `path` published to them.

    Raises:
        ConfigurationError: the database is no PostgreSQL.
        StorageError: the database cannot be used.
    """
    async with open_queue(app.config.database.reveal(), folder_of(path)) as queue:
        crew = Crew(queue, app.storage, app.clock, path)
        await app.storage.write(crew.publish())
        try:
            yield crew
        finally:
            await crew.leave()


class Crew:
    """Implements `embedded.Crew` over Procrastinate. Of several schedulers one gives out work, the others wait."""

    def __init__(self, queue: Queue, storage: Storage, clock: Clock, path: Path) -> None:
        self._queue = queue
        self._storage = storage
        self._clock = clock
        self._path = path
        self._token = secrets.token_hex(8)
        self._leading: bool | None = None
        self._asking = asyncio.Lock()
        self._asked_s: float | None = None
        self._looked_s: float | None = None
        self._alone = False

    def publish(self) -> _Publication:
        """What makes config.yaml as it stands now the configuration of all workers, inside a transaction."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read again", "put it back") from error
        return _Publication(text, self._clock)

    async def leads(self) -> bool:
        """Whether this scheduler is the one that gives out work now."""
        async with self._asking:
            passed_s = self._clock.monotonic_s()
            if self._asked_s is None or passed_s - self._asked_s >= RENEW_S:
                await self._hold_post()
                self._asked_s = passed_s
            return bool(self._leading)

    async def _hold_post(self) -> None:
        now, before = self._clock.now(), self._leading
        # If the database cannot be asked, nothing is given out; what was said last still stands.
        leading = await self._storage.write(lambda work: work.cluster.hold(POST, self._token, now, now + POST_FOR))
        if leading != before:
            log.info("giving out work" if leading else "another scheduler gives out work; waiting")
        self._leading = leading

    async def leave(self) -> None:
        """Let another scheduler go on at once."""
        now = self._clock.now()
        await self._storage.write(lambda work: work.cluster.leave(POST, self._token, now))

    async def give_polls(self, poller: Poller) -> None:
        """Claim what is due, as much as the workers can do side by side, and give it to them."""
        await self._give_back_lost(poller)
        with clear_queue_errors():
            counted = await self._queue.connector.execute_query_one_async(_WORKERS, vanished_s=VANISHED_S)
        self._say_alone(alone=not counted["workers"])
        for claim in await share.claim_apart(poller, SIDE_BY_SIDE * int(counted["workers"])):
            with clear_queue_errors():
                await self._queue.configure_task(POLL).defer_async(
                    feed_id=claim.feed_id, name=claim.name, token=claim.token
                )

    async def give_deliveries(self) -> None:
        """Give each lane with something due to a worker, unless one is about to see to it."""
        now = self._clock.now()
        for lane in await self._storage.read(lambda work: work.outbox.due_lanes(now)):
            await self._give_lane(lane)

    async def _give_lane(self, lane: Lane) -> None:
        # No line break: Procrastinate reads the lock back from PostgreSQL's words, line by line.
        lock = f"{lane.channel}\t{lane.recipient}"
        task = self._queue.configure_task(DELIVER, lock=lock, queueing_lock=lock)
        try:
            with clear_queue_errors():
                await task.defer_async(channel=lane.channel, recipient=lane.recipient)
        except AlreadyEnqueued:
            log.debug("lane %s waits for a worker already", lane.channel)

    async def _give_back_lost(self, poller: Poller) -> None:
        """What a worker had that has vanished is given to others; leases see to it that it cannot write any more."""
        passed_s = self._clock.monotonic_s()
        if self._looked_s is not None and passed_s - self._looked_s < LOOK_S:
            return
        self._looked_s = passed_s
        with clear_queue_errors():
            lost = list(await self._queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=VANISHED_S))
        polls = {
            int(str(job.task_kwargs["feed_id"])): (str(job.task_kwargs["name"]), str(job.task_kwargs["token"]))
            for job in lost
            if job.task_name == POLL
        }
        if polls:
            await share.give_back(poller, polls)
        for job in lost:
            with clear_queue_errors():
                await self._queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        if lost:
            log.warning("a worker has vanished: %d polls and deliveries are given to others", len(lost))

    def _say_alone(self, *, alone: bool) -> None:
        if alone and not self._alone:
            log.warning("no worker is running: nothing is polled or sent until `monitor worker` runs somewhere")
        self._alone = alone


class _Publication:
    """A write that publishes a text."""

    def __init__(self, text: str, clock: Clock) -> None:
        self._text = text
        self._clock = clock

    def __call__(self, work: Work) -> int:
        return work.cluster.publish(self._text, self._clock.now())
