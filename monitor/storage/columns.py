"""Column types that turn what the database keeps into what the program means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, DateTime, TypeDecorator

from monitor.core.article import Span

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out.

    SQLite keeps `YYYY-MM-DD HH:MM:SS.ffffff` without a zone, which sorts as text; PostgreSQL a timestamptz.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; a wrong zone would go unnoticed for ever."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class TextTuple(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts, kept as a JSON array."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str] | None:  # noqa: ARG002 - signature of the base
        """Give JSON the list it knows."""
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - the same
        """Make it a tuple again."""
        return None if value is None else tuple(value)


class NumberTuple(TypeDecorator[tuple[int, ...]]):
    """A tuple of whole numbers, kept as a JSON array."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> list[int] | None:  # noqa: ARG002 - signature of the base
        """Give JSON the list it knows."""
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002 - the same
        """Make it a tuple again."""
        return None if value is None else tuple(value)


class SpanTuple(TypeDecorator[tuple[Span, ...]]):
    """Spans, kept as a JSON array of `[field, start, end, term]`."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Span, ...] | None, dialect: Dialect) -> list[list[Any]] | None:  # noqa: ARG002 - signature of the base
        """Write each span as a short array; names in every row would double its size."""
        return None if value is None else [[span.field, span.start, span.end, span.term] for span in value]

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[Span, ...] | None:  # noqa: ARG002 - the same
        """Make them spans again."""
        return None if value is None else tuple(Span(*parts) for parts in value)
