"""Replay real polls of many feeds through the pipeline and compare what is stored with an independent count.

    python bench/replay.py FOLDER

FOLDER holds `polls.json` ([{"i", "time"}]) and `titles.jsonl.gz` ({"url", "date", "feeds", "titles", "first_poll",
"last_poll"}): an article is in each of its feeds at poll i if first_poll <= i <= last_poll, and its titles followed
one another. Exits with 1 if an article, a title or a gap is missing or too many.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from monitor.core.alerting.model import AlertPolicy
from monitor.core.schedule import PollPolicy
from monitor.ingest.clean import title_text
from monitor.ingest.identity import canonical_url
from monitor.ingest.parse import ParseJob, parse
from monitor.nlp.starter import packed_starter
from monitor.pipeline.poll import Poller
from monitor.pipeline.records import FeedSpec, Fresh, NotModified
from monitor.pipeline.stories import StoryKeeper
from monitor.pipeline.sweep import poll_all
from monitor.pipeline.tell import Audience
from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.article import Article, Entry, Match
    from monitor.pipeline.records import PollRequest, Reading


class ReplayClock:
    """Stands at the time of the poll."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The time of the poll."""
        return self.at

    def monotonic_s(self) -> float:
        """The same in seconds."""
        return self.at.timestamp()


class ReplayReader:
    """Parses what each feed held at the poll, as bytes of RSS."""

    def __init__(self, clock: ReplayClock) -> None:
        self.bodies: Mapping[str, bytes] = {}
        self._clock = clock

    async def read_older(self, _request: PollRequest, _limit_pages: int) -> tuple[Entry, ...]:
        """Real feeds of this kind have no older pages."""
        return ()

    async def read(self, request: PollRequest) -> Reading:
        """The entries of the poll, if the feed had any."""
        body = self.bodies.get(request.spec.name)
        if body is None:
            return NotModified()
        spec = request.spec
        job = ParseJob(body, "utf-8", spec.url, spec.name, "", spec.zone, (), self._clock.now(), 10_000)
        return Fresh(parse(job).entries)


class Nothing:
    """No watchlists: what is stored is what counts."""

    def match(self, _article: Article) -> tuple[Match, ...]:
        """None."""
        return ()


def title_at(row: Mapping[str, Any], poll: int) -> str:
    """The title of an article at a poll: its titles in even steps."""
    titles = row["titles"]
    span = row["last_poll"] - row["first_poll"] + 1
    return str(titles[min((poll - row["first_poll"]) * len(titles) // span, len(titles) - 1)])


def body_of(rows: list[dict[str, Any]], poll: int) -> bytes:
    """The feed as it was at a poll."""
    items = []
    for row in rows:
        date = datetime.fromisoformat(row["date"])
        items.append(
            f"<item><title>{escape(title_at(row, poll))}</title><link>{escape(row['url'])}</link>"
            f"<pubDate>{format_datetime(date)}</pubDate></item>"
        )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()
    )


def contents(rows: list[dict[str, Any]], polls: int) -> list[dict[str, list[dict[str, Any]]]]:
    """What each feed held at each poll."""
    held: list[dict[str, list[dict[str, Any]]]] = [defaultdict(list) for _ in range(polls)]
    for row in rows:
        for poll in range(row["first_poll"], row["last_poll"] + 1):
            for feed in row["feeds"]:
                held[poll][feed].append(row)
    return held


def expected(held: list[dict[str, list[dict[str, Any]]]]) -> tuple[dict[str, set[str]], int]:
    """The titles of each canonical address, and the gaps, counted from the data alone."""
    titles: dict[str, set[str]] = defaultdict(set)
    gaps = 0
    before: dict[str, set[str]] = {}
    for poll, feeds in enumerate(held):
        for feed, members in feeds.items():
            now = {canonical_url(row["url"]) for row in members}
            for row in members:
                titles[canonical_url(row["url"])].add(title_text(title_at(row, poll)))
            gaps += bool(feed in before and before[feed].isdisjoint(now))
            before[feed] = now
    return titles, gaps


async def replay(folder: Path) -> int:
    """Replay every poll; 0 if all is as expected."""
    polls = json.loads((folder / "polls.json").read_text())
    with gzip.open(folder / "titles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    held = contents(rows, len(polls))
    titles, gaps = expected(held)
    clock = ReplayClock()
    reader = ReplayReader(clock)
    names = sorted({feed for row in rows for feed in row["feeds"]})
    specs = {name: FeedSpec(name, f"https://replay.example/{number}") for number, name in enumerate(names)}
    with TemporaryDirectory() as scratch:
        engine = open_engine("sqlite:///replay.db", Path(scratch))
        migrate.upgrade(engine)
        storage = SqlStorage(engine)
        audience = Audience(AlertPolicy({}, UTC, timedelta(0)), {})
        poller = Poller(
            storage,
            reader,
            Nothing(),
            clock,
            specs,
            PollPolicy(),
            audience,
            lambda: 0.0,
            StoryKeeper(packed_starter()),
        )
        await storage.write(lambda work: work.feeds.sync(tuple(specs.values()), clock.now()))
        started = time.process_time()
        found_gaps = 0
        for poll in polls:
            clock.at = datetime.fromisoformat(poll["time"])
            reader.bodies = {feed: body_of(members, poll["i"]) for feed, members in held[poll["i"]].items()}
            found_gaps += (await poll_all(poller, names)).gaps
        cpu_s = time.process_time() - started
        stored = await storage.read(lambda work: work.listings.articles(limit=10**6))
        storage.close()
    return report(titles, gaps, stored, found_gaps, cpu_s)


def report(
    titles: dict[str, set[str]], gaps: int, stored: list[dict[str, object]], found_gaps: int, cpu_s: float
) -> int:
    """Print the comparison; 0 if nothing differs."""
    found: dict[str, set[str]] = {}
    twice = 0
    for row in stored:
        url = canonical_url(str(row["url"]))
        twice += url in found
        revisions: Any = row["revisions"]
        found[url] = {str(row["title"]), *(revision["title"] for revision in revisions)}
    lost = titles.keys() - found.keys()
    extra = found.keys() - titles.keys()
    differ = [url for url in titles.keys() & found.keys() if titles[url] != found[url]]
    print(f"addresses {len(titles)}, articles {len(stored)}: {len(lost)} lost, {len(extra)} extra, {twice} twice")
    several = sum(len(each) > 1 for each in titles.values())
    print(f"title histories that differ: {len(differ)} of {several} with more than one")
    print(f"gaps {gaps}, found {found_gaps}; CPU {cpu_s:.1f} s")
    for url in [*sorted(lost)[:5], *differ[:5]]:
        print(" ", url, titles[url], found.get(url))
    return int(bool(lost or extra or twice or differ or gaps != found_gaps))


if __name__ == "__main__":
    sys.exit(asyncio.run(replay(Path(sys.argv[1]))))
