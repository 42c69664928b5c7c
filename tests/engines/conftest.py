from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines.daemon import Daemon
from tests.fakes.feedserver import FeedServer
from tests.fakes.webhook import WebhookServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database_url(either_database: str) -> str:
    return either_database


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with FeedServer() as feeds, WebhookServer() as hook:
        made = Daemon(tmp_path, feeds, hook)
        made.serve("one", "딥시크 새 모델")
        made.path.write_text(made.text(), encoding="utf-8")
        yield made
