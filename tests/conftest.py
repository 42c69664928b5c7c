"""Fixtures for every room: a migrated database and a clock.

Rooms where the database matters run on SQLite and on PostgreSQL: their `database_url` is `either_database`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests import postgres
from tests.fakes.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_report_header() -> str:
    folder = postgres.programs()
    return f"postgres: {folder}" if folder else f"postgres: {postgres.MISSING}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if postgres.programs() is None:
        terminalreporter.write_line(postgres.MISSING, yellow=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest schema, to be copied and never opened: migrating takes longer than a copy."""
    folder = tmp_path_factory.mktemp("migrated")
    engine = open_engine("sqlite:///monitor.db", folder)
    migrate.upgrade(engine)
    engine.dispose()
    return folder / "monitor.db"


@pytest.fixture
def database_file(migrated_file: Path, tmp_path: Path) -> Path:
    """An empty database of this test's own at the newest schema."""
    return Path(shutil.copy(migrated_file, tmp_path / "monitor.db"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server of this test run's own, with the database `migrated` at the newest schema, to be copied."""
    server = postgres.Server()
    server.start()
    engine = open_engine(server.create("migrated"), Path("/"))
    migrate.upgrade(engine)
    engine.dispose()
    server.create("shared", "migrated")
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> str:
    """An empty database at the newest schema; the one that the test before had, emptied."""
    postgres_server.empty("shared")
    return postgres_server.url("shared")


@pytest.fixture
def database_url(database_file: Path) -> str:
    """The address of an empty database of this test's own at the newest schema."""
    return f"sqlite:///{database_file}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres.NEEDED)])
def either_database(request: pytest.FixtureRequest) -> str:
    """The same, on SQLite and on PostgreSQL."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{request.getfixturevalue('database_file')}"


@pytest.fixture
def storage(database_url: str) -> Iterator[SqlStorage]:
    """A storage on this test's own database."""
    opened = SqlStorage(open_engine(database_url, Path("/")))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """Nine in the morning in Seoul; it stands still until it is told."""
    return FakeClock()
