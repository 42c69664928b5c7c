"""`monitor web`: any number of dashboards on one database, none of which knows anything by itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import text

from monitor.bootstrap import open_member
from monitor.config.load import load
from monitor.core.errors import ConfigurationError, StorageError
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlStorage
from monitor.web import live, replica
from monitor.web.replica import Replica
from monitor.web.serve import serving
from tests.web.samples import put

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

PASSWORD = "correct horse"
DOOR = f'dashboard: {{listen: "127.0.0.1:0", password: "{PASSWORD}"}}\n'
PUBLISHED = """
dashboard: null
language: en
watchlists: [{name: 딥시크, any: [딥시크]}]
channels: {desk: {url: "log://"}}
feeds: [{name: 전자신문, url: "https://news.example/rss"}]
"""


@pytest.fixture
def shared(either_database: str) -> Iterator[SqlStorage]:
    """The database that all of them share, as a scheduler left it."""
    storage = SqlStorage(open_engine(either_database, Path("/")))
    asyncio.run(publish(storage, PUBLISHED))
    yield storage
    storage.close()


@pytest.fixture
def own(shared: SqlStorage, either_database: str, tmp_path: Path) -> Path:
    """What a host of a replica has: the address of the database, and a door."""
    del shared
    path = tmp_path / "web.yaml"
    path.write_text(f'database: "{either_database}"\n{DOOR}', encoding="utf-8")
    return path


@pytest.fixture
def shut(shared: SqlStorage, either_database: str, tmp_path: Path) -> Path:
    """A host that says nothing of a door."""
    del shared
    path = tmp_path / "shut.yaml"
    path.write_text(f'database: "{either_database}"\n', encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "LOOK_S", 0.05)
    monkeypatch.setattr(live, "LOOK_S", 0.05)


async def publish(storage: SqlStorage, configuration: str) -> None:
    await storage.write(lambda work: work.cluster.publish(configuration, datetime.now(UTC)))


@contextlib.asynccontextmanager
async def running(own: Path) -> AsyncIterator[tuple[httpx.AsyncClient, Replica, asyncio.Task[None]]]:
    """A replica that is served and follows, and a browser that asks it."""
    stop = asyncio.Event()
    async with open_member(own) as member:
        made = Replica(member, load(own, os.environ))
        following = asyncio.create_task(made.follow(stop))
        async with serving(lambda: made.app, is_replica=True) as state:
            await until(lambda: bool(state.address))
            async with httpx.AsyncClient(base_url=state.address, trust_env=False) as client:
                yield client, made, following
        stop.set()
        await asyncio.gather(following, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for is an attribute
            await asyncio.sleep(0.01)


async def test_two_replicas_are_one_dashboard(shared: SqlStorage, own: Path) -> None:
    now = datetime.now(UTC)
    await shared.write(lambda work: put(work, 1, 0, now, "딥시크 새 모델 공개"))
    async with running(own) as (one, _, _), running(own) as (other, _, _):
        assert (await one.get("/")).status_code == 401
        assert (await one.post("/login", data={"password": PASSWORD})).status_code == 303
        other.cookies = one.cookies
        assert "새 모델 공개" in (await other.get("/")).text
        silence = {"lasting": "2h", "watchlist": "딥시크", "why": "점검 중"}
        assert (await one.post("/silences", data=silence)).status_code == 303
        assert "점검 중" in (await other.get("/watchlists/딥시크")).text
        assert (await one.post("/hits/1/mark", data={"verdict": "wrong"})).status_code == 303
        assert "Precision: 0 %" in (await other.get("/watchlists/딥시크")).text
        async with other.stream("GET", "/live") as line:
            said = line.aiter_lines()
            while "data: 1" not in await anext(said):
                pass
            await shared.write(lambda work: put(work, 2, 0, now, "딥시크 접속 장애 복구"))
            while "data: 2" not in await anext(said):
                pass
        assert (await other.get("/readyz")).json() == {"ready": True, "checks": {"database": "ok"}}


async def test_a_configuration_that_is_published_is_taken_over_and_a_bad_one_is_not(
    shared: SqlStorage, own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(own) as (client, made, _):
        await client.post("/login", data={"password": PASSWORD})
        await publish(shared, PUBLISHED.replace("딥시크", "엔비디아"))
        await until(lambda: made.app.compiled.watchlists[0].name == "엔비디아")
        assert "엔비디아" in (await client.get("/watchlists")).text
        await publish(shared, "watchlists: [{name: x}]")
        await until(lambda: "an earlier configuration stays in force here" in caplog.text)
        assert "엔비디아" in (await client.get("/watchlists")).text


async def test_an_upgraded_database_ends_it(shared: SqlStorage, own: Path) -> None:
    async with running(own) as (_, _, following):
        with writing(shared._engine).begin() as connection:
            before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        try:
            with pytest.raises(StorageError, match=r"the database was upgraded from \d+ to 9999"):
                await asyncio.wait_for(asyncio.shield(following), 20)
        finally:
            with writing(shared._engine).begin() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": before})


async def test_it_needs_a_door(shut: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"write `dashboard` into config\.yaml of this host"):
        async with running(shut):
            pass


async def test_the_door_may_stand_in_what_is_published(shared: SqlStorage, shut: Path) -> None:
    await publish(shared, PUBLISHED.replace("dashboard: null\n", DOOR))
    async with running(shut) as (client, _, _):
        assert (await client.get("/")).status_code == 401


async def test_a_database_that_is_away_is_said_once(
    own: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(own) as (client, made, _):
        asked = 0
        caplog.set_level("INFO")

        async def away(_: object) -> None:
            nonlocal asked
            asked += 1
            raise StorageError("the server is away", "start it")

        with monkeypatch.context() as broken:
            broken.setattr(type(made.app.storage), "read", lambda _, do: away(do))
            await until(lambda: asked > 2)
            assert (await client.get("/healthz")).status_code == 200
        await until(lambda: "the database answers again" in caplog.text)
    assert caplog.text.count("the server is away") == 1


@pytest.mark.acceptance
def test_the_command_serves_and_ends_cleanly(own: Path) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own program with words of ours
        [sys.executable, "-m", "monitor", "--config", str(own), "web"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        line = next(line for line in process.stderr if "dashboard on http" in line)
        address = line.split("dashboard on ")[1].strip()
        assert httpx.get(f"{address}/healthz", trust_env=False).text == "ok\n"
        process.send_signal(signal.SIGTERM)
        assert "stopped" in process.stderr.read()
        assert process.wait(40) == 0
    finally:
        process.kill()
        process.wait(10)
        process.stderr.close()
