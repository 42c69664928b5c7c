"""The index that a search looks words up in: the pieces of each article's texts, by its number.

SQLite keeps it in an FTS5 table without contents, PostgreSQL in a table of `tsvector` with a GIN index. It says only
which articles may match. One that lost a piece by a revision, or is not there any more, may still be named by it: the
pieces of a revision are added to those before, and whoever searches reads the article and looks.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Integer, Select, column, table, text
from sqlalchemy.exc import OperationalError

from monitor.core.errors import StorageError
from monitor.core.matching.needs import AllOf, AnyOf
from monitor.core.text.normal import normalise
from monitor.core.text.pairs import Piece, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.core.matching.needs import Need

log = logging.getLogger(__name__)

TABLE: Final = "article_pairs"
"""The statements below spell it out."""

PORTION: Final = 500
"""Articles that are read at once while the index is built."""

REPORT_S: Final = 5.0
"""How often building says how far it is."""

_CREATE_IN_SQLITE: Final = """
CREATE VIRTUAL TABLE article_pairs USING fts5(pieces, content='', detail=none, columnsize=0, tokenize='ascii')
"""
_CREATE_IN_POSTGRESQL: Final = """
CREATE TABLE article_pairs (
    article_id INTEGER NOT NULL,
    pieces TSVECTOR NOT NULL,
    CONSTRAINT pk_article_pairs PRIMARY KEY (article_id),
    CONSTRAINT fk_article_pairs_article_id_articles
        FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX ix_article_pairs_pieces ON article_pairs USING gin (pieces)
"""
_CREATE: Final = {"sqlite": _CREATE_IN_SQLITE, "postgresql": _CREATE_IN_POSTGRESQL}
_CLEAR: Final = {
    "sqlite": "INSERT INTO article_pairs (article_pairs) VALUES ('delete-all')",
    "postgresql": "TRUNCATE article_pairs",
}
_ADD: Final = {
    "sqlite": "INSERT INTO article_pairs (rowid, pieces) VALUES (?, ?)",
    "postgresql": (
        "INSERT INTO article_pairs (article_id, pieces) VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))"
        " ON CONFLICT (article_id) DO UPDATE SET pieces = article_pairs.pieces || EXCLUDED.pieces"
    ),
}
_PACK: Final = {
    "sqlite": "INSERT INTO article_pairs (article_pairs) VALUES ('optimize')",
    "postgresql": "SELECT gin_clean_pending_list('ix_article_pairs_pieces')",
}
_PORTION: Final = text(
    "SELECT id, title, summary, content FROM articles WHERE id > :after ORDER BY id LIMIT :portion"
)

_COUNT_BETWEEN: Final = text(
    "SELECT count(*) FROM article_pairs WHERE article_pairs MATCH :need AND rowid >= :low AND rowid < :high"
)
_COUNT_EACH: Final = text(
    "SELECT width_bucket(article_id, CAST(:bounds AS INTEGER[])) AS place, count(*) AS number FROM article_pairs"
    " WHERE pieces @@ CAST(:need AS tsquery) GROUP BY 1"
)

_INDEX: Final = table(TABLE, column("rowid", Integer), column("article_id", Integer), column("pieces"))


def add(connection: Connection, article_id: int, texts: Iterable[str], known: Iterable[str] = ()) -> None:
    """Index the texts of an article, or what of them its `known` texts did not hold."""
    pieces = _pieces(texts) - _pieces(known)
    if pieces:
        connection.connection.cursor().execute(_ADD[connection.dialect.name], (article_id, " ".join(pieces)))


def create(connection: Connection) -> None:
    """Make the empty index.

    Raises:
        StorageError: this SQLite was built without FTS5.
    """
    try:
        connection.exec_driver_sql(_CREATE[connection.dialect.name])
    except OperationalError as error:
        if isinstance(error.orig, sqlite3.Error) and "fts5" in str(error.orig):
            raise StorageError(
                "the SQLite of this Python was built without full-text search (FTS5)",
                "use the Python of your system, of python.org or of uv",
            ) from error
        raise


def drop(connection: Connection) -> None:
    """Remove the index."""
    connection.exec_driver_sql("DROP TABLE article_pairs")


def rebuild(connection: Connection) -> int:
    """Index all stored articles anew; how many there are. What it has done is logged every few seconds."""
    connection.exec_driver_sql(_CLEAR[connection.dialect.name])
    total = int(connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one())
    done, reported_s = 0, time.monotonic()
    for portion in _portions(connection):
        connection.connection.cursor().executemany(_ADD[connection.dialect.name], portion)
        done += len(portion)
        if time.monotonic() - reported_s >= REPORT_S:
            log.info("indexing the stored articles for search: %d of %d", done, total)
            reported_s = time.monotonic()
    connection.exec_driver_sql(_PACK[connection.dialect.name])
    return total


def _portions(connection: Connection) -> Iterator[list[tuple[int, str]]]:
    after = 0
    while rows := connection.execute(_PORTION, {"after": after, "portion": PORTION}).all():
        yield [(row.id, " ".join(_pieces((row.title, row.summary, row.content)))) for row in rows]
        after = rows[-1].id


def _pieces(texts: Iterable[str]) -> set[str]:
    return {piece for one in texts if one for piece in pieces_of(normalise(one).letters)}


def meeting(
    query: Select[Any], article_id: ColumnElement[int], need: Need, dialect: str
) -> tuple[Select[Any], ColumnElement[int]]:
    """The query of articles with a condition more: that they may meet the need; and the column of their numbers.

    Whoever bounds and sorts by that column lets the index walk no further than needed.
    """
    wanted = written(need, dialect)
    if dialect == "sqlite":
        matches = text("article_pairs MATCH :need").bindparams(need=wanted)
        return query.join(_INDEX, _INDEX.c.rowid == article_id).where(matches), _INDEX.c.rowid
    matches = text("article_pairs.pieces @@ CAST(:need AS tsquery)").bindparams(need=wanted)
    return query.join(_INDEX, _INDEX.c.article_id == article_id).where(matches), article_id


def count_between(connection: Connection, need: Need, bounds: Sequence[int]) -> tuple[int, ...]:
    """How many articles may meet the need: numbered from each bound on, and below the next. No article is read."""
    wanted: dict[str, object] = {"need": written(need, connection.dialect.name)}
    if connection.dialect.name == "sqlite":
        # With nothing between the bounds nothing need be asked.
        return tuple(
            int(connection.execute(_COUNT_BETWEEN, wanted | {"low": low, "high": high}).scalar_one())
            if low < high
            else 0
            for low, high in pairwise(bounds)
        )
    rows = connection.execute(_COUNT_EACH, wanted | {"bounds": list(bounds)}).all()
    counts = {int(row.place): int(row.number) for row in rows}
    return tuple(counts.get(place, 0) for place in range(1, len(bounds)))


def written(need: Need, dialect: str) -> str:
    """A need in the query language of the index: FTS5's or that of `tsquery`."""
    match need:
        case Piece():
            if dialect == "sqlite":
                return f'"{need.text}"' + "*" * need.begins
            return f"'{need.text}'" + ":*" * need.begins
        case AllOf():
            sign = " AND " if dialect == "sqlite" else " & "
        case AnyOf():
            sign = " OR " if dialect == "sqlite" else " | "
    return "(" + sign.join(written(part, dialect) for part in need.needs) + ")"


def is_index_table(name: str) -> bool:
    """Whether a table belongs to the index, which the models do not describe."""
    return name.startswith(TABLE)
