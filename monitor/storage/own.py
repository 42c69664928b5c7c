"""The tables of what the program knows of itself: its rates, its configuration, its leases, and who is logged in."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads it at run time
from typing import Final

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.storage.base import Base, table_of


class WatchedHourRow(Base):
    """A clock hour in which feeds were watched; what came in other hours says nothing of how often it comes."""

    __tablename__ = "watched_hours"

    hour: Mapped[datetime] = mapped_column(primary_key=True)


class TurnRow(Base):
    """A spike or a lull of a watchlist that was told; one of a kind is open at a time."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    watchlist: Mapped[str] = mapped_column(index=True)
    began_at: Mapped[datetime]
    window_s: Mapped[int]
    count: Mapped[int]
    expected: Mapped[float]
    chance: Mapped[float]
    ended_at: Mapped[datetime | None]


class WatchlistVersionRow(Base):
    """A definition that a watchlist had. `in_force_at` is when it last became the one it has."""

    __tablename__ = "watchlist_versions"
    __table_args__ = (UniqueConstraint("watchlist", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    watchlist: Mapped[str]
    version: Mapped[str]
    definition: Mapped[str]
    first_seen_at: Mapped[datetime]
    in_force_at: Mapped[datetime]


class ReloadRow(Base):
    """What became of the last reading of config.yaml, in the one row 1. `fault` "": it was taken over."""

    __tablename__ = "reloads"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    fault: Mapped[str]
    fault_since: Mapped[datetime | None]


class ConfigurationRow(Base):
    """A configuration as it was published to all workers; the highest number is the one in force."""

    __tablename__ = "configurations"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    published_at: Mapped[datetime]


class LeaseRow(Base):
    """A right to work that is no feed's and no delivery's: to ask a host, or to schedule."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    leased_until: Mapped[datetime]
    next_allowed_at: Mapped[datetime]


class SessionRow(Base):
    """A browser that is or was logged in, by the hash of its cookie; `stamp` is that of what it logged in with."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[str]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class BackupRow(Base):
    """A copy of the database that was made."""

    __tablename__ = "backups"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    file: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)


WATCHED_HOURS: Final = table_of(WatchedHourRow)
TURNS: Final = table_of(TurnRow)
WATCHLIST_VERSIONS: Final = table_of(WatchlistVersionRow)
RELOADS: Final = table_of(ReloadRow)
CONFIGURATIONS: Final = table_of(ConfigurationRow)
LEASES: Final = table_of(LeaseRow)
SESSIONS: Final = table_of(SessionRow)
BACKUPS: Final = table_of(BackupRow)

# A partial index serves only statements that repeat its condition letter by letter, so both use this.
OPEN: Final = TURNS.c.ended_at.is_(None)

Index("uq_turns_open", TURNS.c.kind, TURNS.c.watchlist, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
