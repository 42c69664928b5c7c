"""Children look at stored articles exactly as one process does, and their faults reach the user."""

from __future__ import annotations

import asyncio
import io
import pickle
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.core.article import Article, Match
from monitor.core.errors import StorageError
from monitor.core.matching.model import Term, Watchlist
from monitor.core.query.parser import parse
from monitor.engines import lookers
from monitor.engines.lookback import HEAD, Lookback, Side, frame
from monitor.engines.looker import serve

if TYPE_CHECKING:
    from monitor.pipeline.backtest import Part
    from monitor.pipeline.ports import Work
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock

COUNT = 60
SIDE = Side((Watchlist("딥시크", parse("@딥시크")),), {"딥시크": Term("딥시크", ("딥시크",))})


@pytest.fixture
async def asked(storage: SqlStorage, clock: FakeClock, database_url: str) -> Lookback:
    """Every third article is about 딥시크; one stored hit that nothing finds any more."""

    def add(work: Work) -> None:
        for number in range(COUNT):
            title = f"{number}번 소식" + (", 딥시크" if number % 3 == 0 else "")
            work.articles.add(Article(str(number), "", title), clock.now())
        work.articles.add_hits(2, (Match("딥시크", ()),), clock.now())

    await storage.write(add)
    return Lookback(database_url, Path("/"), None, SIDE)


async def looked(asked: Lookback) -> list[Part]:
    async with aclosing(lookers.look_back(asked, 1, COUNT)) as parts:
        return [part async for part in parts]


def found(parts: list[Part]) -> dict[int, tuple[set[str], set[str]]]:
    return {one.article_id: (set(one.before), set(one.after)) for part in parts for one in part.judged}


async def test_children_find_what_one_process_finds(asked: Lookback, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = await looked(asked)
    monkeypatch.setattr(lookers, "ALONE", 0)
    monkeypatch.setattr(lookers, "PART", 20)
    apart = await looked(asked)
    assert (len(alone), len(apart)) == (1, 3)
    assert sum(part.articles for part in apart) == COUNT
    assert found(apart) == found(alone)
    assert found(alone)[2] == ({"딥시크"}, set())
    assert len(found(alone)) == COUNT // 3 + 1


async def test_a_child_that_dies_is_told_to_the_operator(asked: Lookback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookers, "ALONE", 0)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(StorageError, match="a child that was reading the articles has ended"):
        await looked(asked)


async def test_a_database_that_cannot_be_read_is_told_by_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.db").write_bytes(b"not a database at all, just words" * 100)
    monkeypatch.setattr(lookers, "ALONE", 0)
    broken = Lookback("sqlite:///broken.db", tmp_path, SIDE, SIDE)
    with pytest.raises(StorageError, match="not a database"):
        await looked(broken)


def answers(written: bytes) -> list[object]:
    stream = io.BytesIO(written)
    return [pickle.loads(stream.read(HEAD.unpack(head)[0])) for head in iter(lambda: stream.read(HEAD.size), b"")]  # noqa: S301 - our own


def test_a_child_that_is_asked_nothing_ends() -> None:
    out = io.BytesIO()
    serve(io.BytesIO(), out)
    assert out.getvalue() == b""


async def test_a_child_answers_each_place_it_is_asked_about(asked: Lookback) -> None:
    out = io.BytesIO()
    jobs = io.BytesIO(frame(asked) + frame((1, 3)) + frame((4, 4)))
    await asyncio.to_thread(serve, jobs, out)
    first, second = answers(out.getvalue())
    assert (first.articles, second.articles) == (3, 1)  # type: ignore[attr-defined]  # parts, as pickle says


def test_an_address_with_a_password_is_in_no_text_of_what_is_asked() -> None:
    assert "hunter2" not in repr(Lookback("postgresql://me:hunter2@db/x", Path(), None, SIDE))
