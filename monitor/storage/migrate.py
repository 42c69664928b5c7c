"""Bringing a database to the schema of this program."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from monitor.core.errors import StorageError
from monitor.storage.engine import clear_errors, writing
from monitor.storage.postgres import WRITER_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config

PATIENCE_S: Final = 600
"""How long a start waits for another process that is migrating."""

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def upgrade(engine: Engine, scripts: Path | None = None) -> tuple[str | None, str]:
    """Bring the database to the newest schema; the revisions before (None: it was empty) and after.

    All of it is one transaction that holds the write lock: an interrupted upgrade leaves the old schema and
    its rows, and of two processes that start at once the second finds nothing left to do.

    Raises:
        StorageError: the database is newer than this program, or cannot be used.
    """
    folder = scripts or scripts_folder(_PACKAGE)
    newest = revisions(folder)[-1]
    with clear_errors(engine), _alone(engine) as connection:
        before = _revision(connection)
        _refuse_newer(folder, before)
        if before != newest:
            _upgrade(folder, connection)
            _refuse_orphans(connection)
    return before, newest


def downgrade(engine: Engine, revision: str, scripts: Path | None = None) -> None:
    """Take the schema back to `revision` ("base": no tables), and lose what only the newer one can hold.

    Raises:
        StorageError: the database cannot be used.
    """
    from alembic import command  # noqa: PLC0415 - see `_upgrade`

    config = _config(scripts or scripts_folder(_PACKAGE))
    with clear_errors(engine), _alone(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        _refuse_orphans(connection)


def current(engine: Engine) -> str | None:
    """The revision of the database, or None if it has no tables yet.

    Raises:
        StorageError: the database cannot be used.
    """
    with clear_errors(engine), engine.begin() as connection:
        return _revision(connection)


def check(engine: Engine, scripts: Path | None = None) -> None:
    """Do nothing if the schema is the one of this program.

    Raises:
        StorageError: it is older or newer, or the database cannot be used.
    """
    folder = scripts or scripts_folder(_PACKAGE)
    revision = current(engine)
    _refuse_newer(folder, revision)
    if revision != revisions(folder)[-1]:
        raise StorageError("the database has an older schema than this program", "run `monitor db upgrade`")


def scripts_folder(package: Path) -> Path:
    """The folder of the migration scripts: inside an installed package, or beside it in a checkout.

    Raises:
        StorageError: there is none.
    """
    for folder in (package / "alembic", package.parent / "alembic"):
        if (folder / "versions").is_dir():
            return folder
    raise StorageError(f"the migration scripts are missing beside {package}", "install the program again")


def revisions(scripts: Path) -> list[str]:
    """The revisions of these scripts, the oldest first: each file is named by its own, `0001_what_it_does.py`.

    Raises:
        StorageError: there is none.
    """
    found = sorted(path.name.partition("_")[0] for path in (scripts / "versions").glob("[0-9]*_*.py"))
    if not found:
        raise StorageError("the migration scripts are missing", "install the program again")
    return found


def _upgrade(scripts: Path, connection: Connection) -> None:
    # Alembic weighs 30 MB and a third of a second: only a database that is behind has to wait for it.
    from alembic import command  # noqa: PLC0415

    config = _config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config(scripts: Path) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see `_upgrade`

    config = Config()
    # The config parser below alembic gives percent signs a meaning.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _refuse_newer(scripts: Path, revision: str | None) -> None:
    if revision is not None and revision not in revisions(scripts):
        raise StorageError(
            f"the database has a newer schema ({revision}) than this program", "upgrade the program to use it"
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that only one process has at a time, without foreign keys in force.

    With them on, SQLite deletes the children of every row when a batch migration drops the old table, and the
    switch does nothing inside a transaction.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
            yield connection
        return
    with writing(engine).connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000}")
        try:
            with connection.begin():
                yield connection
        finally:
            # The pool would hand this connection on with foreign keys off.
            connection.invalidate()


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StorageError("the upgrade would leave rows without their parents", "report this; nothing was changed")
