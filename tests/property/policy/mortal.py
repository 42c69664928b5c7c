"""A program that can be killed at each of its commits and sendings, between a press and fickle recipients."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from monitor.core.article import Article, Entry, Match, Span
from monitor.core.errors import DeliveryError, FetchError, FetchFailure
from monitor.pipeline.records import Fresh, NotModified

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import AlertContent, Lane, PollRequest, Reading
    from monitor.storage.storage import SqlStorage

T = TypeVar("T")


class Killed(BaseException):
    """The program dies here: nothing in it can catch this."""


class Side(Enum):
    """On which side of a commit, or of a recipient's taking an alert, the program is killed."""

    BEFORE = "before"
    INSIDE = "inside"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Blow:
    """That the program is killed at a commit or sending, after so many others."""

    after: int
    side: Side


@dataclass(slots=True)
class Life:
    """One run of the program, from its start until it is killed."""

    blow: Blow | None = None
    over: bool = False

    def reach(self) -> Side | None:
        """A place where the program can be killed; the side on which it is, if it is now."""
        if self.over:
            raise Killed
        if self.blow is None:
            return None
        if self.blow.after:
            self.blow = replace(self.blow, after=self.blow.after - 1)
            return None
        self.over = True
        return self.blow.side


@dataclass(frozen=True, slots=True)
class MortalStorage:
    """Implements `ports.Storage` over the real one."""

    storage: SqlStorage
    life: Life

    async def read(self, do: Callable[[Work], T]) -> T:
        if self.life.over:
            raise Killed
        return await self.storage.read(do)

    async def write(self, do: Callable[[Work], T]) -> T:
        def die(work: Work) -> T:
            do(work)
            raise Killed

        side = self.life.reach()
        if side is Side.BEFORE:
            raise Killed
        written = await self.storage.write(do if side is not Side.INSIDE else die)
        if side is not None:
            raise Killed
        return written


class Answer(Enum):
    """What a recipient does with an alert."""

    TAKE = "take"
    REFUSE = "refuse for good"
    BUSY = "busy"
    SILENT_TAKEN = "take and never answer"
    SILENT_LOST = "never answer"
    KILLED_TAKEN = "take, and the sender is killed"
    KILLED_LOST = "the sender is killed before"

    @property
    def takes(self) -> bool:
        return self in {Answer.TAKE, Answer.SILENT_TAKEN, Answer.KILLED_TAKEN}


FAULTS = {
    Answer.REFUSE: DeliveryError("404", permanent=True),
    Answer.BUSY: DeliveryError("503", permanent=False),
    Answer.SILENT_TAKEN: DeliveryError("no answer", permanent=False, ambiguous=True),
    Answer.SILENT_LOST: DeliveryError("no answer", permanent=False, ambiguous=True),
}


@dataclass(slots=True)
class Recipients:
    """Implements `ports.Notifier`: each channel answers as scripted, then takes all; each sending is reported."""

    channels: dict[str, tuple[str, ...]]
    life: Life
    report: Callable[[Lane, AlertContent, Answer], None]
    script: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    begin: Callable[[Lane, AlertContent], None] = lambda _lane, _content: None
    meanwhile: deque[Callable[[], Awaitable[None]]] = field(default_factory=deque)
    """What happens while the next alerts are being sent."""
    busy: set[Lane] = field(default_factory=set)

    def recipients(self, channel: str) -> tuple[str, ...]:
        return self.channels.get(channel, ())

    def faults(self) -> tuple[str, ...]:
        return ()

    async def send(self, lane: Lane, content: AlertContent) -> str:
        side = self.life.reach()
        self.begin(lane, content)
        if self.meanwhile:
            await self.meanwhile.popleft()()
        answer = self.script[lane.channel].popleft() if self.script[lane.channel] else Answer.TAKE
        if lane in self.busy:
            answer = Answer.BUSY
        if side is not None:
            answer = Answer.KILLED_LOST if side is Side.BEFORE else Answer.KILLED_TAKEN
        self.report(lane, content, answer)
        if side is not None:
            raise Killed
        if answer in FAULTS:
            raise FAULTS[answer]
        return "taken"


@dataclass(slots=True)
class Press:
    """Implements `ports.FeedReader`: pages that grow, with the newest entry on top."""

    pages: dict[str, list[Entry]]
    down: set[str] = field(default_factory=set)

    async def read(self, request: PollRequest) -> Reading:
        name = request.spec.name
        if name in self.down:
            raise FetchError(FetchFailure.TIMEOUT)
        page = tuple(self.pages[name])
        etag = f'"{hash(page)}"'
        return NotModified(etag) if request.etag == etag else Fresh(page, etag=etag, body_hash=etag)

    async def read_older(self, request: PollRequest, limit_pages: int) -> tuple[Entry, ...]:
        raise NotImplementedError(request, limit_pages)


@dataclass(frozen=True, slots=True)
class Words:
    """A watchlist hits where its word stands in the title. `of` holds the word of each watchlist."""

    of: tuple[tuple[str, str], ...]

    def match(self, article: Article) -> tuple[Match, ...]:
        return tuple(
            Match(name, (Span("title", article.title.index(word), article.title.index(word) + len(word), word),))
            for name, word in self.of
            if word in article.title
        )
