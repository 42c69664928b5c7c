"""Upgrades: complete or not at all, one at a time, never by an older program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex

from monitor.core.errors import StorageError
from monitor.storage import backup, migrate, pairs
from monitor.storage.engine import open_engine, writing
from monitor.storage.storage import SqlWork
from monitor.storage.tables import Base
from tests.postgres import NEEDED, ON_SQLITE
from tests.storage.programs import result, start, wait_for
from tests.storage.samples import article, match

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from tests.postgres import Server

CHECKOUT = Path(__file__).parents[2]
HEAD = max(one.name for one in (CHECKOUT / "alembic" / "versions").glob("[0-9]*.py"))[:4]

# SQLite rebuilds a table that others point at: with foreign keys in force, their rows would go with the old one.
REBUILD = """
import time
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"
def rebuild():
    return op.batch_alter_table("articles", recreate="always" if op.get_bind().dialect.name == "sqlite" else "never")
def upgrade():
    with rebuild() as batch:
        batch.add_column(sa.Column("language", sa.String(), nullable=True))
    {then}
def downgrade():
    with rebuild() as batch:
        batch.drop_column("language")
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=NEEDED)])
def either_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own: others must not find it at another schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('database_file')}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    yield server.create("own", "migrated")
    server.drop("own")


@pytest.fixture
def new_url(either_database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if either_database.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/new.db"
        return
    server: Server = request.getfixturevalue("postgres_server")
    yield server.create("new")
    server.drop("new")


@pytest.fixture
def new_database(new_url: str) -> Iterator[Engine]:
    opened = open_engine(new_url, Path("/"))
    yield opened
    opened.dispose()


def with_rebuild(folder: Path, then: str = "pass") -> Path:
    """The migration scripts and one more."""
    scripts = folder / "100% scripts"
    shutil.copytree(migrate.scripts_folder(CHECKOUT / "monitor"), scripts)
    (scripts / "versions" / "9999_rebuild.py").write_text(REBUILD.format(then=then, head=HEAD))
    return scripts


def store_hit(engine: Engine, now: datetime) -> None:
    with writing(engine).begin() as connection:
        work = SqlWork.on(connection)
        article_id, _ = work.articles.add(article(), now)
        work.articles.add_hits(article_id, [match()], now)


def hits(engine: Engine) -> int:
    with engine.begin() as connection:
        return len(SqlWork.on(connection).listings.hits())


def is_about_the_index(difference: Any) -> bool:
    """The tables of the index of pairs are not described by the models."""
    part = difference[1]
    named = part.table.name if difference[0] == "remove_index" else part.name
    return difference[0] in {"remove_index", "remove_table"} and pairs.is_index_table(named)


def columns(engine: Engine) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns("articles")}


def test_a_new_database_gets_the_newest_schema_once(new_database: Engine) -> None:
    assert migrate.current(new_database) is None

    first, second = migrate.upgrade(new_database), migrate.upgrade(new_database)

    assert first == (None, HEAD)
    assert second == (HEAD, HEAD)
    assert migrate.current(new_database) == HEAD
    migrate.check(new_database)


def test_the_models_and_the_migrated_schema_are_equal(connection: Connection) -> None:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": Base.metadata}
    )

    assert [found for found in compare_metadata(context, Base.metadata) if not is_about_the_index(found)] == []


@ON_SQLITE
def test_the_indexes_are_equal_to_their_conditions(connection: Connection) -> None:
    kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))

    indexes = [index for table in Base.metadata.tables.values() for index in table.indexes]
    made = {index.name: str(CreateIndex(index).compile(connection)) for index in indexes}
    assert {row.name: row.sql for row in kept} == made


@ON_SQLITE
def test_every_constraint_has_a_name(connection: Connection) -> None:
    kinds = "PRIMARY KEY|UNIQUE|FOREIGN KEY"
    for name, sql in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")):
        if pairs.is_index_table(name):
            continue
        assert len(re.findall(kinds, sql)) == len(re.findall(rf"CONSTRAINT \w+ ({kinds})", sql)) > 0


def test_down_and_up_again(engine: Engine) -> None:
    migrate.downgrade(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]

    assert migrate.upgrade(engine) == (None, HEAD)
    names = {name for name in inspect(engine).get_table_names() if not pairs.is_index_table(name)}
    assert names == {"alembic_version", *Base.metadata.tables}


def test_a_rebuilt_table_keeps_the_rows_that_point_at_it(engine: Engine, now: datetime, tmp_path: Path) -> None:
    store_hit(engine, now)
    scripts = with_rebuild(tmp_path)

    assert migrate.upgrade(engine, scripts) == (HEAD, "9999")

    assert "language" in columns(engine)
    assert hits(engine) == 1
    migrate.downgrade(engine, HEAD, scripts)
    assert hits(engine) == 1
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_fault_23_a_migration_that_fails_changes_nothing(engine: Engine, now: datetime, tmp_path: Path) -> None:
    store_hit(engine, now)
    scripts = with_rebuild(tmp_path, 'op.execute("INSERT INTO nowhere VALUES (1)")')

    with pytest.raises(DBAPIError, match="nowhere"):
        migrate.upgrade(engine, scripts)

    assert migrate.current(engine) == HEAD
    assert "language" not in columns(engine)
    assert hits(engine) == 1


def test_fault_23_a_migration_that_is_killed_changes_nothing(
    engine: Engine, database_url: str, now: datetime, tmp_path: Path
) -> None:
    store_hit(engine, now)
    scripts = with_rebuild(tmp_path, 'print("rebuilt", flush=True); time.sleep(1000)')
    program = start("upgrade", database_url, str(scripts))
    wait_for(program, "rebuilt")
    program.kill()
    program.communicate()

    assert migrate.current(engine) == HEAD
    assert "language" not in columns(engine)
    assert hits(engine) == 1
    assert backup.check(engine) == []


@ON_SQLITE
def test_orphans_stop_an_upgrade(engine: Engine, now: datetime, tmp_path: Path) -> None:
    store_hit(engine, now)
    scripts = with_rebuild(tmp_path, 'op.execute("DELETE FROM articles")')

    with pytest.raises(StorageError, match="without their parents"):
        migrate.upgrade(engine, scripts)

    assert hits(engine) == 1


def test_two_processes_that_start_at_once_migrate_once(new_url: str, tmp_path: Path) -> None:
    scripts = with_rebuild(tmp_path, "time.sleep(0.5)")

    programs = [start("upgrade", new_url, str(scripts)) for _ in range(3)]

    assert sorted(result(program) for program in programs) == ["9999 9999", "9999 9999", "None 9999"]


def test_fault_24_a_newer_schema_is_refused(engine: Engine, tmp_path: Path) -> None:
    migrate.upgrade(engine, with_rebuild(tmp_path))

    for use in (migrate.upgrade, migrate.check):
        with pytest.raises(StorageError, match=r"newer schema \(9999\)") as refused:
            use(engine)
        assert "upgrade the program" in refused.value.todo


def test_an_older_schema_is_named(new_database: Engine, engine: Engine, tmp_path: Path) -> None:
    for database, scripts in ((new_database, None), (engine, with_rebuild(tmp_path))):
        with pytest.raises(StorageError, match="older schema") as refused:
            migrate.check(database, scripts)
        assert "monitor db upgrade" in refused.value.todo


def test_the_scripts_are_found_in_a_checkout_and_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "monitor"
    package.mkdir(parents=True)
    with pytest.raises(StorageError, match="missing"):
        migrate.scripts_folder(package)
    (tmp_path / "empty" / "versions").mkdir(parents=True)
    with pytest.raises(StorageError, match="missing"):
        migrate.upgrade(create_engine("sqlite://"), tmp_path / "empty")

    shutil.copytree(CHECKOUT / "alembic", tmp_path / "site-packages" / "alembic")
    assert migrate.scripts_folder(package) == tmp_path / "site-packages" / "alembic"
    shutil.copytree(CHECKOUT / "alembic", package / "alembic")
    assert migrate.scripts_folder(package) == package / "alembic"


def test_no_package_shadows_the_library() -> None:
    assert list((CHECKOUT / "alembic").rglob("__init__.py")) == []


def test_the_files_of_the_migrations_are_named_by_their_revisions_in_order() -> None:
    folder = migrate.scripts_folder(Path(migrate.__file__).resolve().parents[1])
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    in_order = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]

    assert migrate.revisions(folder) == in_order


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    migrate.upgrade(open_engine(url, tmp_path))
    program = (
        "import sys; from pathlib import Path; from monitor.storage import migrate; "
        "from monitor.storage.engine import open_engine; "
        f"migrate.upgrade(open_engine({url!r}, Path('/'))); sys.exit('alembic.command' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - our own
