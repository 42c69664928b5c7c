"""How fast stories are found with a full window, and what the window weighs.

    python bench/stories.py [ARTICLES.jsonl] [--window N] [--measured N]
    python bench/stories.py ARTICLES.jsonl --write-starter monitor/nlp/starter.bin

Each line of the file has `title` and optionally `summary`, `source` and `url`; its articles are spread evenly so
that the window of 48 hours holds N of them, and taken again from the start, with other words put in, when they run
out. Without a file, Korean-like text is made: happenings told by one to twenty outlets, over a vocabulary with the
long tail that languages have.

`--write-starter` counts in how many of the articles each pair of letters is, and keeps hashes and counts of the
common ones: no text can be read out of it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from figures import note

from monitor.core.stories.frequencies import Frequencies
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.model import GroupArticle
from monitor.core.stories.reading import read
from monitor.core.stories.window import WINDOW_H
from monitor.nlp.starter import starter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

START = datetime(2026, 1, 1, tzinfo=UTC)
VOCABULARY = 40_000
OUTLETS = 60
STARTER_SHARE = 0.002
PARTICLES = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "로",
    "으로",
    "와",
    "과",
    "도",
    "까지",
    "",
    "",
    "",
    "",
)
ENDINGS = ("했다", "밝혔다", "전했다", "나섰다", "늘었다", "줄었다", "한다고 밝혔다", "예정이다")
ONSETS, VOWELS, FINALS = (
    (0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 16, 17, 18),
    (0, 4, 8, 13, 18, 20, 1, 5, 6),
    (0, 0, 0, 1, 4, 8, 16, 21),
)
MB = 1_024

Texts = tuple[str, str, str]
"""Title, lead, outlet."""


def made_texts(luck: random.Random) -> Iterator[Texts]:
    """Endless Korean-like articles, happening after happening, the reports of each mixed among others'."""
    syllables = [chr(0xAC00 + (o * 21 + v) * 28 + f) for o in ONSETS for v in VOWELS for f in FINALS]
    luck.shuffle(syllables)
    ranks = [1 / (place + 4) for place in range(len(syllables))]
    letters = luck.choices(syllables, ranks, k=VOCABULARY * 4)
    vocabulary = ["".join(letters[4 * n : 4 * n + luck.choice((2, 2, 2, 3, 3, 4))]) for n in range(VOCABULARY)]
    weights = [1 / (place + 20) for place in range(VOCABULARY)]
    cumulative = [sum(weights[:1])]
    for weight in weights[1:]:
        cumulative.append(cumulative[-1] + weight)
    waiting: list[Texts] = []
    while True:
        stems = luck.choices(vocabulary, cum_weights=cumulative, k=80)
        waiting += [_report(stems, luck) for _ in range(luck.choice((1, 1, 1, 1, 1, 2, 2, 3, 5, 12)))]
        luck.shuffle(waiting)
        while len(waiting) > OUTLETS:
            yield waiting.pop()


def _report(stems: Sequence[str], luck: random.Random) -> Texts:
    """One outlet's report of a happening: most of its words in the title, more of them in the lead."""
    title = " ".join(stem + luck.choice(PARTICLES) for stem in luck.sample(stems[:12], 8))
    lead = luck.sample(stems, 50)
    sentence = " ".join(stem + luck.choice(PARTICLES) for stem in lead)
    return (
        f"{title} {luck.randrange(1, 400)}억",
        f"{sentence} {luck.choice(ENDINGS)}.",
        f"매체{luck.randrange(OUTLETS)}",
    )


def read_texts(path: Path) -> list[Texts]:
    """The articles of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [(row["title"], row.get("summary") or "", row.get("source") or "") for row in rows]


def repeated(texts: Sequence[Texts], luck: random.Random) -> Iterator[Texts]:
    """The articles over and over; in each later round half the words of an article are another's."""
    yield from texts
    while True:
        for title, lead, outlet in texts:
            other_title, other_lead, _ = luck.choice(texts)
            yield _mixed(title, other_title, luck), _mixed(lead, other_lead, luck), outlet


def _mixed(text: str, other: str, luck: random.Random) -> str:
    words = text.split()
    others = other.split() or words
    return " ".join(luck.choice(others) if luck.random() < 1 / 2 else word for word in words)


def as_articles(texts: Iterator[Texts], window: int) -> Iterator[GroupArticle]:
    """Texts as articles, spread so that a window of 48 hours holds so many."""
    step = timedelta(hours=WINDOW_H) / window
    for number, (title, lead, outlet) in enumerate(texts):
        yield GroupArticle(str(number), title, START + number * step, lead, outlet, f"https://a.example/{number}")


def write_starter(texts: Sequence[Texts], path: Path) -> None:
    """Count the common pairs of letters of many articles."""
    counted = Frequencies()
    for article in as_articles(iter(texts), len(texts)):
        reading = read(article)
        counted.learn((*reading.title, *reading.lead))
    shipped = counted.common(STARTER_SHARE)
    path.write_bytes(shipped.dump())
    common = sum(1 for count in shipped.counts if count)
    print(f"{common:,} common pairs of {shipped.articles:,} articles in {path.stat().st_size:,} bytes")


def measure(articles: Iterator[GroupArticle], window: int, measured: int) -> None:
    """Fill the window, then time what comes next."""
    before = _resident_kb()
    grouper = Grouper(starter())
    for article in islice(articles, window):
        grouper.add(article)
    coming = list(islice(articles, measured))
    filled = _resident_kb()
    started = time.process_time()
    placed = [grouper.add(article).story for article in coming]
    spent = time.process_time() - started
    opened = sum(article.id == story for article, story in zip(coming, placed, strict=True))
    print(f"window            {len(grouper):>10,} articles")
    print(f"placed            {measured / spent:>10,.0f} articles/s, {1_000 * spent / measured:.2f} ms each")
    print(f"opened a story    {opened / measured:>10.0%}")
    note("stories", f"placed, {len(grouper):,} in the window", measured / spent, "articles/s")
    before_mb, filled_mb, now_mb = (kilobytes / MB for kilobytes in (before, filled, _resident_kb()))
    print(f"resident          {now_mb:>10,.0f} MB in all, {before_mb:,.0f} before, {filled_mb:,.0f} filled")
    note("memory", f"stories, {len(grouper):,} in the window", now_mb, "MB")


def _resident_kb() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if resource.RLIMIT_AS else MB)


def main() -> None:
    """Read the arguments and measure."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    arguments.add_argument("file", nargs="?", type=Path)
    arguments.add_argument("--window", type=int, default=50_000)
    arguments.add_argument("--measured", type=int, default=5_000)
    arguments.add_argument("--write-starter", type=Path)
    given = arguments.parse_args()
    luck = random.Random(7)  # noqa: S311 - the same texts in every run, nothing secret
    if given.write_starter:
        write_starter(read_texts(given.file), given.write_starter)
        return
    texts = repeated(read_texts(given.file), luck) if given.file else made_texts(luck)
    measure(as_articles(texts, given.window), given.window, given.measured)


if __name__ == "__main__":
    main()
