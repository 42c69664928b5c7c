from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event

from monitor.storage import backup
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.reader import entry, fresh
from tests.fakes.world import build_world

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from tests.fakes.clock import FakeClock

E1 = "전자신문"
PLENTY = 1 << 30


def pages(engine: Engine) -> int:
    with engine.begin() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


async def test_fault_20_a_full_disk_advances_no_validator_and_what_it_refused_comes_with_the_next_poll(
    database_file: Path, clock: FakeClock
) -> None:
    room = [PLENTY]

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0]}")

    engine = open_engine(f"sqlite:///{database_file.name}", database_file.parent)
    event.listen(engine, "begin", limit)
    storage = SqlStorage(engine)
    world = await build_world(storage, clock)
    entries = [entry(number, f"딥시크 {number}", summary="가나다라" * 5000) for number in range(40)]
    answer = fresh(*entries)
    world.reader.will_answer(E1, answer, answer)

    room[0] = pages(engine) + 20
    refused = await world.poll(E1)
    assert [(name, "the disk is full" in why) for name, why in refused.failures] == [(E1, True)]
    assert await world.look(lambda work: work.listings.articles()) == []
    assert backup.check(engine) == []

    room[0] = PLENTY
    clock.advance(timedelta(minutes=3))  # its claim could not be given back
    assert (await world.poll(E1)).articles_new == 40
    assert [request.etag for request in world.reader.requests] == ["", ""]
    storage.close()
