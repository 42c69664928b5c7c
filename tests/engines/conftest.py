from __future__ import annotations

import pytest


@pytest.fixture
def database_url(either_database: str) -> str:
    return either_database
