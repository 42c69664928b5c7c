"""Fixtures for every room: a migrated database and a clock."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.storage import migrate
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator


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


@pytest.fixture
def storage(database_file: Path) -> Iterator[SqlStorage]:
    """A storage on this test's own database."""
    opened = SqlStorage(open_engine(f"sqlite:///{database_file.name}", database_file.parent))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """Nine in the morning in Seoul; it stands still until it is told."""
    return FakeClock()
