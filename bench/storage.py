"""Storing a poll: one transaction a feed, of 50 new articles of 5 kB, 50 hits and 25 alerts with a delivery each.

Against plain sqlite3 writing the same rows into the same schema in the same run, by turns. Goal: at least 0.85
of its wall speed. `python bench/storage.py [ROUNDS]`
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from figures import note

from monitor.core.alerting import Reason
from monitor.core.article import Article, Entry, Match, Span
from monitor.core.schedule import FeedState, Health
from monitor.core.text.normal import normalise
from monitor.core.text.pairs import pieces_of
from monitor.pipeline.records import AlertDraft, DeliveryDraft, FeedSpec
from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage

if TYPE_CHECKING:
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import StoredHit

ENTRIES: Final = 50
ALERTS: Final = 25
CONTENT: Final = "정부는 반도체 수출 통제를 강화한다고 밝혔다. " * 80
NOW: Final = datetime(2025, 1, 27, tzinfo=UTC)
TIME: Final = "2025-01-27 00:00:00.000000"
SPANS: Final = (Span("title", 0, 3, "반도체"),)
GOAL: Final = 0.85


def entries(turn: int) -> list[Entry]:
    """New entries of one poll, with texts that differ."""
    chance = random.Random(turn)  # noqa: S311 - only to make texts differ
    return [
        Entry(
            f"{turn}-{number}",
            Article(
                identity=f"https://news.example/{turn}/{number}",
                url=f"https://news.example/{turn}/{number}",
                title=f"반도체 소식 {turn} {number}",
                content=CONTENT + str(chance.random()),
                published_at=NOW,
            ),
        )
        for number in range(ENTRIES)
    ]


def poll_with_storage(new: list[Entry], turn: int, work: Work) -> None:
    """What a poll writes, through the ports."""
    (claim,) = work.feeds.claim_named([f"feed {turn}"], NOW, timedelta(minutes=1))
    known = work.articles.find(claim.feed_id, new)
    links: dict[str, int] = {}
    hits: list[StoredHit] = []
    for entry in new:
        if entry.key not in known:
            article_id, _ = work.articles.add(entry.article, NOW)
            links[entry.key] = article_id
            hits += work.articles.add_hits(article_id, [Match("반도체", SPANS)], NOW)
    work.articles.link(claim.feed_id, links, NOW)
    for hit in hits[:ALERTS]:
        deliveries = (DeliveryDraft("desk", "", NOW),)
        work.outbox.add_alert(
            AlertDraft(f"hit {hit.id}", Reason.FIRST_REPORT, "반도체", (hit.id,), deliveries=deliveries), NOW
        )
    keys = tuple(entry.key for entry in new)
    state = FeedState(etag='"x"', last_keys=keys, health=Health.OK, last_polled_at=NOW, next_poll_at=NOW)
    work.feeds.save(claim, state)


def poll_with_sqlite3(connection: sqlite3.Connection, new: list[Entry], turn: int, pieces: list[str]) -> None:
    """The same rows by hand."""
    run = connection.execute
    run("BEGIN IMMEDIATE")
    feed_id = run("SELECT id FROM feeds WHERE name = ? AND lease_token IS NULL", (f"feed {turn}",)).fetchone()[0]
    run("UPDATE feeds SET lease_token = 'token', leased_until = ? WHERE id = ?", (TIME, feed_id))
    marks = ",".join("?" * len(new))
    by_key = f"SELECT key FROM entries WHERE feed_id = ? AND key IN ({marks})"  # noqa: S608 - question marks
    run(by_key, (feed_id, *(entry.key for entry in new))).fetchall()
    by_identity = f"SELECT id FROM articles WHERE identity IN ({marks})"  # noqa: S608 - question marks
    run(by_identity, [entry.article.identity for entry in new]).fetchall()
    links, hits = [], []
    add_pieces = "INSERT INTO article_pairs (rowid, pieces) VALUES (?, ?)"
    spans = json.dumps([[s.field, s.start, s.end, s.term] for s in SPANS], ensure_ascii=False)
    for entry, found in zip(new, pieces, strict=True):
        one = entry.article
        values = (one.identity, one.url, one.title, "", one.content, "", "", "[]", TIME, None, TIME)
        article_id = run(
            "INSERT INTO articles (identity, url, title, summary, content, author, source, tags, published_at,"
            " published_precision, first_seen_at) VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            values,
        ).lastrowid
        run(add_pieces, (article_id, found))
        links.append((feed_id, entry.key, article_id, TIME))
        hit = ("반도체", article_id, spans, "", TIME, "")
        hits.append(
            run(
                "INSERT INTO hits (watchlist, article_id, spans, weak, first_seen_at, version) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT DO NOTHING",
                hit,
            ).lastrowid
        )
    connection.executemany(
        "INSERT INTO entries (feed_id, key, article_id, first_seen_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", links
    )
    for hit_id in hits[:ALERTS]:
        alert_id = run(
            "INSERT INTO alerts (key, reason, watchlist, created_at, about, why) VALUES (?,?,?,?,'','')"
            " ON CONFLICT DO NOTHING",
            (f"hit {hit_id}", "first report", "반도체", TIME),
        ).lastrowid
        run("INSERT INTO alert_hits (alert_id, hit_id) VALUES (?,?) ON CONFLICT DO NOTHING", (alert_id, hit_id))
        run(
            "INSERT INTO deliveries (alert_id, channel, recipient, state, reason, attempts, created_at, due_at,"
            " wanted_at, unanswered) VALUES (?,?,?,?,?,?,?,?,?,0)",
            (alert_id, "desk", "", "pending", "", 0, TIME, TIME, TIME),
        )
    keys = json.dumps([e.key for e in new], ensure_ascii=False)
    run(
        "UPDATE feeds SET etag = ?, last_keys = ?, health = 'ok', last_polled_at = ?, next_poll_at = ?,"
        " lease_token = NULL, leased_until = NULL WHERE id = ? AND lease_token = 'token'",
        ('"x"', keys, TIME, TIME, feed_id),
    )
    run("COMMIT")


def pieces_for(new: list[Entry]) -> list[str]:
    """What the index of letter pairs is to hold of each article: counted apart, as it is no work of a database."""
    texts = ((entry.article.title, entry.article.content) for entry in new)
    return [" ".join({piece for text in both for piece in pieces_of(normalise(text).letters)}) for both in texts]


async def measure(rounds: int, folder: Path) -> tuple[list[float], list[float], list[float]]:
    """Seconds per poll with the storage, by hand, and finding pieces; by turns, each on its own database."""
    specs = [FeedSpec(f"feed {turn}", f"https://{turn}.example/") for turn in range(rounds)]
    for name in ("storage", "raw"):
        engine = open_engine(f"sqlite:///{name}.db", folder)
        migrate.upgrade(engine)
        opened = SqlStorage(engine)
        await opened.write(lambda work: work.feeds.sync(specs, NOW))
        opened.close()
    storage = SqlStorage(open_engine("sqlite:///storage.db", folder))
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None, timeout=30)
    raw.executescript("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
    ours, bound, finding = [], [], []
    for turn in range(rounds):
        new, same = entries(turn), entries(turn)
        begun = time.perf_counter()
        pieces = pieces_for(same)
        finding.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        await storage.write(partial(poll_with_storage, new, turn))
        between = time.perf_counter()
        poll_with_sqlite3(raw, same, turn, pieces)
        ours.append(between - begun)
        bound.append(time.perf_counter() - between)
    raw.close()
    storage.close()
    return ours, bound, finding


def main() -> None:
    """Print the medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        ours, bound, finding = asyncio.run(measure(rounds, Path(folder)))
    warm = rounds // 10
    ours_ms, bound_ms, pieces_ms = (1000 * statistics.median(times[warm:]) for times in (ours, bound, finding))
    print(f"storage {ours_ms:.1f} ms, sqlite3 {bound_ms:.1f} ms a poll (medians of {rounds - warm})")
    print(f"of the storage's time {pieces_ms:.1f} ms find the pieces of the search index; sqlite3 is given them")
    print(f"without them {bound_ms / (ours_ms - pieces_ms):.2f} of sqlite3's wall speed")
    print(f"{ours_ms - bound_ms:.1f} ms more; a disk whose flush takes longer makes it a smaller part")
    print(f"ratio {bound_ms / ours_ms:.2f} of sqlite3's wall speed, goal {GOAL}")
    note("storage", "50 articles, 50 hits, 25 alerts at once", ours_ms, "ms", bound_ms / ours_ms, "sqlite3")


if __name__ == "__main__":
    main()
