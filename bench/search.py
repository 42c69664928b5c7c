"""Searching the history: 100,000 made articles, or as many as said.

The goals hold at 1,000,000 on two cores: 95 of 100 searches answer within 200 ms, and the index takes at most 0.25 of
the text. `python bench/search.py [ARTICLES]`; a million take about 4 GB of disk and a quarter of an hour.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from figures import note

from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.query.parser import parse
from monitor.pipeline.search import search
from monitor.storage import migrate, pairs
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlStorage
from monitor.storage.tables import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

START: Final = datetime(2024, 1, 1, tzinfo=UTC)
WORDS: Final = 40_000
LATIN: Final = ("AI", "GPU", "HBM", "LG", "SK", "IT", "DeepSeek", "OpenAI", "Nvidia", "5G", "2025", "TSMC", "ARM")
PARTICLES: Final = ("", "", "", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "도", "와")
TOPICS: Final = 2_000
TOPIC_WORDS: Final = 40
PHRASES: Final = 10
OWN: Final = 0.4
PORTION: Final = 5_000
ADVERSE: Final = "words never written so"
"""Words that are often in one article and never next to each other: every such article must be read."""

REPEATS: Final = 30
GOAL_S: Final = 0.2
GOAL_SHARE: Final = 0.25


class Newsroom:
    """Makes articles of words whose frequencies fall off as those of a language do."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - only to make texts differ
        syllables = [chr(code) for code in self.chance.sample(range(0xAC00, 0xD7A4), 1_200)]
        weights = list(accumulate(1 / (rank + 10) for rank in range(len(syllables))))
        lengths = self.chance.choices((2, 3, 4), (60, 30, 10), k=WORDS)
        self.words = list(
            dict.fromkeys(
                "".join(self.chance.choices(syllables, cum_weights=weights, k=length)) for length in lengths
            )
        )
        for place, word in enumerate(LATIN):
            self.words.insert(40 * (place + 1), word)
        self._weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))
        self.topics = [self._topic() for _ in range(TOPICS)]

    def _topic(self) -> list[str]:
        words = self.chance.choices(self.words, k=TOPIC_WORDS)
        return words + [" ".join(self.chance.sample(words, 2)) for _ in range(PHRASES)]

    def text(self, words: int, topic: list[str]) -> str:
        """So many words, each with a particle or none; two of five belong to the topic."""
        own = int(words * OWN)
        chosen = self.chance.choices(self.words, cum_weights=self._weights, k=words - own)
        chosen += self.chance.choices(topic, k=own)
        self.chance.shuffle(chosen)
        tails = self.chance.choices(PARTICLES, k=words)
        return " ".join([word + tail for word, tail in zip(chosen, tails, strict=True)])

    def row(self, number: int) -> dict[str, object]:
        """An article with a title and a summary; one in four has its text too."""
        address = f"https://news.example/{number}"
        topic = self.topics[int(TOPICS ** self.chance.random()) - 1]
        return {
            "identity": address,
            "url": address,
            "title": self.text(8, topic),
            "summary": self.text(45, topic),
            "content": self.text(400, topic) if number % 4 == 0 else "",
            "author": "",
            "source": "예시일보",
            "tags": (),
            "published_at": None,
            "published_precision": None,
            "first_seen_at": START + timedelta(minutes=number),
        }

    def phrase(self) -> str:
        """Two words that are written next to each other in some topic."""
        return self.chance.choice(self.chance.choice(self.topics)[-PHRASES:])

    def word(self) -> str:
        """A word of any frequency: each tenfold of ranks is as likely as any other."""
        return self.words[int(len(self.words) ** self.chance.random()) - 1]


def fill(engine: Engine, newsroom: Newsroom, count: int) -> tuple[int, float]:
    """Store articles, then index them as an upgrade does; the bytes of text and the seconds that indexing took."""
    size = 0
    for start in range(0, count, PORTION):
        rows = [newsroom.row(number) for number in range(start, min(count, start + PORTION))]
        size += sum(len(str(row[name]).encode()) for row in rows for name in ("title", "summary", "content"))
        with writing(engine).begin() as connection:
            connection.execute(ARTICLES.insert(), rows)
    begun = time.perf_counter()
    with writing(engine).begin() as connection:
        pairs.rebuild(connection)
    return size, time.perf_counter() - begun


def index_size(engine: Engine) -> int:
    """Bytes of the index."""
    with engine.begin() as connection:
        blocks = connection.exec_driver_sql("SELECT sum(length(block)) FROM article_pairs_data").scalar_one()
    return int(blocks)


def queries(newsroom: Newsroom) -> Iterator[tuple[str, str]]:
    """Kinds of queries, each with words of all frequencies, Latin ones among them."""
    word = newsroom.word
    for _ in range(REPEATS):
        yield "a word", word()
        yield "two words", f"{word()} {word()}"
        yield "one of three", f"{word()} OR {word()} OR {word()}"
        yield "a word, not another", f"{word()} -{word()}"
        yield "a phrase", f'"{newsroom.phrase()}"'
        yield "NEAR", newsroom.phrase().replace(" ", " NEAR/5 ")
        yield "a word in the title", f"title:{word()}"
        yield "a beginning", f"{word()}*"
        yield "raw letters", f"={word()[:2]}"
        yield "a term", "@term"
        yield "a word that is nowhere", "쀍쀍쀍"
        yield ADVERSE, f'"{word()} {word()}"'


async def ask(storage: SqlStorage, newsroom: Newsroom) -> dict[str, list[tuple[float, int]]]:
    """Of each kind of query: seconds to the newest fifty articles, and how many there were."""
    times: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for kind, query in queries(newsroom):
        spellings = (newsroom.word(), newsroom.word(), newsroom.word())
        begun = time.perf_counter()
        matcher = compile_matcher({"term": Term("term", spellings, Kind.CONCEPT)}, [Watchlist(query, parse(query))])
        count = 0
        async with aclosing(search(storage, matcher, need=matcher.need, limit=50)) as found:
            async for _ in found:
                count += 1
        times[kind].append((time.perf_counter() - begun, count))
    return times


def percentile(seconds: list[float], share: float) -> float:
    """The time within which this share of the searches answered."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


def main() -> None:
    """Print what indexing took and how searches answer."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    newsroom = Newsroom()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        engine = open_engine("sqlite:///search.db", Path(folder))
        migrate.upgrade(engine)
        size, indexing_s = fill(engine, newsroom, count)
        share = index_size(engine) / size
        print(f"{count:,} articles, {size / 1e6:,.0f} MB of text; indexed in {indexing_s:.0f} s", flush=True)
        print(f"index {share:.2f} of the text, goal {GOAL_SHARE}", flush=True)
        storage = SqlStorage(engine)
        asyncio.run(ask(storage, newsroom))  # warm
        times = asyncio.run(ask(storage, newsroom))
        storage.close()
    print(f"{'':24}{'median ms':>10}{'p95 ms':>10}{'worst ms':>10}{'found':>8}")
    for kind, kept in times.items():
        seconds = [one for one, _ in kept]
        found = statistics.mean(number for _, number in kept)
        figures = (statistics.median(seconds), percentile(seconds, 0.95), max(seconds))
        print(f"{kind:24}" + "".join(f"{1000 * one:10.1f}" for one in figures) + f"{found:8.1f}")
        note("search", f"{kind}, {count:,} articles, 95th of 100", 1000 * figures[1], "ms")
    everything = [one for kind, kept in times.items() if kind != ADVERSE for one, _ in kept]
    print(f"p95 of all but the last {1000 * percentile(everything, 0.95):.1f} ms, goal {1000 * GOAL_S:.0f} ms")
    everything += [one for one, _ in times[ADVERSE]]
    print(f"p95 of all {1000 * percentile(everything, 0.95):.1f} ms, goal {1000 * GOAL_S:.0f} ms")


if __name__ == "__main__":
    main()
