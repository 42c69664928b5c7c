"""Statements that a poll runs by the hundred, and look-ups by many values.

They are written like all others, but compiled once and handed straight to the driver. SQLAlchemy's own
execution costs 40 to 100 µs each time, several times what SQLite needs to do the work.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, bindparam
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Column, Connection, Table
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

LOOK_UP_SIZE: Final = 1024
"""Values in one IN list; databases limit the parameters of a statement."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one dialect: its text, how to arrange its values, and the columns of its answer."""

    sql: str
    arrange: Callable[[Mapping[str, Any]], Any]
    columns: tuple[Column[Any], ...]


class Prepared:
    """A statement that is run very often."""

    def __init__(self, build: Callable[[Dialect], Any], columns: Sequence[str] | None = None) -> None:
        self._build = build
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}
        self._readers: dict[str, Callable[[Sequence[Any]], Any]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it; the rows of the answer, with columns by name."""
        compiled = self._for(connection)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.arrange(values))
        read = self._readers.get(connection.dialect.name)
        if read is None:
            read = _reader(compiled.columns, cursor.description, connection.dialect)
            self._readers[connection.dialect.name] = read
        return [read(row) for row in cursor.fetchall()]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Run it; the driver's cursor, which knows the number of rows that were written."""
        compiled = self._for(connection)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.arrange(values))
        return cursor

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each of the rows, which may be none."""
        compiled = self._for(connection)
        connection.connection.cursor().executemany(compiled.sql, [compiled.arrange(values) for values in rows])

    def _for(self, connection: Connection) -> _Compiled:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compile(self._build(connection.dialect), connection.dialect, self._columns)
        return self._compiled[name]


class InsertUnlessKnown:
    """An INSERT that does nothing where a unique key is taken."""

    def __init__(self, table: Table, columns: tuple[str, ...]) -> None:
        (key,) = table.primary_key
        self._silent = Prepared(lambda dialect: _insert(dialect, table), columns)
        self._returning = Prepared(lambda dialect: _insert(dialect, table).returning(key.label("id")), columns)

    def one(self, connection: Connection, values: Mapping[str, Any]) -> int | None:
        """Insert a row; its id (the primary key), or None if it was known."""
        if connection.dialect.name == "sqlite":
            # It keeps the id anyway; a RETURNING would build a table for the answer.
            cursor = self._silent.run(connection, values)
            return cursor.lastrowid if cursor.rowcount else None
        rows = self._returning.rows(connection, values)
        return rows[0].id if rows else None

    def many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert the rows that are not known."""
        self._silent.run_many(connection, rows)


class LookUp:
    """A SELECT of the rows where a column is one of many values."""

    def __init__(self, statement: Select[*tuple[Any, ...]], column: Column[Any]) -> None:
        self._statement = statement
        self._column = column
        self._of_size = cache(self._prepare)

    def rows(
        self, connection: Connection, values: Sequence[Any], others: Mapping[str, Any] | None = None
    ) -> Iterator[Any]:
        """The rows for `values`, however many there are; `others` are the statement's own parameters."""
        for start in range(0, len(values), LOOK_UP_SIZE):
            part = tuple(values[start : start + LOOK_UP_SIZE])
            size = 1 << (len(part) - 1).bit_length()
            # The last value again and again, so that there are eleven statements to compile instead of a thousand.
            padded = part + part[-1:] * (size - len(part))
            named = {f"value_{place}": value for place, value in enumerate(padded)}
            yield from self._of_size(size).rows(connection, named | dict(others or {}))

    def _prepare(self, size: int) -> Prepared:
        wanted = [bindparam(f"value_{place}", type_=self._column.type) for place in range(size)]
        statement = self._statement.where(self._column.in_(wanted))
        return Prepared(lambda _: statement)


def _insert(dialect: Dialect, table: Table) -> Any:
    insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def _compile(statement: Any, dialect: Dialect, columns: Sequence[str] | None) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    # Values without a name of their own get one when the statement is compiled.
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    names = compiled.positiontup if compiled.positional else list(binds)
    # Values that stand in the statement itself; all others must be given.
    fixed = {name: compiled.params[name] for name in names if not binds[name].required}
    pick = itemgetter(*names) if len(names) > 1 else lambda values: (values[names[0]],)
    steps = _steps(_to_driver(binds[name].type, dialect) for name in names)

    def arrange(values: Mapping[str, Any]) -> Any:
        row = list(pick({**fixed, **values} if fixed else values))
        for place, convert in steps:
            row[place] = convert(row[place])
        return row if compiled.positional else dict(zip(names, row, strict=True))

    return _Compiled(str(compiled), arrange, tuple(statement.exported_columns))


def _steps(converters: Iterable[Callable[[Any], Any] | None]) -> list[tuple[int, Callable[[Any], Any]]]:
    return [(place, convert) for place, convert in enumerate(converters) if convert is not None]


def _to_driver(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    convert = type_.dialect_impl(dialect).bind_processor(dialect)
    # One poll writes the same few times and tags a hundred times over.
    return None if convert is None else lru_cache(maxsize=64)(convert)


def _reader(
    columns: Sequence[Column[Any]], described: Sequence[Sequence[Any]], dialect: Dialect
) -> Callable[[Sequence[Any]], Any]:
    """How a row becomes a tuple with names; `described` says which type of its own the driver gives for each."""
    row_of = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc] # noqa: PYI024 - named by the statement
    steps = _steps(
        column.type.dialect_impl(dialect).result_processor(dialect, kind[1])
        for column, kind in zip(columns, described, strict=True)
    )

    def read(values: Sequence[Any]) -> Any:
        row = list(values)
        for place, convert in steps:
            row[place] = convert(row[place])
        return row_of._make(row)

    return read
