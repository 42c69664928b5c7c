"""One process that does everything: APScheduler gives the beat, the database says what is due."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.core.errors import MonitorError
from monitor.engines.clock import StepGuard
from monitor.engines.vigil import Vigil
from monitor.pipeline import fulltext, sweep, upkeep, watch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from monitor.pipeline.deliver import Courier
    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import Heartbeat, Notifier, PageReader, Work
    from monitor.pipeline.records import FeedClaim
    from monitor.pipeline.watch import Watcher

log = logging.getLogger(__name__)

T = TypeVar("T")

BEAT_S: Final = 1
GRACE: Final = timedelta(seconds=25)
"""How long a shutdown waits for tries under way; a delivery's own deadline is 20 s."""


class Beat(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires `BEAT_S` after now.

    APScheduler's interval trigger makes up for every beat missed, one by one: on a machine that starts in 1970 and
    then learns the date, it would count for minutes with the loop at a stand.
    """

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """The time of the next beat."""
        return now + timedelta(seconds=BEAT_S)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a configuration makes of the program, all of it exchanged at once.

    `renamed`: the new names of channels that were called otherwise before.
    """

    poller: Poller
    notifier: Notifier
    pages: PageReader
    watcher: Watcher
    heartbeat: Heartbeat | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Poll:
    """A poll under way, and the host it asks."""

    host: str
    task: asyncio.Task[None]


class Crew(Protocol):
    """Workers elsewhere that do the polls and deliveries, while this process says what is due."""

    def publish(self) -> Callable[[Work], object]:
        """What makes config.yaml as it stands now the configuration of all workers, inside a transaction."""
        ...

    async def leads(self) -> bool:
        """Whether this process is the one that gives out work now."""
        ...

    async def give_polls(self, poller: Poller) -> None:
        """Give out what is due to be polled."""
        ...

    async def give_deliveries(self) -> None:
        """Give out what is due to be sent."""
        ...


class EmbeddedEngine:
    """Runs polls and deliveries until it is told to stop; with a `crew`, has them run elsewhere."""

    def __init__(
        self,
        poller: Poller,
        courier: Courier,
        pages: PageReader | None = None,
        watcher: Watcher | None = None,
        *,
        heartbeat: Heartbeat | None = None,
        crew: Crew | None = None,
    ) -> None:
        self._vigil = Vigil(poller.storage, poller.clock, poller.audience, heartbeat)
        self._crew = crew
        self._watcher = watcher
        self._watched_s: float | None = None
        self._pages = pages
        self._poller = poller
        self._courier = courier
        self._polls: dict[str, _Poll] = {}
        self._paging = asyncio.Lock()
        self._claiming = asyncio.Lock()
        self._trouble: dict[str, str] = {}
        self._wants_healing = True
        self._summarised: date | None = None
        self._guard = StepGuard(poller.clock)
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then end cleanly: no new work, commits finished, tries within their grace.

        Polls that are still waiting for the network are given up and their claims given back.
        """
        self._every_beat(self._heal, "heal")
        self._every_beat(self._tick, "tick")
        self._every_beat(self._deliver, "deliver")
        self._every_beat(self._summarise, "summarise")
        self._every_beat(self._tell_canaries, "canaries")
        self._every_beat(self._vigil.beat, "heartbeat")
        self._every_beat(self._vigil.say_state, "state")
        if self._pages is not None:
            self._every_beat(self._read_pages, "read pages")
        if self._watcher is not None:
            self._every_beat(self._watch_rates, "watch rates")
        self._scheduler.start()
        watch = asyncio.create_task(self._watch_clock(), name="watch clock")
        try:
            await stop.wait()
        finally:
            watch.cancel()
            self._scheduler.shutdown(wait=False)
            await self._stop_polls()
            await self._courier.stop(GRACE)

    async def swap(self, parts: Parts, write: Callable[[Work], T]) -> T:
        """Write what a new configuration changes in the database, then work with its parts from now on.

        No feed is claimed meanwhile. What is under way ends with the parts that it began with.

        Raises:
            StorageError: it could not be written; nothing has changed.
        """
        async with self._claiming:
            publish = self._crew.publish() if self._crew is not None else None

            def write_all(work: Work) -> T:
                if publish is not None:
                    publish(work)
                return write(work)

            written = await self._poller.storage.write(write_all)
            self._poller, self._pages, self._watcher = parts.poller, parts.pages, parts.watcher
            self._courier.notifier, self._courier.audience = parts.notifier, parts.poller.audience
            self._vigil.heartbeat, self._vigil.audience = parts.heartbeat, parts.poller.audience
            self._courier.renamed = parts.renamed
        return written

    async def settle(self) -> None:
        """Wait for the polls and pages that are under way now."""
        await asyncio.gather(*(poll.task for poll in self._polls.values()), return_exceptions=True)
        async with self._paging:
            pass

    def _every_beat(self, job: Callable[[], Awaitable[None]], name: str) -> None:
        async def beat() -> None:
            try:
                if self._crew is None or await self._crew.leads():
                    await job()
            except MonitorError as error:
                self._say_once(name, str(error))
            else:
                self._trouble.pop(name, None)

        # The default grace of one second drops a beat whenever the loop was busy for longer.
        self._scheduler.add_job(beat, Beat(), id=name, misfire_grace_time=None, coalesce=True, max_instances=1)

    def _say_once(self, name: str, trouble: str) -> None:
        """Log a trouble that comes back with every beat (a full disk) only when it is new."""
        if self._trouble.get(name) != trouble:
            self._trouble[name] = trouble
            log.error("%s: %s; trying again every %d s", name, trouble, BEAT_S)

    async def _tick(self) -> None:
        async with self._claiming:
            if self._crew is not None:
                await self._crew.give_polls(self._poller)
                return
            free = sweep.SIDE_BY_SIDE - len(self._polls)
            if free <= 0:
                return
            poller = self._poller
            busy = {poll.host for poll in self._polls.values()}
            for claim in await sweep.claim_due(poller, free, busy):
                task = asyncio.create_task(self._poll(poller, claim), name=f"poll {claim.name}")
                self._polls[claim.token] = _Poll(sweep.host_of(poller, claim.name), task)

    async def _poll(self, poller: Poller, claim: FeedClaim) -> None:
        """One poll, to its end with the configuration that it began with."""
        try:
            summary = await sweep.poll_claimed(poller, claim)
            if summary.articles_new or summary.hits_new:
                log.info("feed %s: %d new articles, %d hits", claim.name, summary.articles_new, summary.hits_new)
        except asyncio.CancelledError:
            await poller.storage.write(lambda work: work.feeds.release(claim))
            raise
        finally:
            self._polls.pop(claim.token, None)
        # Not waiting for the next beat: the alerts are there, and the host may have other feeds that are due.
        with contextlib.suppress(MonitorError):
            if summary.alerts:
                await self._deliver()
            await self._tick()

    async def _read_pages(self) -> None:
        """Pages are read one batch after another, beside the polls; each host waits for its turn anyway."""
        async with self._paging:
            pages = self._pages
            if pages is not None:
                await fulltext.read_pages(self._poller, pages)

    async def _summarise(self) -> None:
        audience, now = self._poller.audience, self._poller.clock.now()
        day = now.astimezone(audience.policy.zone).date()
        if day != self._summarised and upkeep.summary_is_due(now, audience):
            await self._poller.storage.write(lambda work: upkeep.tell_sick_feeds(work, audience, now))
            self._summarised = day

    async def _tell_canaries(self) -> None:
        if await self._vigil.tell_canaries() + await self._vigil.tell_briefings():
            await self._deliver()

    async def _watch_rates(self) -> None:
        watcher, passed_s = self._watcher, self._poller.clock.monotonic_s()
        if watcher is None or (self._watched_s is not None and passed_s - self._watched_s < watch.EVERY_S):
            return
        self._watched_s = passed_s
        if await watch.watch(watcher):
            await self._deliver()

    async def _deliver(self) -> None:
        if self._crew is not None:
            await self._crew.give_deliveries()
        else:
            await self._courier.start_due()

    async def _stop_polls(self) -> None:
        polls = tuple(poll.task for poll in self._polls.values())
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

    async def _watch_clock(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            step = self._guard.step()
            if step:
                log.warning("the clock was stepped by %+.0f s", step.total_seconds())
                # The scheduler would sleep until its old time.
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
                self._wants_healing = True

    async def _heal(self) -> None:
        """Once at the start and after each step of the clock: mend due times that a wrong clock wrote."""
        if self._wants_healing:
            now = self._poller.clock.now()
            await self._poller.storage.write(lambda work: sweep.heal(work, now))
            self._wants_healing = False
