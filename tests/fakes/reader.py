"""A feed reader that answers from a script."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from monitor.core.article import Article, Entry
from monitor.pipeline.records import Fresh, NotModified

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.errors import FetchError
    from monitor.pipeline.records import PollRequest, Reading


class FakeReader:
    """Implements `ports.FeedReader`: each feed gives its scripted answers in turn, then 304 for ever."""

    def __init__(self) -> None:
        self.requests: list[PollRequest] = []
        self.older: dict[str, tuple[Entry, ...]] = {}
        self.asked_older: list[tuple[str, int]] = []
        self._script: dict[str, deque[Reading | Exception]] = {}

    def will_answer(self, feed: str, *answers: Reading | FetchError | Exception) -> None:
        self._script.setdefault(feed, deque()).extend(answers)

    async def read_older(self, request: PollRequest, limit_pages: int) -> tuple[Entry, ...]:
        self.asked_older.append((request.spec.name, limit_pages))
        return self.older.get(request.spec.name, ())

    async def read(self, request: PollRequest) -> Reading:
        self.requests.append(request)
        answers = self._script.get(request.spec.name)
        answer = answers.popleft() if answers else NotModified()
        if isinstance(answer, Exception):
            raise answer
        return answer


def article(
    number: int, title: str, *, feed: str = "전자신문", summary: str = "", published_at: datetime | None = None
) -> Article:
    url = f"https://news.example/{number}"
    return Article(
        identity=url, url=url, title=title, summary=summary, source=feed, feeds=(feed,), published_at=published_at
    )


def entry(number: int, title: str, *, feed: str = "전자신문", summary: str = "", key: str = "") -> Entry:
    return Entry(key or str(number), article(number, title, feed=feed, summary=summary))


def fresh(*entries: Entry, etag: str = '"1"', complete: bool = True) -> Fresh:
    return Fresh(
        entries,
        etag=etag if complete else "",
        body_hash=str(hash(entries)) if complete else "",
        complete=complete,
    )
