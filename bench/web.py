"""How fast pages answer over a long history.

    python bench/web.py [ARTICLES]

Makes a database of 100,000 articles (or as many as said) over sixty days: one in eight hits a watchlist, a story has
three articles, each story that hits was told. Then asks a real server on loopback for each page, one request after
another, and prints the median and the 95th of a hundred. Exits with 1 if the
last whole day on the first page takes 100 ms or more.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import httpx

from monitor.bootstrap import KOREA, open_config
from monitor.config.load import load_text
from monitor.core.alerting import Reason, State
from monitor.core.article import Article, Match, Span
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.pipeline.records import AlertDraft, DeliveryDraft
from monitor.web.serve import serving

if TYPE_CHECKING:
    from monitor.pipeline.ports import Storage, Work

ARTICLES: Final = 100_000
DAYS: Final = 60
BATCH: Final = 2_000
NAMES: Final = (
    "딥시크",
    "엔비디아",
    "수출통제",
    "반도체",
    "오픈AI",
    "삼성전자",
    "하이닉스",
    "양자",
    "로봇",
    "배터리",
)
EVERY: Final = 8
MEMBERS: Final = 3
REQUESTS: Final = 100
GOAL_S: Final = 0.1
PAGES: Final = {
    "a day": "/?day={day}",
    "a day of one watchlist": "/?day={day}&watchlist=딥시크",
    "story": "/stories/{story}",
    "watchlists": "/watchlists",
    "watchlist": "/watchlists/딥시크",
    "feeds": "/feeds",
    "deliveries": "/deliveries",
    "search": "/search?q=title:딥시크 공개&days=7",
    "briefing": "/briefing",
    "status": "/status",
}
CONFIG: Final = """
database: sqlite:///monitor.db
dashboard: {listen: "127.0.0.1:0"}
channels: {desk: {url: "log://"}}
watchlists:
"""


def article(number: int, at: datetime, name: str) -> Article:
    """A made article whose title holds a name, or none."""
    title = f"{name} 새 소식 {number}, 협력사와 공급 계약 공개" if name else f"오늘의 소식 {number}번째 이야기"
    summary = f"{number}번 기사의 요약이다. " + "시장에서는 올해 실적이 나아질 것으로 본다. " * 3
    url = f"https://news{number % 40}.example/{number}"
    return Article(url, url, title, summary, source=f"매체{number % 40}", published_at=at)


def put(work: Work, number: int, at: datetime) -> None:
    """Store an article with its place, and its hit, alert and delivery if it has one."""
    story = number - (number - 1) % MEMBERS
    name = NAMES[story // EVERY % len(NAMES)] if story % EVERY < MEMBERS - 1 else ""
    article_id, _ = work.articles.add(article(number, at, name), at)
    reason = Opened() if story == number else Joined(Kind.COPY, Why.NOTHING_NEW, str(story), 0.5)
    work.stories.place(article_id, Placement(str(story), reason))
    if not name:
        return
    (hit,) = work.articles.add_hits(article_id, (Match(name, (Span("title", 0, len(name), name),)),), at)
    if story == number:
        sent = DeliveryDraft("desk", "", at, State.SENT)
        work.outbox.add_alert(
            AlertDraft(str(number), Reason.FIRST_REPORT, name, (hit.id,), (), (sent,), story_id=story), at
        )


async def fill(storage: Storage, count: int) -> None:
    """The whole history, the newest a minute ago."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    step = timedelta(days=DAYS) / count

    for start in range(1, count + 1, BATCH):

        def write(work: Work, start: int = start) -> None:
            for number in range(start, min(start + BATCH, count + 1)):
                put(work, number, now - (count - number) * step)

        await storage.write(write)


async def measure(address: str, count: int) -> dict[str, tuple[float, float, float, int]]:
    """Of each page the median and the 95th in seconds, the CPU seconds of one (asking included), and its bytes."""
    found = {}
    # The last whole day: today may be young.
    day = (datetime.now(KOREA) - timedelta(days=1)).date()
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        for name, path in PAGES.items():
            took = []
            cpu_s = time.process_time()
            for _ in range(REQUESTS):
                started = time.perf_counter()
                answer = await client.get(path.format(story=count - MEMBERS * EVERY, day=day))
                took.append(time.perf_counter() - started)
                answer.raise_for_status()
            cpu_s = (time.process_time() - cpu_s) / REQUESTS
            took.sort()
            found[name] = took[REQUESTS // 2], took[REQUESTS * 95 // 100], cpu_s, len(answer.content)
    return found


async def main(count: int) -> int:
    """Fill, serve, measure; 0 if Today is fast enough."""
    lines = "".join(f'  - {{name: {name}, any: ["{name}"]}}\n' for name in NAMES)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        config = load_text(CONFIG + lines, "config.yaml", folder, {})
        async with open_config(config, folder) as app:
            started = time.perf_counter()
            await fill(app.storage, count)
            print(f"{count} articles stored in {time.perf_counter() - started:.0f} s")
            async with serving(lambda: app) as state:
                while not state.address:  # noqa: ASYNC110 - the server says so in this way
                    await asyncio.sleep(0.01)
                found = await measure(state.address, count)
    for name, (half, most, cpu_s, size) in found.items():
        times = f"median {half * 1000:6.1f} ms   95th {most * 1000:6.1f} ms   CPU {cpu_s * 1000:6.1f} ms"
        print(f"{name:24} {times}   {size / 1000:6.1f} kB")
    return int(found["a day"][1] >= GOAL_S)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES)))
