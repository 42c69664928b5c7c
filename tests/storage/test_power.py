"""Power that fails while the database is written: what was acknowledged before is there afterwards."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from monitor.storage import backup
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.storage.samples import article

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ROWS = 12
SECTOR = 512
"""Bytes that a disk writes whole or not at all."""


@pytest.fixture
def database_url(database_file: Path) -> str:
    """SQLite alone: its file is what the test looks into."""
    return f"sqlite:///{database_file}"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The files as they were when a write was acknowledged: SQLite has asked the disk to keep them."""

    database: bytes
    log: bytes


def written(storage: SqlStorage, file: Path, now: datetime) -> list[Acknowledged]:
    """Store one article after the other, and keep the files after each."""
    states = []
    for number in range(ROWS):
        new = article(str(number), content="가나다" * 700)
        asyncio.run(storage.write(lambda work, new=new: work.articles.add(new, now)))  # type: ignore[misc]
        states.append(Acknowledged(file.read_bytes(), file.with_name(file.name + "-wal").read_bytes()))
    return states


def torn(kept: bytes, later: bytes, luck: random.Random) -> list[bytes]:
    """What the disk may hold of a log whose first part was acknowledged and whose next part was not."""
    sectors = range(len(kept), max(len(later), len(kept) + SECTOR), SECTOR)
    some = b"".join(
        later[at : at + SECTOR] if luck.random() < 1 / 2 else bytes(len(later[at : at + SECTOR])) for at in sectors
    )
    return [
        kept,
        later[: luck.randrange(len(kept), len(later) + 1)],
        kept + some,
        kept + luck.randbytes(3 * SECTOR),
    ]


def test_fault_22_after_a_power_loss_every_acknowledged_row_is_there(
    storage: SqlStorage, database_file: Path, now: datetime, tmp_path: Path
) -> None:
    states = written(storage, database_file, now)
    luck = random.Random(22)  # noqa: S311 - the same losses in every run
    for count, state in enumerate(states, start=1):
        later = states[min(count, ROWS - 1)].log
        for number, log in enumerate(torn(state.log, later, luck)):
            folder = tmp_path / f"{count}-{number}"
            folder.mkdir()
            (folder / "monitor.db").write_bytes(state.database)
            (folder / "monitor.db-wal").write_bytes(log)
            after = SqlStorage(open_engine("sqlite:///monitor.db", folder))
            assert backup.check(after._engine) == []
            kept = {row["url"] for row in asyncio.run(after.read(lambda work: work.listings.articles()))}
            after.close()
            assert len(kept) in {count, count + 1}
