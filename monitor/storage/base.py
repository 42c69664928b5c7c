"""What all tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Double, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from monitor.core.article import Span
from monitor.storage.columns import NumberTuple, SpanTuple, TextTuple, UtcDateTime

# Every constraint has a name: a batch migration on SQLite can only drop what it can call.
NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables share: the names of constraints, and how Python types are kept."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        float: Double,
        tuple[str, ...]: TextTuple,
        tuple[int, ...]: NumberTuple,
        tuple[Span, ...]: SpanTuple,
    }


def table_of(model: type[Base]) -> Table:
    """The table that statements are written against."""
    return cast("Table", model.__table__)
