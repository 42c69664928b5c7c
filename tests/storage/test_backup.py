"""Copies that can be relied on."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from monitor.core.errors import StorageError
from monitor.storage import backup
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlWork
from tests.storage.samples import article, match

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


@pytest.fixture
def database_url(database_file: Path) -> str:
    return f"sqlite:///{database_file}"


def store_hit(engine: Engine, now: datetime) -> None:
    with writing(engine).begin() as connection:
        work = SqlWork.on(connection)
        article_id, _ = work.articles.add(article(), now)
        work.articles.add_hits(article_id, [match()], now)


def test_a_backup_holds_everything_for_its_user_alone(engine: Engine, now: datetime, tmp_path: Path) -> None:
    store_hit(engine, now)
    target = tmp_path / "copy.db"

    backup.backup(engine, target)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copy = open_engine("sqlite:///copy.db", tmp_path)
    with copy.begin() as connection:
        assert [row["watchlist"] for row in SqlWork.on(connection).listings.hits()] == ["반도체"]
    assert backup.check(copy) == []
    copy.dispose()


def test_a_backup_never_overwrites(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StorageError, match="overwrite"):
        backup.backup(engine, target)

    late = tmp_path / "late.db"
    sync = backup._sync
    monkeypatch.setattr(backup, "_sync", lambda draft: (sync(draft), late.write_text("precious")))
    with pytest.raises(StorageError, match="overwrite"):
        backup.backup(engine, late)

    assert target.read_text() == late.read_text() == "precious"
    assert not list(tmp_path.glob(".*"))


def test_a_backup_into_no_folder_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        backup.backup(engine, tmp_path / "nowhere" / "copy.db")


def test_a_backup_that_fails_leaves_nothing_behind(
    database_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = open_engine(f"sqlite:///{database_file.name}", tmp_path)
    damage(database_file)
    with pytest.raises(StorageError, match="corrupt"):
        backup.backup(broken, tmp_path / "copy.db")
    broken.dispose()

    def refuse(_draft: Path, _target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    sound = open_engine("sqlite:///sound.db", tmp_path)
    with pytest.raises(StorageError, match="cannot be written"):
        backup.backup(sound, tmp_path / "copy.db")
    sound.dispose()

    assert not (tmp_path / "copy.db").exists()
    assert not list(tmp_path.glob(".copy*"))


def test_a_server_is_backed_up_with_its_own_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = create_engine("sqlite://")
    monkeypatch.setattr(server.dialect, "name", "postgresql")

    with pytest.raises(StorageError, match="pg_dump"):
        backup.backup(server, tmp_path / "copy.db")
    assert backup.check(server) == []


def test_a_sound_database_has_no_problems(engine: Engine) -> None:
    assert backup.check(engine) == []


def test_rows_without_parents_are_named(engine: Engine, now: datetime) -> None:
    store_hit(engine, now)
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("DELETE FROM articles")
    cursor.execute("PRAGMA foreign_keys = ON")
    raw.close()

    assert backup.check(engine) == ["row 1 of hits has no parent in articles"]


def damage(file: Path) -> None:
    """Overwrite the first pages of two tables, not the schema."""
    with closing(sqlite3.connect(file)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size")
        roots = connection.execute("SELECT rootpage FROM sqlite_master WHERE name IN ('articles', 'hits')").fetchall()
    with file.open("r+b") as opened:
        for (root,) in roots:
            opened.seek((root - 1) * size)
            opened.write(b"\xa5" * size)


def test_a_damaged_page_is_named(database_file: Path, tmp_path: Path) -> None:
    damage(database_file)
    engine = open_engine(f"sqlite:///{database_file.name}", tmp_path)

    (problem,) = backup.check(engine)

    assert problem.startswith("the database is corrupt")
    engine.dispose()


def test_a_damaged_index_is_named(engine: Engine, database_file: Path, now: datetime) -> None:
    store_hit(engine, now)
    with closing(sqlite3.connect(database_file)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(article_id)', '(weak)') WHERE name = 'ix_hits_article_id'"
        )
        raw.commit()
    engine.dispose()

    assert backup.check(engine) == ["row 1 missing from index ix_hits_article_id"]
