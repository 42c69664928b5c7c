from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.world import World, build_world

if TYPE_CHECKING:
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock


@pytest.fixture
async def world(storage: SqlStorage, clock: FakeClock) -> World:
    return await build_world(storage, clock)


@pytest.fixture
def database_url(either_database: str) -> str:
    return either_database
