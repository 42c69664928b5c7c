"""Four ways to look Korean words up, by size and time, over the same 100,000 made articles or as many as said.

    python bench/indexes.py [ARTICLES]

FTS5 with its trigrams, FTS5 with our letter pairs, PostgreSQL's pg_trgm, and PostgreSQL with our pairs in a tsvector.
Each names candidates newest first, read until fifty hold the letters. A word of two syllables has no trigram, so
every article is read there. Prints the index by bytes of text, the seconds it took, and how long searches took.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from search import Newsroom, percentile  # noqa: E402 - found by the line above

from monitor.core.matching.engine import compile_matcher  # noqa: E402
from monitor.core.matching.model import Watchlist  # noqa: E402
from monitor.core.query.parser import parse  # noqa: E402
from monitor.storage import migrate, pairs  # noqa: E402
from monitor.storage.engine import open_engine, writing  # noqa: E402
from monitor.storage.tables import ARTICLES  # noqa: E402
from tests.postgres import Server  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

PORTION: Final = 5_000
REPEATS: Final = 30
WANTED: Final = 50
PAGE: Final = 200
LONGEST_TRIGRAM: Final = 3

READ: Final = "SELECT a.id, a.title || ' ' || a.summary || ' ' || a.content FROM articles a"
NEWEST: Final = f"ORDER BY a.id DESC LIMIT {PAGE}"
TRIGRAM: Final = f"{READ} JOIN trigrams t ON t.rowid = a.id WHERE trigrams MATCH :wanted AND t.rowid < :below"
EVERY: Final = f"{READ} WHERE a.id < :below {NEWEST}"
PAIRS: Final = f"{READ} JOIN article_pairs p ON p.rowid = a.id WHERE article_pairs MATCH :wanted AND p.rowid < :below"
LIKE: Final = f"{READ} WHERE a.title || ' ' || a.summary || ' ' || a.content LIKE :wanted AND a.id < :below {NEWEST}"
VECTOR: Final = (
    f"{READ} JOIN article_pairs p ON p.article_id = a.id"
    f" WHERE p.pieces @@ CAST(:wanted AS tsquery) AND a.id < :below {NEWEST}"
)


def fill(engine: Engine, count: int) -> int:
    """Store the articles, the same in every database; the bytes of their texts."""
    newsroom, size = Newsroom(), 0
    for start in range(0, count, PORTION):
        rows = [newsroom.row(number) for number in range(start, min(count, start + PORTION))]
        size += sum(len(str(row[name]).encode()) for row in rows for name in ("title", "summary", "content"))
        with writing(engine).begin() as connection:
            connection.execute(ARTICLES.insert(), rows)
    return size


def words() -> Iterator[tuple[str, str]]:
    """Words of all frequencies by their length, the same for every index."""
    newsroom = Newsroom()
    newsroom.chance.seed(2)
    wanted = {2: "two syllables", 3: "three syllables", 4: "four syllables"}
    left = dict.fromkeys(wanted, REPEATS)
    while any(left.values()):
        word = newsroom.word()
        if not word.isascii() and left.get(len(word)):
            left[len(word)] -= 1
            yield wanted[len(word)], word


def trigrams(word: str) -> str:
    """What FTS5 looks up: without places, each three letters by themselves."""
    return " AND ".join(
        f'"{word[at : at + LONGEST_TRIGRAM]}"' for at in range(max(1, len(word) - LONGEST_TRIGRAM + 1))
    )


def ask(connection: Connection, statement: str, wanted: str, word: str) -> None:
    """Read candidates, the newest first, until fifty hold the word."""
    below, found = 2**31 - 1, 0
    while found < WANTED:
        rows = connection.execute(text(statement), {"wanted": wanted, "below": below}).all()
        found += sum(word in row[1] for row in rows)
        if len(rows) < PAGE:
            return
        below = rows[-1][0]


def measure(engine: Engine, kind: str) -> dict[str, list[float]]:
    """The seconds of each search."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    with engine.begin() as connection:
        for what, word in words():
            need = compile_matcher({}, [Watchlist(word, parse(word))]).need
            assert need is not None  # noqa: S101 - a word can be looked up
            statement, wanted = {
                "trigram": (f"{TRIGRAM} ORDER BY t.rowid DESC LIMIT {PAGE}", trigrams(word)),
                "pairs": (f"{PAIRS} ORDER BY p.rowid DESC LIMIT {PAGE}", pairs.written(need, "sqlite")),
                "pg_trgm": (LIKE, f"%{word}%"),
                "tsvector": (VECTOR, pairs.written(need, "postgresql")),
            }[kind]
            if kind == "trigram" and len(word) < LONGEST_TRIGRAM:
                statement = EVERY
            started = time.perf_counter()
            ask(connection, statement, wanted, word)
            took[what].append(time.perf_counter() - started)
    return took


def built(engine: Engine, *statements: str) -> float:
    """Run what builds an index; its seconds."""
    started = time.perf_counter()
    with writing(engine).begin() as connection:
        if statements:
            for statement in statements:
                connection.exec_driver_sql(statement)
        else:
            pairs.rebuild(connection)
    return time.perf_counter() - started


def size_of(engine: Engine, statement: str) -> int:
    """Bytes, as the database says."""
    with engine.begin() as connection:
        return int(connection.exec_driver_sql(statement).scalar_one())


def tell(name: str, kind: str, engine: Engine, figures: tuple[int, int, float]) -> None:
    """One block of the table."""
    bytes_of_text, bytes_of_index, seconds = figures
    print(f"{name}: {bytes_of_index / bytes_of_text:.2f} of the text, built in {seconds:.0f} s", flush=True)
    measure(engine, kind)
    for what, took in measure(engine, kind).items():
        times = f"median {1000 * statistics.median(took):8.1f} ms   95th {1000 * percentile(took, 0.95):8.1f} ms"
        print(f"    {what:18}{times}", flush=True)


def on_sqlite(folder: Path, count: int) -> None:
    """FTS5 both ways."""
    engine = open_engine("sqlite:///indexes.db", folder)
    migrate.upgrade(engine)
    size = fill(engine, count)
    seconds = built(
        engine,
        "CREATE VIRTUAL TABLE trigrams USING fts5(body, content='', detail=none, columnsize=0, tokenize='trigram')",
        "INSERT INTO trigrams (rowid, body) SELECT id, title || ' ' || summary || ' ' || content FROM articles",
        "INSERT INTO trigrams (trigrams) VALUES ('optimize')",
    )
    blocks = "SELECT sum(length(block)) FROM {}_data"
    tell("FTS5 trigram", "trigram", engine, (size, size_of(engine, blocks.format("trigrams")), seconds))
    seconds = built(engine)
    tell("FTS5 pairs", "pairs", engine, (size, size_of(engine, blocks.format("article_pairs")), seconds))
    engine.dispose()


def on_postgresql(count: int) -> None:
    """pg_trgm, and our pairs."""
    server = Server()
    server.start()
    try:
        engine = open_engine(server.create("indexes"), Path("/"))
        migrate.upgrade(engine)
        size = fill(engine, count)
        body = "(title || ' ' || summary || ' ' || content)"
        seconds = built(
            engine,
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX ix_trgm ON articles USING gin ({body} gin_trgm_ops)",
        )
        built(engine, "ANALYZE articles")
        tell("pg_trgm", "pg_trgm", engine, (size, size_of(engine, "SELECT pg_relation_size('ix_trgm')"), seconds))
        seconds = built(engine)
        built(engine, "ANALYZE article_pairs")
        whole = "SELECT pg_total_relation_size('article_pairs')"
        tell("tsvector pairs", "tsvector", engine, (size, size_of(engine, whole), seconds))
        engine.dispose()
    finally:
        server.close()


def main() -> None:
    """Measure all four."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        on_sqlite(Path(folder), count)
    on_postgresql(count)


if __name__ == "__main__":
    main()
