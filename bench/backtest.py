"""How long `monitor backtest` takes over a large history, as a user waits for it.

    python bench/backtest.py [ARTICLES.jsonl] [--articles N] [--watchlists N] [--folder FOLDER]

A database is filled with articles made of randomly recombined titles and sentences, those of the file (lines with
`title` and `summary`) or made ones, spread over a year, two of three opening a story. Watchlists are boolean queries
over terms; the hits of the configuration are stored. Then the command is run as it is by hand: the configuration
against the stored hits, and against an edited one in which one watchlist, or every watchlist, is another. A folder
that holds such a database is used again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from matching import make_articles, make_terms, read_articles, words_of

from monitor.bootstrap import compile_all, open_storage
from monitor.config.load import load
from monitor.core.stories.model import Joined, Kind, Opened, Placement, Why
from monitor.pipeline.records import FeedSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.article import Article
    from monitor.core.matching.engine import Matcher
    from monitor.pipeline.ports import Work

SENTENCE = re.compile(r"(?<=[.!?])\s+")
SENTENCES = 3
BATCH = 5_000
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
YEAR_S = 365 * 24 * 3600
OUTLETS = [f"신문{number}" for number in range(40)]


def recombined(sources: Sequence[Article], count: int) -> Iterator[Article]:
    """Articles of a random title and random sentences, in the order of their times."""
    luck = random.Random(17)  # noqa: S311 - the same texts in every run, nothing secret
    titles = [one.title for one in sources]
    sentences = [part for one in sources for part in SENTENCE.split(one.summary) if part]
    for number in range(count):
        yield replace(
            sources[0],
            identity=f"{number}",
            url=f"https://news.example/{number}",
            title=luck.choice(titles),
            summary=" ".join(luck.choice(sentences) for _ in range(SENTENCES)),
            source=luck.choice(OUTLETS),
            published_at=BEGAN + timedelta(seconds=number * YEAR_S // count),
        )


def configuration(terms: Sequence[str], count: int, changed: int) -> str:
    """A configuration of so many watchlists; those up to `changed` have one more alternative."""
    luck = random.Random(19)  # noqa: S311 - the same queries in every run, nothing secret
    lines = ["language: en", "database: sqlite:///backtest.db", "channels: {desk: {url: 'log://'}}", "terms:"]
    lines += [f"  {term}: {{any: [{term}], mode: family}}" for term in terms]
    lines.append("watchlists:")
    for number in range(count):
        first, second, third, fourth = (luck.choice(terms) for _ in range(4))
        more = f" OR (@{fourth} title:@{first})" if number < changed else ""
        query = f"(@{first} NEAR/8 @{second}) OR (@{first} (-@{third})){more}"
        lines.append(f"  - {{name: '{number}', query: '{query}'}}")
    lines.append("feeds:")
    lines += [f"  - {{name: {name}, url: 'https://{number}.example/rss'}}" for number, name in enumerate(OUTLETS)]
    return "\n".join(lines) + "\n"


def fill(work: Work, articles: Sequence[Article], matcher: Matcher, luck: random.Random) -> None:
    """Store articles with their feed, story and hits."""
    work.feeds.sync([FeedSpec(name, f"https://{name}.example/rss") for name in OUTLETS], BEGAN)
    now = articles[0].published_at or BEGAN
    feeds = {claim.name: claim.feed_id for claim in work.feeds.claim_named(OUTLETS, now, timedelta(0))}
    recent: list[int] = []
    for article in articles:
        at = article.published_at or BEGAN
        article_id, _ = work.articles.add(article, at)
        work.articles.link(feeds[article.source], {article.identity: article_id}, at)
        if recent and luck.random() < 1 / 3:
            story = luck.choice(recent)
            reason = Joined(Kind.NEW_ANGLE, Why.OTHER_WORDS, str(story), 0.5)
            work.stories.place(article_id, Placement(str(story), reason))
        else:
            work.stories.place(article_id, Placement(str(article_id), Opened()))
            recent = [*recent[-50:], article_id]
        work.articles.add_hits(article_id, matcher.match(article), at)


async def prepare(folder: Path, sources: Sequence[Article], count: int) -> int:
    """Fill the database, if it is not filled; how many hits there are."""
    path = folder / "config.yaml"
    async with open_storage(path) as opened:
        if not await opened.storage.read(lambda work: work.articles.count()):
            matcher = compile_all(load(path, os.environ)).matcher
            luck = random.Random(23)  # noqa: S311 - the same stories in every run, nothing secret
            batch: list[Article] = []
            for number, article in enumerate(recombined(sources, count), start=1):
                batch.append(article)
                if len(batch) == BATCH or number == count:
                    done = batch
                    await opened.storage.write(lambda work, done=done: fill(work, done, matcher, luck))
                    batch = []
        return len(await opened.storage.read(lambda work: work.listings.hits(limit=10**9)))


def run(folder: Path, *words: str) -> tuple[float, float, str]:
    """The seconds that the command takes, by the clock and of the processors, and what it said."""
    started, used = time.perf_counter(), used_s()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "monitor", "--config", str(folder / "config.yaml"), "backtest", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    took_s = time.perf_counter() - started
    return took_s, used_s() - used, f"{len(done.stdout.splitlines()):,} lines; {done.stderr.strip()}"


def used_s() -> float:
    """The processor time of all children so far, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(folder: Path, asked: argparse.Namespace) -> None:
    """Print a line for each kind of run."""
    sources = read_articles(asked.file) if asked.file else make_articles(20_000)
    terms = [term for term in dict.fromkeys(words_of(sources)) if re.fullmatch("[가-힣]{2,8}", term)][:300]
    terms = terms or make_terms(300)
    for name, changed in (("config", 0), ("one", 1), ("all", asked.watchlists)):
        (folder / f"{name}.yaml").write_text(configuration(terms, asked.watchlists, changed), encoding="utf-8")
    hits = asyncio.run(prepare(folder, sources, asked.articles))
    print(f"{asked.articles:,} articles, {asked.watchlists} watchlists, {hits:,} hits, {os.cpu_count()} cores")
    for label, words in (
        ("against the stored hits", ()),
        ("one watchlist edited", ("--config", str(folder / "one.yaml"))),
        ("every watchlist edited", ("--config", str(folder / "all.yaml"))),
    ):
        took_s, cpu_s, said = run(folder, *words)
        print(f"{label:26} {took_s:6.1f} s, {cpu_s:6.1f} s of the processors   {said}", flush=True)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--watchlists", type=int, default=100)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
        measure(asked.folder, asked)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), asked)


if __name__ == "__main__":
    main()
