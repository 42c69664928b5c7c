"""One open transaction, for tests of what a repository says inside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlWork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from tests.fakes.clock import FakeClock


@pytest.fixture
def database_url(either_database: str) -> str:
    return either_database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url, Path("/"))
    yield opened
    opened.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with writing(engine).begin() as opened:
        yield opened


@pytest.fixture
def work(connection: Connection) -> SqlWork:
    return SqlWork.on(connection)


@pytest.fixture
def now(clock: FakeClock) -> datetime:
    return clock.now()
