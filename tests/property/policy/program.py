"""A program as the daemon runs it, over a real database, between a press and recipients."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict, deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis.stateful import RuleBasedStateMachine

from monitor.core.alerting import flood
from monitor.core.alerting.model import FirstPoll
from monitor.core.schedule import PollPolicy
from monitor.engines.clock import StepGuard
from monitor.nlp.starter import packed_starter
from monitor.pipeline import adopt, sweep
from monitor.pipeline.deliver import Courier, DeliveryPolicy
from monitor.pipeline.poll import Poller
from monitor.pipeline.stories import StoryKeeper
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.clock import FakeClock
from tests.property.policy.ledger import Ledger
from tests.property.policy.mortal import Answer, Blow, Killed, Life, MortalStorage, Press, Recipients, Words
from tests.property.policy.setting import FEEDS, MINUTE, SPECS, Setting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from monitor.core.article import Article
    from monitor.pipeline.records import AlertContent, Lane

DAY = timedelta(days=1)
BEAT_S = 1.0
BROUGHT_BACK_FOR = 10 * MINUTE


class Program(RuleBasedStateMachine):
    """The use cases, started again whenever they are killed, and the books kept beside them."""

    migrated_file: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(shutil.copy(self.migrated_file, Path(self.folder.name) / "monitor.db"))
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.guard = StepGuard(self.clock)
        self.press = Press({name: [] for name in FEEDS})
        self.script: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.meanwhile: deque[Callable[[], Awaitable[None]]] = deque()
        self.busy: set[Lane] = set()
        self.ledger = Ledger(self.file)
        self.setting = Setting()
        self.published = 0
        self.renames = 0
        self.limits = patch.multiple(flood, NEVER_HELD=6, WITHOUT_HABIT=9)
        self.limits.start()
        self.opened: SqlStorage | None = None
        self.polling = ""

    def start(self) -> None:
        """Start the program on what is in the database, as the daemon does."""
        if self.opened is not None:
            self.opened.close()
        self.opened = SqlStorage(open_engine("sqlite:///monitor.db", Path(self.folder.name)))
        self.life = Life()
        self.storage = MortalStorage(self.opened, self.life)
        self.dropped: list[tuple[Any, tuple[int, ...]]] = []
        audience = self.setting.audience()
        self.poller = Poller(
            storage=self.storage,
            reader=self.press,
            matcher=Words(self.setting.names),
            clock=self.clock,
            specs=SPECS,
            policy=PollPolicy(),
            audience=audience,
            random=float,
            stories=StoryKeeper(packed_starter()),
        )
        quick = DeliveryPolicy(burst=100_000, spacing=timedelta(0))
        self.courier = Courier(self.storage, self.recipients(), self.clock, audience, float, quick)
        self.act(self.take_over)
        self.act(self.heal)

    def recipients(self) -> Recipients:
        ends = Recipients(self.setting.recipients, self.life, self.report, self.script)
        return replace(ends, begin=self.ledger.begins, meanwhile=self.meanwhile, busy=self.busy)

    def report(self, lane: Lane, content: AlertContent, answer: Answer) -> None:
        self.ledger.sends(lane, content, answer, self.setting, self.clock.now())

    def act(self, do: Callable[[], Awaitable[object]], blow: Blow | None = None) -> None:
        """Do something; if the program is killed at it, start it again."""
        self.life.blow = blow
        try:
            self.runner.run(self.to_its_end(do))
        except Killed:
            self.look()
            self.ledger.killed()
            self.start()
        self.life.blow = None
        self.look()

    @staticmethod
    async def to_its_end(do: Callable[[], Awaitable[object]]) -> None:
        try:
            await do()
        finally:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            fates = await asyncio.gather(*others, return_exceptions=True)
            wrong = [fate for fate in fates if isinstance(fate, AssertionError)]
            if wrong:
                raise wrong[0]

    def look(self) -> None:
        page = self.press.pages.get(self.polling, [])
        baseline = self.setting.first_poll is FirstPoll.SUMMARY and self.polling not in self.ledger.begun
        came = frozenset(entry.article.identity for entry in page)
        old = frozenset(entry.article.identity for entry in page if self.is_old(entry.article))
        self.ledger.words.update(self.setting.names)
        self.ledger.look(self.setting, self.clock.now(), came if baseline else frozenset(), old)

    def is_old(self, one: Article) -> bool:
        return one.published_at is not None and self.clock.now() - one.published_at > 3 * DAY

    async def take_over(self) -> None:
        """As `engines.reload` does it."""
        setup, now = self.setting.setup(), self.clock.now()
        gone = await self.storage.write(lambda work: adopt.replace(work, setup, now))
        self.poller = replace(self.poller, matcher=Words(self.setting.names), audience=setup.audience)
        self.courier.notifier, self.courier.audience = self.recipients(), setup.audience
        self.dropped = [one for one in self.dropped if now - one[0] <= BROUGHT_BACK_FOR]
        lately = tuple(number for _, numbers in self.dropped for number in numbers)
        if gone:
            self.dropped.append((now, gone))
        if lately:
            await self.storage.write(lambda work: adopt.restore(work, setup, lately))

    async def heal(self) -> None:
        now = self.clock.now()
        await self.storage.write(lambda work: sweep.heal(work, now))

    async def beat(self) -> None:
        """What the daemon does each second."""
        for claim in await sweep.claim_due(self.poller, sweep.SIDE_BY_SIDE):
            self.polling = claim.name
            await sweep.poll_claimed(self.poller, claim)
            self.look()
        await self.deliver()

    async def poll(self, feed: str) -> None:
        """What the daemon does when a feed is due."""
        self.polling = feed
        await sweep.poll_all(self.poller, (feed,))
        self.look()
        await self.deliver()

    async def poll_all(self) -> None:
        """What `monitor poll` does."""
        for feed in FEEDS:
            self.polling = feed
            await sweep.poll_all(self.poller, (feed,))
            self.look()
        await self.storage.write(lambda work: sweep.release_summaries(self.poller, work))
        await self.deliver()

    async def deliver(self) -> None:
        await self.courier.drain()
        self.look()

    async def run_for(self, span: timedelta) -> None:
        """Deliver whenever something is due, for a while."""
        end_s = self.clock.monotonic_s() + span.total_seconds()
        while True:
            await self.beat()
            due_at = await self.storage.read(lambda work: work.outbox.next_due_at())
            left_s = end_s - self.clock.monotonic_s()
            wait_s = left_s if due_at is None else max((due_at - self.clock.now()).total_seconds(), BEAT_S)
            self.clock.advance(min(wait_s, left_s))
            if wait_s >= left_s:
                return
