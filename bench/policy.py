"""Replay real articles in simulated time through the default watchlists and alert policy, and count what is told.

    python bench/policy.py ARTICLES.jsonl[.gz] [--config FILE] [--group-wait S] [--write ALERTS.jsonl]
    python bench/policy.py --flood N

A line of ARTICLES has `title, summary, source, date, url`; each source is a feed that is polled every ten minutes.
--write keeps every alert with its titles, to be read. With --flood, N articles of N happenings come in one poll, and
the time of each step is printed; exits with 1 if one of them is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from monitor.bootstrap import compile_all
from monitor.config.load import load
from monitor.config.policy import alert_policy
from monitor.core.alerting.model import FirstPoll
from monitor.core.article import Article, Entry
from monitor.core.schedule import PollPolicy
from monitor.nlp.starter import packed_starter
from monitor.pipeline.deliver import Courier, DeliveryPolicy
from monitor.pipeline.poll import Poller
from monitor.pipeline.records import FeedSpec, Fresh, NotModified
from monitor.pipeline.stories import StoryKeeper
from monitor.pipeline.sweep import poll_all
from monitor.pipeline.tell import Audience
from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage

if TYPE_CHECKING:
    from monitor.config.model import Config
    from monitor.pipeline.records import AlertContent, Lane, PollRequest, Reading

BETWEEN_POLLS = timedelta(minutes=10)
LANE_CHANNEL = "desk"


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self) -> None:
        self.at = datetime(2020, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Where it was set."""
        return self.at

    def monotonic_s(self) -> float:
        """The same in seconds."""
        return self.at.timestamp()


class Pages:
    """Feeds that hold what was put on them since the last poll."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Entry, ...]] = {}

    async def read(self, request: PollRequest) -> Reading:
        """What is new, if anything is."""
        entries = self.entries.pop(request.spec.name, ())
        return Fresh(entries, partial=True) if entries else NotModified()

    async def read_older(self, _request: PollRequest, _limit_pages: int) -> tuple[Entry, ...]:
        """There are no older pages."""
        return ()


class Reader:
    """A recipient who keeps every alert."""

    def __init__(self, clock: SetClock) -> None:
        self.told: list[tuple[datetime, AlertContent]] = []
        self._clock = clock

    def recipients(self, _channel: str) -> tuple[str, ...]:
        """One."""
        return ("",)

    def faults(self) -> tuple[str, ...]:
        """None."""
        return ()

    async def send(self, _lane: Lane, content: AlertContent) -> str:
        """Keep it."""
        self.told.append((self._clock.now(), content))
        return "taken"


class Program:
    """The use cases over a database of their own."""

    def __init__(self, config: Config, feeds: list[str], folder: Path, **changes: Any) -> None:
        engine = open_engine("sqlite:///policy.db", folder)
        migrate.upgrade(engine)
        compiled = compile_all(config)
        routes = dict.fromkeys((one.name for one in compiled.watchlists), (LANE_CHANNEL,))
        policy = replace(alert_policy(config, routes), channels={}, **changes)
        audience = Audience(policy, {LANE_CHANNEL: ("",)}, LANE_CHANNEL)
        self.storage, self.clock, self.pages = SqlStorage(engine), SetClock(), Pages()
        self.reader = Reader(self.clock)
        self.feeds = feeds
        self.poller = Poller(
            storage=self.storage,
            reader=self.pages,
            matcher=compiled.matcher,
            clock=self.clock,
            specs={name: FeedSpec(name, f"https://{name}.example/rss") for name in feeds},
            policy=PollPolicy(),
            audience=audience,
            random=float,
            stories=StoryKeeper(packed_starter()),
        )
        quick = DeliveryPolicy(burst=10**9, spacing=timedelta(0))
        self.courier = Courier(self.storage, self.reader, self.clock, audience, float, quick)

    async def begin(self) -> None:
        """Let the feeds be known."""
        specs = tuple(self.poller.specs.values())
        await self.storage.write(lambda work: work.feeds.sync(specs, self.clock.now()))

    async def deliver_until(self, end: datetime | None) -> None:
        """Send what is due, each thing at its time, until then (None: until nothing waits)."""
        while True:
            await self.courier.drain()
            due_at = await self.storage.read(lambda work: work.outbox.next_due_at())
            if due_at is None or (end is not None and due_at > end):
                return
            self.clock.at = max(due_at, self.clock.at)


def article_of(row: dict[str, Any]) -> Article:
    """A line as the article it describes."""
    source, url = row["source"], row["url"]
    return Article(
        identity=url,
        url=url,
        title=row["title"],
        summary=row.get("summary") or "",
        source=source,
        feeds=(source,),
        published_at=datetime.fromisoformat(row["date"]).astimezone(UTC),
    )


def polls_of(articles: list[Article]) -> dict[datetime, dict[str, list[Entry]]]:
    """What each feed brings at each poll: what was published since the one before."""
    polls: dict[datetime, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for one in articles:
        at = one.published_at or datetime(2020, 1, 1, tzinfo=UTC)
        seconds = BETWEEN_POLLS.total_seconds()
        poll_at = datetime.fromtimestamp((at.timestamp() // seconds + 1) * seconds, UTC)
        polls[poll_at][one.source].append(Entry(one.identity, one))
    return dict(sorted(polls.items()))


async def replay(config: Config, articles: list[Article], changes: dict[str, Any]) -> list[str]:
    """Poll and deliver through all of it, then print what came out; each alert as a line of JSON."""
    polls = polls_of(articles)
    with TemporaryDirectory() as folder:
        program = Program(config, sorted({one.source for one in articles}), Path(folder), **changes)
        await program.begin()
        cpu_s = time.process_time()
        hits = 0
        for at, feeds in polls.items():
            await program.deliver_until(at)
            program.clock.at = at
            program.pages.entries = {name: tuple(entries) for name, entries in feeds.items()}
            hits += (await poll_all(program.poller, tuple(feeds))).hits_new
        await program.deliver_until(None)
        cpu_s = time.process_time() - cpu_s
        rows = await program.storage.read(lambda work: work.listings.deliveries(limit=10**6))
        stories = await program.storage.read(lambda work: work.listings.stories(limit=10**6))
        alerts = await program.storage.read(lambda work: work.listings.alerts(limit=10**6))
        program.storage.close()
    hit = [story for story in stories if story["watchlists"]]
    print(
        f"articles {len(articles)}, polls {len(polls)}, hits {hits}, stories with a hit {len(hit)}; CPU {cpu_s:.0f} s"
    )
    print("alerts:", dict(Counter(str(row["reason"]) for row in alerts)))
    print("sent:", dict(Counter(content.reason.value for _, content in program.reader.told)))
    withheld = [str(row["reason"]) for row in rows if row["state"] == "suppressed"]
    print("suppressed:", dict(Counter(withheld)))
    print(
        "articles an alert:", dict(sorted(Counter(len(content.hits) for _, content in program.reader.told).items()))
    )
    days = Counter(at.date() for at, _ in program.reader.told)
    print("alerts a day: most", max(days.values()), "median", sorted(days.values())[len(days) // 2])
    whys = {row["id"]: row["why"] for row in alerts}
    return list(map(line_of(whys), program.reader.told))


def line_of(whys: dict[object, object]) -> Any:
    """Writes an alert as a line of JSON."""

    def line(told: tuple[datetime, AlertContent]) -> str:
        at, content = told
        shown = {
            "at": at.isoformat(),
            "reason": content.reason.value,
            "why": whys.get(content.alert_id),
            "watchlist": content.watchlist,
            "outlets": content.outlets,
            "titles": [[hit.watchlist, hit.article.source, hit.article.title, hit.weak] for hit in content.hits],
            "notes": content.notes,
        }
        return json.dumps(shown, ensure_ascii=False) + "\n"

    return line


def unlike(number: int) -> str:
    """Titles of different happenings that hit a default watchlist."""
    made = "".join(chr(0xAC00 + (number * 7919 + place * 1543) % 11172) for place in range(12))
    return f"딥시크, {made[:4]} {made[4:8]} {made[8:]}"


async def flood(config: Config, count: int) -> int:
    """So many hits in one poll: how long each step takes, and whether all of them arrive."""
    with TemporaryDirectory() as folder:
        program = Program(config, ["flood"], Path(folder), first_poll=FirstPoll.ALERT)
        await program.begin()
        program.clock.at = now = datetime(2026, 3, 2, tzinfo=UTC)
        rows = [
            {"title": unlike(n), "source": "flood", "date": now.isoformat(), "url": f"https://x.example/{n}"}
            for n in range(count)
        ]
        program.pages.entries = {"flood": tuple(Entry(row["url"], article_of(row)) for row in rows)}
        began_s = time.perf_counter()
        summary = await poll_all(program.poller, ("flood",))
        print(f"poll, match, group, decide, commit: {time.perf_counter() - began_s:.2f} s, {summary.hits_new} hits")
        for name, span in (("the notice", timedelta(minutes=5)), ("the list, after six hours", timedelta(hours=7))):
            before, began_s = len(program.reader.told), time.perf_counter()
            await program.deliver_until(now + span)
            sent = [f"{one.reason.value}: {len(one.hits)} hits" for _, one in program.reader.told[before:]]
            print(f"{name}: {time.perf_counter() - began_s:.2f} s, {sent}")
        waiting = await program.storage.read(lambda work: work.outbox.counts())
        program.storage.close()
    arrived = {hit.article.identity for _, content in program.reader.told for hit in content.hits}
    print(f"articles that arrived: {len(arrived)} of {count} in {len(program.reader.told)} alerts; {waiting}")
    return int(len(arrived) != count or summary.hits_new < count)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, nargs="?")
    parser.add_argument("--config", type=Path, default=Path(__file__).parent.parent / "config.yaml")
    parser.add_argument("--group-wait", type=int)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--flood", type=int)
    asked = parser.parse_args()
    config = load(asked.config, {})
    if asked.flood:
        return asyncio.run(flood(config, asked.flood))
    opener = gzip.open if asked.articles.suffix == ".gz" else open
    with opener(asked.articles, "rt", encoding="utf-8") as lines:
        articles = [article_of(json.loads(line)) for line in lines]
    changes = {} if asked.group_wait is None else {"group_wait": timedelta(seconds=asked.group_wait)}
    alerts = asyncio.run(replay(config, articles, changes))
    if asked.write is not None:
        asked.write.write_text("".join(alerts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
