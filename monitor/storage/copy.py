"""Moving a history to another database, all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, func, insert, select, text

from monitor.core.errors import StorageError
from monitor.storage import migrate, pairs
from monitor.storage.engine import clear_errors, reading, writing
from monitor.storage.tables import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine, Row, Table

PORTION: Final = 1000
"""Rows that are read and written at once."""

TABLES: Final = tuple(Base.metadata.sorted_tables)
"""Parents before their children."""

_NUL: Final = "\0"


def count(engine: Engine) -> dict[str, int]:
    """The rows of each table, at one moment.

    Raises:
        StorageError: the database cannot be used, or has another schema.
    """
    migrate.check(engine)
    with clear_errors(engine), reading(engine).begin() as connection:
        return _counts(connection)


def copy(source: Engine, target: Engine, tell: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Copy every row of `source`, as it is at one moment, into the empty `target`; how many of each table.

    `tell` hears of rows done. The numbers of rows stay, and the next ones go on behind them. The rows are counted on
    both sides before anything is kept.

    Raises:
        StorageError: the target is not empty, or the counts differ (nothing is kept); a database cannot be used.
    """
    if source.url == target.url:
        raise StorageError("a database cannot be copied into itself", "name another one")
    migrate.check(source)
    migrate.upgrade(target)
    with (
        clear_errors(source),
        reading(source).begin() as rows_from,
        clear_errors(target),
        writing(target).begin() as rows_to,
    ):
        _refuse_filled(target, rows_to)
        for table in TABLES:
            for portion in _portions(rows_from, table, target.dialect.name):
                rows_to.execute(insert(table), portion)
                tell(len(portion))
        if target.dialect.name == "postgresql":
            _number_on(rows_to)
        pairs.rebuild(rows_to)
        expected, found = _counts(rows_from), _counts(rows_to)
        if expected != found:
            differing = ", ".join(name for name in expected if expected[name] != found[name])
            raise StorageError(f"the copy would differ in: {differing}", "report this; nothing was kept")
    return found


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for table in TABLES
    }


def _refuse_filled(target: Engine, connection: Connection) -> None:
    filled = [name for name, rows in _counts(connection).items() if rows]
    if filled:
        place = target.url.render_as_string(hide_password=True)
        raise StorageError(
            f"{place} holds rows already: {', '.join(filled)}", "name a database that nothing has been written to"
        )


def _portions(connection: Connection, table: Table, dialect: str) -> Iterator[list[dict[str, Any]]]:
    ordered = select(table).order_by(*table.primary_key)
    rows = connection.execution_options(yield_per=PORTION).execute(ordered)
    for portion in rows.partitions():
        yield [_cleaned(row) if dialect == "postgresql" else dict(row._mapping) for row in portion]  # noqa: SLF001 - its public name


def _cleaned(row: Row[Any]) -> dict[str, Any]:
    """A row as PostgreSQL takes it: no NUL in texts. Its replacement is one letter too, so that spans still fit."""
    return {
        name: value.replace(_NUL, "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
        for name, value in zip(row._fields, row, strict=True)
    }


def _number_on(connection: Connection) -> None:
    """Let the next numbers follow the copied ones."""
    for table in TABLES:
        (key,) = table.primary_key if len(table.primary_key) == 1 else (None,)
        if key is None:
            continue
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": key.name}
        ).scalar()
        if sequence is not None:
            highest = connection.execute(select(func.max(key))).scalar()
            connection.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :last, :used)"),
                {"sequence": sequence, "last": highest or 1, "used": highest is not None},
            )
