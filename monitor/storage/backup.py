"""Copies of the database, and whether it is sound."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.errors import StorageError
from monitor.pipeline.checkup import Backup
from monitor.storage import migrate
from monitor.storage.engine import clear_errors, sqlite_path, writing
from monitor.storage.sessions import SqlBackups

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


def backup(engine: Engine, target: Path) -> None:
    """Write a compact copy of the database to `target`, readable by this user only, beside running writers.

    `target` appears only when it is complete and on the disk.

    Raises:
        StorageError: `target` is there already or cannot be written, or the database is not an SQLite file.
    """
    if sqlite_path(engine) is None:
        raise StorageError("only an SQLite database can be copied this way", "use pg_dump for PostgreSQL")
    if target.exists():
        raise StorageError(f"the backup would overwrite {target}", "name a file that is not there yet")
    draft = _draft_beside(target)
    try:
        with clear_errors(engine), engine.connect() as connection:
            # Past SQLAlchemy, which would begin a transaction; there is no vacuum inside one.
            connection.connection.cursor().execute("VACUUM INTO ?", (str(draft),))
        _sync(draft)
        _rename(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def remember(engine: Engine, target: Path, now: datetime) -> None:
    """Note in the database that it was copied to `target`; not in one of another schema, which may not know how."""
    try:
        migrate.check(engine)
    except StorageError:
        return
    with clear_errors(engine), writing(engine).begin() as connection:
        SqlBackups(connection).add(Backup(now, str(target.absolute()), target.stat().st_size))


def check(engine: Engine) -> list[str]:
    """Everything that is wrong with the database file; nothing if it is sound or the database is a server."""
    if sqlite_path(engine) is None:
        return []
    try:
        with clear_errors(engine), engine.begin() as connection:
            pages = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except StorageError as error:
        return [str(error)]
    problems = [page for page in pages if page != "ok"]
    return problems + [f"row {row[1]} of {row[0]} has no parent in {row[2]}" for row in orphans]


def _draft_beside(target: Path) -> Path:
    # In the same folder, so that the rename stays inside one file system. SQLite accepts an empty file.
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    os.close(number)
    return Path(name)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _rename(draft: Path, target: Path) -> None:
    if target.exists():
        raise StorageError(f"the backup would overwrite {target}", "name a file that is not there yet")
    try:
        draft.rename(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def _cannot_write(target: Path, error: OSError) -> StorageError:
    return StorageError(
        f"the backup cannot be written: {target} ({error.strerror})", "choose a folder you can write to"
    )
