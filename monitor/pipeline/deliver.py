"""Bring the outbox to its recipients: each lane in order, no lane waiting for another."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason, State
from monitor.core.alerting.retry import AMBIGUOUS, PATIENCE, Verdict, after_failure, rest
from monitor.core.errors import DeliveryError, LeaseLostError, MonitorError, StorageError
from monitor.pipeline import tell
from monitor.pipeline.adopt import REMOVED
from monitor.pipeline.gate import gate
from monitor.pipeline.notices import delivery_dead, template_failed
from monitor.pipeline.records import Attempt, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from monitor.pipeline.ports import Clock, Notifier, Storage, Work
    from monitor.pipeline.records import AlertContent, LeasedDelivery
    from monitor.pipeline.tell import Audience

log = logging.getLogger(__name__)

OUTCOME_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How deliveries are spaced, and how long a lease outlives the notifier's own deadline.

    A lane sends `burst` deliveries at once and then one per `spacing`: Slack, for one, takes one a second.
    """

    lease_for: timedelta = timedelta(seconds=60)
    burst: int = 10
    spacing: timedelta = timedelta(seconds=1)


@dataclass(slots=True)
class Courier:
    """Delivers what is due. One task a lane, so that a dead or hanging channel delays no other."""

    storage: Storage
    notifier: Notifier
    clock: Clock
    audience: Audience
    random: Callable[[], float]
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The new names of channels under which a poll that began earlier may still put deliveries."""
    dropped: list[tuple[datetime, int]] = field(default_factory=list)
    """Deliveries suppressed since their channel is gone; whoever brings them back if it returns empties it."""
    _running: dict[Lane, asyncio.Task[None]] = field(default_factory=dict)
    _slots: dict[str, tuple[int, asyncio.Semaphore]] = field(default_factory=dict)

    async def start_due(self) -> int:
        """Start a task for each lane that has something due and none running; how many were started."""
        now = self.clock.now()
        lanes = [
            lane
            for lane in await self.storage.read(lambda work: work.outbox.due_lanes(now))
            if lane not in self._running
        ]
        for lane in lanes:
            self._running[lane] = asyncio.create_task(self._run(lane), name=f"deliver {lane.channel}")
        return len(lanes)

    async def deliver(self, lane: Lane) -> None:
        """Deliver what of one lane is due, here and now; nothing if that is under way, or its channel has no slot."""
        if lane not in self._running and not self._slots_of(lane.channel).locked():
            task = asyncio.create_task(self._run(lane), name=f"deliver {lane.channel}")
            self._running[lane] = task
            await task

    async def drain(self) -> None:
        """Deliver until nothing is due any more."""
        while await self.start_due() or self._running:
            await asyncio.wait(self._running.values())

    async def stop(self, grace: timedelta) -> None:
        """Let tries under way finish within `grace`, then leave them to their leases."""
        tasks = tuple(self._running.values())
        self._running.clear()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, lane: Lane) -> None:
        try:
            sent = 0
            while lane in self._running and await self._in_slot(lane):
                sent += 1
                if sent >= self.policy.burst:
                    await asyncio.sleep(self.policy.spacing.total_seconds())
        except MonitorError as error:
            log.error("deliveries to %s stopped for now: %s", lane.channel, error)  # noqa: TRY400 - the text says all
        finally:
            self._running.pop(lane, None)

    async def _in_slot(self, lane: Lane) -> bool:
        """As `_deliver_next`, once the channel has a slot: a lease is not taken before."""
        async with self._slots_of(lane.channel):
            return lane in self._running and await self._deliver_next(lane)

    def _slots_of(self, channel: str) -> asyncio.Semaphore:
        """As many as the channel takes sends at once."""
        most = self.audience.policy.channel(channel).at_once
        if self._slots.get(channel, (0, None))[0] != most:
            self._slots[channel] = most, asyncio.Semaphore(most)
        return self._slots[channel][1]

    async def _deliver_next(self, lane: Lane) -> bool:
        """Try the next delivery of a lane; whether to go on with the lane."""
        now = self.clock.now()
        new = self.renamed.get(lane.channel)
        if new is not None:
            await self.storage.write(lambda work: work.reloads.rename_channel(lane.channel, new))
            return False
        delivery = await self.storage.write(
            lambda work: work.outbox.lease_next(lane, now, self.policy.lease_for, PATIENCE)
        )
        if delivery is None:
            return False
        # A new configuration can come in at any await: what is begun ends with the channels it began with.
        notifier = self.notifier
        try:
            if lane.recipient not in notifier.recipients(lane.channel):
                verdict = Verdict(State.SUPPRESSED, REMOVED, now, "suppressed")
                self.dropped.append((now, delivery.id))
                return await self._finish(delivery, None, verdict)
            return await self._try(delivery, notifier)
        except LeaseLostError:
            log.warning("delivery %d was taken over by another process", delivery.id)
            return True

    async def _try(self, delivery: LeasedDelivery, notifier: Notifier) -> bool:
        content, held = await self.storage.read(lambda work: self._look(work, delivery))
        if held is not None:
            return await self._finish(delivery, None, held)
        started_at, started_s = self.clock.now(), self.clock.monotonic_s()
        try:
            detail = await _send(notifier, delivery.lane, content)
        except DeliveryError as error:
            now = self.clock.now()
            verdict = after_failure(
                error,
                now,
                self.random(),
                attempts=delivery.attempts,
                unanswered=delivery.unanswered,
            )
            detail = error.reason
        else:
            verdict = Verdict(State.SENT, "", self.clock.now(), "sent")
        attempt = Attempt(started_at, self.clock.monotonic_s() - started_s, verdict.outcome, detail)
        # The death of a notice is not announced: two dead channels would tell of each other for ever.
        going_on = await self._finish(delivery, attempt, verdict, announce=content.reason is not Reason.NOTICE)
        await self._tell_faults(notifier)
        return going_on

    async def _tell_faults(self, notifier: Notifier) -> None:
        """Templates that failed: the alert went out all the same, and the operator should mend them."""
        found = notifier.faults()
        for fault in found:
            log.error("a template failed, so the built-in one was sent: %s", fault)
        audience, now = self.audience, self.clock.now()
        if found and audience.operator:
            notes = [template_failed(fault, audience.policy.language) for fault in found]
            await self.storage.write(
                lambda work: tell.put_notice(work.outbox, audience.operator, notes, audience, now)
            )

    def _look(self, work: Work, delivery: LeasedDelivery) -> tuple[AlertContent, Verdict | None]:
        content = work.outbox.content(delivery.alert_id)
        return content, gate(work, content, delivery.lane.channel, self.audience, self.clock.now())

    async def _finish(
        self, delivery: LeasedDelivery, attempt: Attempt | None, verdict: Verdict, *, announce: bool = True
    ) -> bool:
        """Write what came of a delivery, however long the storage refuses: unwritten, it would be sent again."""
        record = partial(
            _record, delivery=delivery, attempt=attempt, verdict=verdict, audience=self.audience, announce=announce
        )
        while True:
            try:
                await self.storage.write(record)
            except StorageError as error:
                log.error("the outcome of delivery %d waits: %s", delivery.id, error)  # noqa: TRY400
                await asyncio.sleep(OUTCOME_AGAIN_S)
            else:
                break
        if verdict.state is State.DEAD:
            log.error("delivery %d to %s is dead: %s", delivery.id, delivery.lane.channel, verdict.reason)
        return verdict.state is not State.PENDING or attempt is None


async def _send(notifier: Notifier, lane: Lane, content: AlertContent) -> str:
    try:
        return await notifier.send(lane, content)
    except DeliveryError:
        raise
    except Exception as fault:
        log.exception("a fault of ours while sending to %s", lane.channel)
        raise DeliveryError(f"internal fault: {type(fault).__name__}", permanent=False) from fault


def _record(
    work: Work,
    delivery: LeasedDelivery,
    attempt: Attempt | None,
    verdict: Verdict,
    audience: Audience,
    *,
    announce: bool,
) -> None:
    """Write the outcome; a failure pauses the whole lane, a death is announced on another channel."""
    lane, until = delivery.lane, verdict.due_at
    hangs = attempt is not None and verdict.outcome == AMBIGUOUS
    if attempt is not None and hangs:
        ended_at = attempt.started_at + timedelta(seconds=attempt.duration_s)
        until = ended_at + rest(work.outbox.unanswered(lane) + 1)
    work.outbox.finish(delivery, attempt, verdict.state, verdict.reason, verdict.due_at, until)
    if verdict.state is State.SENT:
        work.outbox.answered(lane, verdict.due_at)
    elif hangs or (verdict.state is State.PENDING and attempt is not None):
        work.outbox.postpone(lane, until)
    if verdict.state is State.DEAD and announce:
        channel = announcer(delivery.lane.channel, audience)
        if channel:
            language = audience.policy.language
            note = delivery_dead(delivery.lane.channel, delivery.id, verdict.reason, language)
            tell.put_notice(work.outbox, channel, (note,), audience, verdict.due_at)


def announcer(dead: str, audience: Audience) -> str:
    """The channel that announces a delivery's death: the operator's, else the first other one, else none ("")."""
    others = [channel for channel in (audience.operator, *audience.recipients) if channel and channel != dead]
    return others[0] if others else ""
