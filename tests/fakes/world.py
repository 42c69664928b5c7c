"""A poller and a courier over a real database, with scripted ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from monitor.core.alerting.model import AlertPolicy, FirstPoll
from monitor.core.article import Article, Match, Span
from monitor.core.schedule import PollPolicy
from monitor.nlp.starter import packed_starter
from monitor.pipeline.deliver import Courier, DeliveryPolicy
from monitor.pipeline.poll import Poller
from monitor.pipeline.records import FeedSpec, PollSummary
from monitor.pipeline.stories import StoryKeeper
from monitor.pipeline.sweep import poll_all
from monitor.pipeline.tell import Audience
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reader import FakeReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.pipeline.ports import Work
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock

T = TypeVar("T")


@dataclass(slots=True)
class WordMatcher:
    """Each watchlist is the word of its name."""

    words: tuple[str, ...] = ("딥시크", "수출통제")
    faults: list[Exception] = field(default_factory=list)

    def match(self, article: Article) -> tuple[Match, ...]:
        if self.faults:
            raise self.faults.pop()
        return tuple(
            Match(word, (Span("title", article.title.index(word), article.title.index(word) + len(word), word),))
            for word in self.words
            if word in article.title and (word != "수출통제" or "보안" not in article.feeds)
        )


@dataclass(slots=True)
class World:
    """Everything a pipeline test moves."""

    storage: SqlStorage
    clock: FakeClock
    reader: FakeReader
    notifier: FakeNotifier
    matcher: WordMatcher
    poller: Poller
    courier: Courier

    async def poll(self, *names: str) -> PollSummary:
        return await poll_all(self.poller, names or tuple(self.poller.specs))

    async def look(self, do: Callable[[Work], T]) -> T:
        return await self.storage.read(do)

    async def deliver(self) -> None:
        await self.courier.drain()

    async def deliver_for(self, span: timedelta) -> None:
        """Deliver whenever something is due, for a while."""
        end = self.clock.now() + span
        while True:
            await self.courier.drain()
            due_at = await self.look(lambda work: work.outbox.next_due_at())
            if due_at is None or due_at > end:
                return
            self.clock.advance(max(due_at - self.clock.now(), timedelta(0)))

    def with_first_poll(self, first_poll: FirstPoll) -> None:
        policy = replace(self.poller.audience.policy, first_poll=first_poll)
        audience = replace(self.poller.audience, policy=policy)
        self.poller = replace(self.poller, audience=audience)
        self.courier.audience = audience


async def until(true: Callable[[], bool]) -> None:
    """Let other tasks run until something is true."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for is a fake's state or a log line
            await asyncio.sleep(0)


async def build_world(storage: SqlStorage, clock: FakeClock) -> World:
    """Two feeds, two watchlists, three channels; nothing polled yet."""
    reader, matcher = FakeReader(), WordMatcher()
    notifier = FakeNotifier({"desk": ("",), "mail": ("a@x.kr", "b@x.kr"), "ops": ("",)})
    policy = AlertPolicy(
        routes={"딥시크": ("desk", "mail"), "수출통제": ("desk",)},
        zone=ZoneInfo("Asia/Seoul"),
        gather_for=timedelta(minutes=1),
        first_poll=FirstPoll.ALERT,
    )
    audience = Audience(policy, notifier.channels, operator="ops")
    specs = {
        name: FeedSpec(name, f"https://{number}.example/rss") for number, name in enumerate(("전자신문", "보안"))
    }
    poller = Poller(
        storage=storage,
        reader=reader,
        matcher=matcher,
        clock=clock,
        specs=specs,
        policy=PollPolicy(),
        audience=audience,
        random=lambda: 0.0,
        stories=StoryKeeper(packed_starter()),
    )
    quick = DeliveryPolicy(burst=1000, spacing=timedelta(0))
    courier = Courier(storage, notifier, clock, audience, lambda: 0.0, quick)
    await storage.write(lambda work: work.feeds.sync(tuple(specs.values()), clock.now()))
    return World(storage, clock, reader, notifier, matcher, poller, courier)
